import { RateLimiterRes } from "rate-limiter-flexible";
import { type Count, tightest } from "./rules/counted.ts";

interface Decided {
  readonly decidedBy: "redis" | "local";
  readonly atUs?: number | null;
  readonly isRepeated?: boolean;
}

/** What a limiter says about a request: rate-limiter-flexible's answer, with the count of each subject. */
export class CountsResult extends RateLimiterRes {
  /** In the order of the subjects. */
  readonly counts: readonly Count[];
  /** The index of the subject that is nearest to its limit. */
  readonly tight: number;
  /** `redis` counts for all instances together, `local` for this one alone. */
  readonly decidedBy: "redis" | "local";
  /** Redis' time when it decided, in microseconds; `null` if it was not asked. */
  readonly atUs: number | null;
  /** Whether it was refused without asking Redis, because Redis had refused the same subject a moment before. */
  readonly isRepeated: boolean;

  constructor(counts: readonly Count[], { decidedBy, atUs = null, isRepeated = false }: Decided) {
    const tight = tightest(counts);
    const { used, limit, freesInMs, waitMs } = counts[tight] ?? {
      used: 0,
      limit: 0,
      freesInMs: 0,
      waitMs: 0,
    };
    super(Math.max(0, limit - used), waitMs > 0 ? waitMs : freesInMs, used, used === 1);
    this.counts = counts;
    this.tight = tight;
    this.decidedBy = decidedBy;
    this.atUs = atUs;
    this.isRepeated = isRepeated;
  }

  get isRefused(): boolean {
    return this.counts.some(({ waitMs }) => waitMs > 0);
  }
}
