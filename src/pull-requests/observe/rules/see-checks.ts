import type { CheckState } from "../../../github/facts/branch-rules.ts";
import type { Checks } from "../../../github/facts/checks.ts";
import { clip } from "../../../text/clip.ts";
import { fingerprint } from "../../../text/fingerprint.ts";
import {
  type ChecksVerdict,
  FAILED_MAX,
  type SeenChecks,
  type SeenFailedCheck,
} from "../../record/rules/seen.ts";

const NAME_CHARACTERS_MAX = 200;
const URL_CHARACTERS_MAX = 1_000;

/** A failure is reported after this time even if other checks still run, so that agents need not wait for the slowest. */
export const FAILURE_STANDS_MS = 10 * 60_000;

interface Context {
  readonly headSha: string;
  /** GitHub refused to show some or all of the checks. */
  readonly unread: boolean;
  /** Names that the base requires, even if they have not reported. */
  readonly required: readonly string[];
  /** Keys of the reported edges. */
  readonly told: readonly string[];
  readonly now: Date;
}

/** The checks of a head in one verdict, with the keys under which it is reported. */
export interface CheckedHead {
  readonly seen: SeenChecks;
  /** The key of the failure, if there is one: the same for the same runs on the same head. */
  readonly failedKey: string | null;
  readonly passedKey: string | null;
}

/** Check runs and statuses of the head from GitHub's rollup: the latest of each name. */
export function seeChecks(
  before: SeenChecks | null,
  { states, total }: Checks,
  { headSha, unread, required, told, now }: Context,
): CheckedHead {
  const failing = states.filter(({ state }) => state === "failed");
  // The results of those beyond the first thousand are not known. Those that GitHub refuses will not be known later either.
  const beyond = unread ? 0 : Math.max(0, total - states.length);
  const pending = states.filter(({ state }) => state === "pending").length + beyond;
  const verdict = verdictOf({ failed: failing.length, pending, all: states.length + beyond, unread });
  const sameHead = before?.headSha === headSha ? before : null;
  const failedKey = failing.length > 0 ? `checks_failed ${headSha} ${runsOf(failing)}` : null;
  const untold = failedKey !== null && !told.includes(failedKey);
  return {
    failedKey,
    passedKey: verdict === "passed" ? `checks_passed ${headSha} ${runsOf(states)}` : null,
    seen: {
      verdict,
      unread,
      headSha,
      requiredPassed: !unread && beyond === 0 && requiredPassed(states, required),
      failed: failing
        .map(toFailed)
        .sort((one, other) => Number(other.required) - Number(one.required))
        .slice(0, FAILED_MAX),
      pending,
      since: sameHead?.verdict === verdict ? sameHead.since : now,
      untoldFailureSince: untold ? (sameHead?.untoldFailureSince ?? now) : null,
    },
  };
}

function verdictOf({
  failed,
  pending,
  all,
  unread,
}: {
  failed: number;
  pending: number;
  all: number;
  unread: boolean;
}): ChecksVerdict {
  if (all === 0) return "none";
  if (pending > 0) return "pending";
  if (failed > 0) return "failed";
  return unread ? "none" : "passed";
}

function requiredPassed(states: readonly CheckState[], names: readonly string[]): boolean {
  const reported = new Set(states.map(({ name }) => name));
  if (names.some((name) => !reported.has(name))) return false;
  const asked = states.filter(({ name, required }) => required || names.includes(name));
  return (asked.length > 0 ? asked : states).every(({ state }) => state === "passed");
}

/** Distinguishes a restarted run from the one before, and a status that was set again, which has a time but no id. */
function runsOf(states: readonly CheckState[]): string {
  const runs = states.map(({ id, name, url, description, reportedAt }) =>
    JSON.stringify(id === null ? [name, url, description, reportedAt] : [name, id]),
  );
  return fingerprint(runs.sort().join("\n"));
}

function toFailed({ id, name, conclusion, url, required }: CheckState): SeenFailedCheck {
  return {
    id,
    name: clip(name, NAME_CHARACTERS_MAX),
    conclusion,
    url: url !== null && url.length <= URL_CHARACTERS_MAX ? url : null,
    required,
  };
}
