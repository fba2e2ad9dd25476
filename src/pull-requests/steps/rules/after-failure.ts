import type { Refusal } from "../../../errors.ts";
import { PACE, type Pace } from "../../../work/pace.ts";
import { backoffMs } from "../../../work/rules/backoff.ts";

export type AfterFailure =
  | {
      readonly action: "retry";
      readonly waitMs: number;
      /** Whether it counts as a try. */ readonly counts: boolean;
    }
  | { readonly action: "blocked" | "failed" };

interface Row {
  /** Tries in all, before it ends. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly maximumMs: number;
  /** How it ends after the last try. */
  readonly end: "blocked" | "failed";
}

const ONCE: Omit<Row, "end"> = { attempts: 1, firstMs: 0, maximumMs: 0 };
/** GitHub's replicas lag a push or a creation by seconds: a few looks before the answer is believed. */
const MOMENT: Omit<Row, "end"> = { attempts: 4, firstMs: 500, maximumMs: 4_000 };
/** An outage of GitHub is sat out for half a day to a day, as chance draws the waits. */
const OUTAGE: Omit<Row, "end"> = { attempts: 300, firstMs: 500, maximumMs: 300_000 };

const ROWS: Readonly<Record<string, Row>> = {
  github_unavailable: { ...OUTAGE, end: "failed" },
  mongodb_unavailable: { ...OUTAGE, end: "failed" },
  bad_credentials: { ...MOMENT, end: "blocked" },
  not_found: { ...MOMENT, end: "blocked" },
  // GitHub's GraphQL learns of a new pull request later than its REST API: up to 1 s, 2 s, 4 s.
  node_not_found: { attempts: 4, firstMs: 1_000, maximumMs: 4_000, end: "failed" },
  validation_failed: { ...MOMENT, attempts: 2, end: "blocked" },
  refs_not_readable: { ...MOMENT, end: "blocked" },
  head_invalid: { ...MOMENT, end: "blocked" },
  branch_missing: { ...MOMENT, end: "blocked" },
  head_not_pushed: { ...MOMENT, end: "blocked" },
  no_changes: { ...MOMENT, end: "blocked" },
  no_commits: { ...MOMENT, end: "blocked" },
  internal: { ...MOMENT, end: "failed" },
  pull_request_edited: { ...MOMENT, end: "failed" },
  pull_request_exists: { ...MOMENT, end: "failed" },
};

/**
 * What follows a refusal or a failure. What is not in the table is for somebody to mend, so it blocks at once.
 *
 * @param attempts tries so far, this one included
 * @param waitMs how long whoever refused asked to wait; such a wait counts as no try
 * @param random in [0, 1)
 * @param pace of no account where only the action is asked for
 */
export function afterFailure(
  { code }: Pick<Refusal, "code">,
  {
    attempts,
    waitMs,
    random,
    pace = PACE,
  }: { attempts: number; waitMs: number | null; random: number; pace?: Pace },
): AfterFailure {
  if (waitMs !== null) {
    // Spread over a tenth more, so that all who wait for the same moment do not come at once.
    return { action: "retry", waitMs: Math.round(waitMs * (1 + random / 10)), counts: false };
  }
  const row = (Object.hasOwn(ROWS, code) ? ROWS[code] : undefined) ?? { ...ONCE, end: "blocked" };
  if (attempts >= row.attempts) return { action: row.end };
  return { action: "retry", waitMs: backoffMs(row, attempts, random) * pace.backoffFactor, counts: true };
}
