import type { LogTelemetry } from "../telemetry/log.ts";
import { KeptInForce } from "../work/kept-in-force.ts";
import { inForce } from "./rules/levels.ts";
import type { LogLevelStore } from "./store.ts";

interface Options {
  readonly store: LogLevelStore;
  readonly telemetry: LogTelemetry;
  readonly now: () => Date;
}

/** The stored level, kept in force in this process until its end, also if MongoDB is away by then. */
export class LevelInForce {
  readonly #options: Options;
  readonly #kept: KeptInForce;
  #end: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
    this.#kept = new KeptInForce({
      bring: () => this.#bring(),
      onError: (error) => options.telemetry.setback("log_level", error),
    });
  }

  /** Resolves when what is stored now is in force. */
  read(): Promise<void> {
    return this.#kept.read();
  }

  stop(): void {
    this.#isStopped = true;
    this.#kept.stop();
    clearTimeout(this.#end);
  }

  async #bring(): Promise<void> {
    const { store, telemetry, now } = this.#options;
    const stored = await store.read();
    const held = inForce(stored, now());
    clearTimeout(this.#end);
    telemetry.setLevel(held?.level ?? null, stored?.changedBy ?? null);
    if (held && !this.#isStopped)
      this.#end = setTimeout(() => telemetry.setLevel(null, null), held.leftMs).unref();
  }
}
