import { setTimeout as delay } from "node:timers/promises";
import type { Gauge } from "prom-client";
import { type Instruments, TelemetryPart } from "./part.ts";

/** How long a reader of the metrics waits for a count that has just begun: usually it takes milliseconds. */
const WAIT_MS = 500;

/**
 * The gauges that show how much is stored. MongoDB counts, and may take long or hang; the metrics are then served with the
 * last counts and their age. Only readers of the metrics make it count, so an idle process counts nothing.
 */
export class StoredCounts extends TelemetryPart<"count"> {
  readonly #counts: readonly (() => Promise<void>)[];
  readonly #age: Gauge;
  #counting: Promise<void> | null = null;
  #countedAtMs: number | null = null;

  /** @param subjects `count` of each brings its gauges up to date */
  constructor(instruments: Instruments, subjects: readonly { readonly count?: () => Promise<void> }[]) {
    super(instruments);
    this.#counts = subjects.flatMap(({ count }) => count ?? []);
    this.#age = instruments.metrics.gauge({
      name: "orb_stored_counts_age_seconds",
      help: "How old the gauges are that count what is stored; missing if nothing could be counted yet",
    });
    this.#age.remove();
  }

  /** Counts in the background, and waits for it only for a moment. Never throws. */
  async refresh(): Promise<void> {
    if (this.#counting === null) {
      this.#counting = this.#count().finally(() => (this.#counting = null));
      await Promise.race([this.#counting, delay(WAIT_MS, undefined, { ref: false })]);
    }
    if (this.#countedAtMs !== null) this.#age.set((performance.now() - this.#countedAtMs) / 1_000);
  }

  async #count(): Promise<void> {
    const beganAtMs = performance.now();
    const counted = await Promise.allSettled(this.#counts.map((count) => count()));
    const failed = counted.filter(({ status }) => status === "rejected");
    for (const { reason } of failed as PromiseRejectedResult[]) this.setback("count", reason);
    if (failed.length === 0) this.#countedAtMs = beganAtMs;
  }
}
