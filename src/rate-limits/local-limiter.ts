import { RateLimiterCompatibleAbstract } from "rate-limiter-flexible";
import { CountsResult } from "./counts-result.ts";
import { LocalLog } from "./local-log.ts";
import { type Counted, limitOf } from "./rules/counted.ts";
import { subjectKey } from "./subject-key.ts";

/** What a limiter is asked about. A type, because rate-limiter-flexible hands it through as a record. */
export type Asked = {
  readonly subjects: readonly Counted[];
};

interface Options {
  /** How many requests this process may admit: all of them, or its share while others count for themselves too. */
  readonly share: () => number;
  readonly windowMs: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly nowMs: () => number;
}

/** Counts in this process alone. As rate-limiter-flexible's insurance limiter, it decides while Redis can't. */
export class LocalLimiter extends RateLimiterCompatibleAbstract {
  override readonly keyPrefix = "local";
  // rate-limiter-flexible sets both on an insurance limiter; nothing here uses them.
  override blockDuration = 0;
  override execEvenly = false;
  readonly #options: Options;
  readonly #log: LocalLog;

  constructor(options: Options) {
    super();
    this.#options = options;
    this.#log = new LocalLog(options.windowMs);
  }

  /** @throws CountsResult if it is refused, as all limiters of rate-limiter-flexible do */
  override async consume(_key: string, _points: number, { subjects }: Asked): Promise<CountsResult> {
    const result = this.#ask(subjects, true);
    // oxlint-disable-next-line typescript/only-throw-error -- the contract of rate-limiter-flexible
    if (result.isRefused) throw result;
    return result;
  }

  override async get(_key: string, { subjects }: Asked): Promise<CountsResult> {
    return this.#ask(subjects, false);
  }

  /** @param key what `subjectKey` has made */
  override async delete(key: string): Promise<boolean> {
    return this.#log.delete(key);
  }

  #ask(subjects: readonly Counted[], counts: boolean): CountsResult {
    const { share, nowMs } = this.#options;
    const keys = subjects.map(subjectKey);
    const limits = subjects.map((subject) => limitOf(subject, share()));
    const answer = this.#log.ask({ keys, limits, nowMs: nowMs(), counts });
    return new CountsResult(answer, { decidedBy: "local" });
  }
}
