import { countUpTo } from "../../mongo/count-up-to.ts";
import { QUARANTINED } from "./rules/quarantine.ts";
import type { PullRequestStore } from "./store.ts";

const HOUR_MS = 3_600_000;
/** By then a failure of a moment has passed, and the people who can fix the others have had an event. */
const STUCK_AFTER_MS = HOUR_MS;
/** Later nobody is still waiting for it. */
const STUCK_UNTIL_MS = 7 * 24 * HOUR_MS;

/** How many pull requests need a person; each number at most `COUNTED_MAX`. */
export interface StuckPullRequests {
  readonly blocked: number;
  readonly failed: number;
  readonly quarantined: number;
}

/** Counts pull requests that do not go on by themselves. */
export class StuckStore {
  readonly #model: PullRequestStore["model"];

  constructor({ model }: PullRequestStore) {
    this.#model = model;
  }

  /** Blocked and failed ones whose last completion is between an hour and seven days old; quarantined ones of any age. */
  async count(now: Date): Promise<StuckPullRequests> {
    const ago = (ms: number) => new Date(now.getTime() - ms);
    const between = { $gte: ago(STUCK_UNTIL_MS), $lt: ago(STUCK_AFTER_MS) };
    const [blocked, failed, quarantined] = await Promise.all([
      countUpTo(this.#model, { status: "blocked", receivedAt: between }),
      countUpTo(this.#model, { status: "failed", receivedAt: between }),
      countUpTo(this.#model, { "problem.code": QUARANTINED }),
    ]);
    return { blocked, failed, quarantined };
  }
}
