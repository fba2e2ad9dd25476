import { type RateLimiterCompatibleAbstract, RateLimiterRedis } from "rate-limiter-flexible";
import type { RateLimitCategory } from "../rate-limit-categories.ts";
import { CountsResult } from "./counts-result.ts";
import type { Asked } from "./local-limiter.ts";
import type { RedisLink } from "./redis-link.ts";
import { Refusals } from "./refusals.ts";
import { type Count, type Counted, limitOf } from "./rules/counted.ts";
import { subjectKey } from "./subject-key.ts";
import { askLog } from "./sliding-log.ts";

interface Options {
  readonly category: RateLimitCategory;
  readonly link: RedisLink;
  readonly insurance: RateLimiterCompatibleAbstract;
  readonly limit: number;
  readonly windowMs: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly nowMs: () => number;
}

/**
 * rate-limiter-flexible's limiter on Redis with another way to count: its own admits up to twice the limit in a window. Of it are
 * the keys, the memory of refused subjects and the insurance limiter, which decides if Redis can't.
 *
 * The category is the hash tag of the keys: in a cluster, what one script counts is on one server.
 */
export class SharedLimiter extends RateLimiterRedis {
  /** Where the base class keeps refused keys. */
  protected readonly _inMemoryBlockedKeys: Refusals;
  readonly #link: RedisLink;
  readonly #nowMs: () => number;
  readonly #windowMs: number;

  constructor({ category, link, insurance, limit, windowMs, nowMs }: Options) {
    super({
      storeClient: link.client,
      keyPrefix: `orb:rate-limit:{${category}}`,
      points: limit,
      duration: windowMs / 1_000,
      insuranceLimiter: insurance,
    });
    this.#link = link;
    this.#nowMs = nowMs;
    this.#windowMs = windowMs;
    this._inMemoryBlockedKeys = new Refusals(nowMs);
  }

  /** Called by `consume` of the base class, which asks the insurance limiter if this rejects with anything but a `CountsResult`. */
  protected _consume(_key: string, _points: number, { subjects }: Asked): Promise<CountsResult> {
    return this.#count(subjects, true).then((result) => {
      // The contract of rate-limiter-flexible.
      if (result.isRefused) throw result; // oxlint-disable-line typescript/only-throw-error
      return result;
    });
  }

  /** Called by `get` of the base class: counts nothing. */
  protected _get(_key: string, { subjects }: Asked): Promise<CountsResult> {
    return this.#count(subjects, false);
  }

  /** Called by `get` of the base class with what `_get` has found. */
  protected _getRateLimiterRes(_key: string, _points: number, found: CountsResult): CountsResult {
    return found;
  }

  /** Called by `delete` of the base class. */
  protected async _delete(key: string): Promise<boolean> {
    return (await this.#link.ask((client) => client.del(key))) > 0;
  }

  #count(subjects: readonly Counted[], counts: boolean): Promise<CountsResult> {
    const keys = subjects.map((subject) => this.getKey(subjectKey(subject)));
    const limits = subjects.map((subject) => limitOf(subject, this.points));
    const refused = this.#refusedBefore(keys, limits);
    if (refused) return Promise.resolve(refused);
    const askedAtMs = this.#nowMs();
    const question = { keys, limits, windowMs: this.#windowMs, counts };
    return this.#link
      .ask((client) => askLog(client, question))
      .then(({ atUs, counts: found }) => {
        for (const [index, count] of found.entries()) {
          if (count.waitMs > 0) this._inMemoryBlockedKeys.add(keys[index] ?? "", count, askedAtMs);
        }
        return new CountsResult(found, { decidedBy: "redis", atUs });
      });
  }

  /** The counts of the others are not known: they are not asked, and the request is not counted for them either. */
  #refusedBefore(keys: readonly string[], limits: readonly number[]): CountsResult | null {
    const refused: Count[] = keys.flatMap(
      (key, index) => this._inMemoryBlockedKeys.find(key, limits[index] ?? 0) ?? [],
    );
    return refused.length === 0 ? null : new CountsResult(refused, { decidedBy: "redis", isRepeated: true });
  }
}
