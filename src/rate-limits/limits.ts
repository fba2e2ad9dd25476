import { RATE_LIMIT_CATEGORIES, RATE_LIMITS, type RateLimitCategory } from "../rate-limit-categories.ts";
import type { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import { CountsResult } from "./counts-result.ts";
import { LocalLimiter } from "./local-limiter.ts";
import type { RedisLink } from "./redis-link.ts";
import { WINDOW_MS } from "./rules/categories.ts";
import type { Count, Counted } from "./rules/counted.ts";
import { subjectKey } from "./subject-key.ts";
import { SharedLimiter } from "./shared-limiter.ts";

/** What was decided about a request, by the subject that is nearest to its limit. */
export interface Decision {
  /** There is no third value: while Redis can't be asked, this process decides. */
  readonly decision: "admitted" | "refused";
  readonly category: RateLimitCategory;
  readonly subject: Counted;
  readonly count: Count;
  readonly decidedBy: "redis" | "local";
  /** Redis' time when it decided, in microseconds; `null` if it was not asked. */
  readonly atUs: number | null;
  /** Whether the same subject was refused a moment before. */
  readonly isRepeated: boolean;
}

/** What one subject has used of a category. */
export interface Usage {
  readonly category: RateLimitCategory;
  readonly count: Count;
}

interface Limiters {
  readonly shared: SharedLimiter | null;
  readonly local: LocalLimiter;
}

interface Options {
  /** `null` without Redis: this process counts alone. */
  readonly link: RedisLink | null;
  /** Those of the environment; a category that it lacks has its default. */
  readonly limits: ReadonlyMap<RateLimitCategory, number>;
  readonly telemetry: RateLimitTelemetry;
  /** Tests make it short. */
  readonly windowMs?: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly nowMs: () => number;
}

/** Admits requests: never more than the limit of a subject within any window. Nothing here throws for a failure of Redis. */
export class RateLimits {
  readonly #options: Options;
  readonly #limits = new Map<RateLimitCategory, number>();
  readonly #limiters = new Map<RateLimitCategory, Limiters>();

  constructor(options: Options) {
    this.#options = options;
    for (const category of RATE_LIMIT_CATEGORIES) {
      this.#limits.set(category, this.defaultOf(category));
      this.#limiters.set(category, this.#open(category));
    }
  }

  /** In requests of a subject within a window. */
  limitOf(category: RateLimitCategory): number {
    return this.#limits.get(category) ?? RATE_LIMITS[category];
  }

  /** The limit unless it was changed at run time. */
  defaultOf(category: RateLimitCategory): number {
    return this.#options.limits.get(category) ?? RATE_LIMITS[category];
  }

  /** Holds for the next request. */
  setLimit(category: RateLimitCategory, limit: number): void {
    this.#limits.set(category, limit);
    const { shared } = this.#of(category);
    if (shared) shared.points = limit;
  }

  /** Whether Redis counts for all instances, and how many those are. */
  get shared(): { readonly isShared: boolean; readonly instances: number } {
    const { link } = this.#options;
    return { isShared: link?.isUp ?? false, instances: link?.instances ?? 1 };
  }

  /** Counts a request for all its subjects, or, if one of them has no room, for none. @param subjects one at least */
  async take(category: RateLimitCategory, subjects: readonly Counted[]): Promise<Decision> {
    const { shared, local } = this.#of(category);
    const asked = (shared ?? local).consume(keyOf(subjects), 1, { subjects });
    const result: unknown = await asked.catch((refused: unknown) => refused);
    const decision = toDecision(category, subjects, result);
    this.#options.telemetry.decided(category, decision.decision);
    return decision;
  }

  /** What `take` would decide. */
  async look(category: RateLimitCategory, subjects: readonly Counted[]): Promise<Decision> {
    const { shared, local } = this.#of(category);
    return toDecision(category, subjects, await (shared ?? local).get(keyOf(subjects), { subjects }));
  }

  /** What a subject has used of each category within the window. */
  async usageOf(subject: Counted): Promise<Usage[]> {
    const looks = RATE_LIMIT_CATEGORIES.map((category) => this.look(category, [subject]));
    return (await Promise.all(looks)).map(({ category, count }) => ({ category, count }));
  }

  /** Forgets what a subject has used. While Redis can't be asked, only this process forgets it. */
  async reset(subject: Counted): Promise<void> {
    const key = subjectKey(subject);
    for (const { shared, local } of this.#limiters.values()) {
      await shared?.delete(key);
      await local.delete(key);
    }
  }

  #open(category: RateLimitCategory): Limiters {
    const { link, nowMs, windowMs = WINDOW_MS } = this.#options;
    const share = () => Math.max(1, Math.floor(this.limitOf(category) / (link?.instances ?? 1)));
    const local = new LocalLimiter({ share, windowMs, nowMs });
    if (!link) return { shared: null, local };
    const limit = this.limitOf(category);
    return { shared: new SharedLimiter({ category, link, insurance: local, limit, windowMs, nowMs }), local };
  }

  #of(category: RateLimitCategory): Limiters {
    const limiters = this.#limiters.get(category);
    if (!limiters) throw new Error(`There are no limiters of ${category}`);
    return limiters;
  }
}

function keyOf([first]: readonly Counted[]): string {
  return first ? subjectKey(first) : "";
}

/** @throws what a limiter has thrown that is no count: a bug */
function toDecision(category: RateLimitCategory, subjects: readonly Counted[], result: unknown): Decision {
  if (!(result instanceof CountsResult)) throw result;
  const { counts, tight, decidedBy, atUs, isRepeated, isRefused } = result;
  const [count, subject] = [counts[tight], subjects[tight]];
  if (!count || !subject) throw new Error("A limiter has counted nobody");
  return {
    decision: isRefused ? "refused" : "admitted",
    category,
    subject,
    count,
    decidedBy,
    atUs,
    isRepeated,
  };
}
