import type { LogTelemetry } from "../telemetry/log.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import { inForce } from "./rules/levels.ts";
import type { LogLevelStore } from "./store.ts";

interface Options {
  readonly store: LogLevelStore;
  readonly telemetry: LogTelemetry;
  readonly now: () => Date;
}

/**
 * Keeps the level of this process's log as it is stored: at its start, at each change, and at the end of what was set. If MongoDB
 * is away meanwhile, the level ends nevertheless.
 */
export class LevelInForce {
  readonly #options: Options;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when what is stored now is in force. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readOnce());
    return this.#reading;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #readOnce(): Promise<void> {
    const { store, telemetry, now } = this.#options;
    if (this.#isStopped) return;
    try {
      const stored = await store.read();
      const held = inForce(stored, now());
      clearTimeout(this.#timer);
      telemetry.setLevel(held?.level ?? null, stored?.changedBy ?? null);
      if (held) this.#in(held.leftMs, () => telemetry.setLevel(null, null));
    } catch (error) {
      if (this.#isStopped) return;
      telemetry.setback("log_level", error);
      // A timer that ends a level goes on; the change feed asks again once it opens.
      if (this.#timer === undefined) this.#in(backOffMs("change_feed"), () => void this.read());
    }
  }

  #in(ms: number, act: () => void): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      act();
    }, ms).unref();
  }
}
