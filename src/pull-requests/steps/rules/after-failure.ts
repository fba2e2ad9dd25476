import type { Refusal } from "../../../errors.ts";
import { backOffMs, type Failing, mayTryAgain, waitAskedMs } from "../../../work/rules/back-off.ts";

export type AfterFailure =
  | {
      readonly action: "retry";
      readonly waitMs: number;
      /** Whether it counts as a try. */ readonly counts: boolean;
    }
  | {
      readonly action: "blocked" | "failed";
      /** When the bot asks again by itself; `null` if only another signal, a retry or a look can end it. */
      readonly againMs: number | null;
    };

interface Row {
  readonly backOff: Failing;
  /** The status after the last try. */
  readonly end: "blocked" | "failed";
}

const ROWS: Readonly<Record<string, Row>> = {
  github_unavailable: { backOff: "outage", end: "failed" },
  mongodb_unavailable: { backOff: "outage", end: "failed" },
  resource_limits_exceeded: { backOff: "overload", end: "failed" },
  diff_unavailable: { backOff: "overload", end: "failed" },
  bad_credentials: { backOff: "replica", end: "blocked" },
  not_found: { backOff: "replica", end: "blocked" },
  node_not_found: { backOff: "graphql_replica", end: "failed" },
  validation_failed: { backOff: "validation", end: "blocked" },
  github_refused: { backOff: "validation", end: "blocked" },
  refs_not_readable: { backOff: "replica", end: "blocked" },
  head_invalid: { backOff: "replica", end: "blocked" },
  branch_missing: { backOff: "replica", end: "blocked" },
  head_not_pushed: { backOff: "replica", end: "blocked" },
  no_changes: { backOff: "replica", end: "blocked" },
  no_commits: { backOff: "replica", end: "blocked" },
  internal: { backOff: "replica", end: "failed" },
  pull_request_edited: { backOff: "replica", end: "failed" },
  pull_request_exists: { backOff: "replica", end: "failed" },
};
const FOR_SOMEBODY: Row = { backOff: "refusal", end: "blocked" };

/**
 * Nothing that GitHub could answer ends these: only another signal or a retry does, or the next look at the pull request.
 * Events report the end of many others (`ENDED_BY`), but an event can be lost. So the bot asks again after all others.
 */
const UNTIL_ANOTHER_SIGNAL: ReadonlySet<string> = new Set([
  "project_cancelled",
  "pull_request_closed",
  "pull_request_merged",
  "pull_request_replaced",
]);

/**
 * What follows a refusal or a failure. A code that is not in the table needs a person, so it blocks at once.
 *
 * @param attempts tries so far, with this one
 * @param waitMs the wait that the refusal asked for; such a wait does not count as a try
 * @param refusals how often it has blocked or failed for this reason so far, with this time; the bot then asks ever more rarely
 * @param random in [0, 1)
 * @param scale our own waits are multiplied by it; tests make them short
 */
export function afterFailure(
  { code }: Pick<Refusal, "code">,
  {
    attempts,
    waitMs,
    refusals = 1,
    random,
    scale = 1,
  }: { attempts: number; waitMs: number | null; refusals?: number; random: number; scale?: number },
): AfterFailure {
  if (waitMs !== null) return { action: "retry", waitMs: waitAskedMs(waitMs, random), counts: false };
  const { backOff, end } = (Object.hasOwn(ROWS, code) ? ROWS[code] : undefined) ?? FOR_SOMEBODY;
  if (mayTryAgain(backOff, attempts)) {
    return {
      action: "retry",
      waitMs: backOffMs(backOff, { failures: attempts, random, scale }),
      counts: true,
    };
  }
  if (UNTIL_ANOTHER_SIGNAL.has(code)) return { action: end, againMs: null };
  return { action: end, againMs: backOffMs("asked_again", { failures: refusals, random, scale }) };
}
