import type { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import { RATE_LIMIT_CATEGORIES } from "../rate-limit-categories.ts";
import type { RateLimits } from "./limits.ts";
import type { LimitStore } from "./store.ts";

interface Options {
  readonly store: LimitStore;
  readonly limits: RateLimits;
  readonly telemetry: RateLimitTelemetry;
}

/** Brings the limits that were changed at run time into force in this process: at its start, and at each change. */
export class LimitsInForce {
  readonly #options: Options;
  #reading: Promise<void> | null = null;
  #isAskedAgain = false;
  #again: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when what is stored now is in force. If MongoDB is away, the limits stay as they are and are read again later. */
  read(): Promise<void> {
    this.#isAskedAgain = true;
    this.#reading ??= this.#readAll().finally(() => (this.#reading = null));
    return this.#reading;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#again);
  }

  async #readAll(): Promise<void> {
    const { store, limits, telemetry } = this.#options;
    clearTimeout(this.#again);
    try {
      while (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        const stored = new Map((await store.all()).map(({ _id, limit }) => [_id, limit]));
        for (const category of RATE_LIMIT_CATEGORIES) {
          limits.setLimit(category, stored.get(category) ?? limits.defaultOf(category));
        }
      }
    } catch (error) {
      if (this.#isStopped) return;
      telemetry.setback("stored_limits", error);
      this.#again = setTimeout(() => void this.read(), backOffMs("change_feed")).unref();
    }
  }
}
