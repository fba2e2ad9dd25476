import { setImmediate as turn } from "node:timers/promises";
import type { Finding, HealthCheck } from "./check.ts";

/** Nobody waits for this: it only limits how many bits of an answer are read before it counts as missing. */
const TURNS_OF_GRACE = 2;

/** Asks one thing again and again, and remembers the last answer. */
export class Watched {
  readonly check: HealthCheck;
  readonly #onFound: (finding: Finding) => void;
  #found: Finding | null = null;
  #foundAtMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(check: HealthCheck, onFound: (finding: Finding) => void) {
    this.check = check;
    this.#onFound = onFound;
  }

  /** `null` before the first answer. */
  get finding(): Finding | null {
    return this.#found;
  }

  /** How long ago it was found, in milliseconds; `null` before the first answer. */
  get ageMs(): number | null {
    return this.#foundAtMs === null ? null : performance.now() - this.#foundAtMs;
  }

  /** Asks once, and from then on in the background. Resolves when the first answer, or its lack, is known. Never throws. */
  async start(): Promise<void> {
    const { promise: known, resolve } = Promise.withResolvers<void>();
    let isAnswered = false;
    const tooLate = setTimeout(() => {
      void this.#unlessAnswered(() => isAnswered).then(resolve);
    }, this.check.withinMs).unref();
    const answered = this.#ask().finally(() => {
      isAnswered = true;
      clearTimeout(tooLate);
      if (!this.#isStopped) this.#timer = setTimeout(() => void this.start(), this.check.everyMs).unref();
    });
    await Promise.race([answered, known]);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { ask, failed } = this.check;
    this.#note(await ask().catch(() => failed));
  }

  /** If this process itself was busy, the answer may have arrived and not been read. */
  async #unlessAnswered(isAnswered: () => boolean): Promise<void> {
    for (let turns = 0; turns < TURNS_OF_GRACE; turns++) await turn();
    if (!isAnswered()) this.#note(this.check.failed);
  }

  #note(finding: Finding): void {
    if (this.#isStopped) return;
    this.#found = finding;
    this.#foundAtMs = performance.now();
    this.#onFound(finding);
  }
}
