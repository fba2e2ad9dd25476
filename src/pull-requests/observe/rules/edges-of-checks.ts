import { clip } from "../../../text/clip.ts";
import type { Edge } from "../../hand-back/rules/edge.ts";
import { type CheckedHead, FAILURE_STANDS_MS } from "./see-checks.ts";
import type { Seen, SeenChecks, SeenFailedCheck } from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";

const NAMES_MAX = 3;
const NAME_CHARACTERS_MAX = 60;

/** The end of the checks of a head, or a failure that has lasted for a while. Reported edges are included. */
export function edgesOfChecks(
  before: Seen | null,
  { seen: checks, failedKey, passedKey }: CheckedHead,
  { now }: { readonly now: Date },
): Edge[] {
  if (failedKey !== null && (checks.verdict === "failed" || hasStood(checks, now))) {
    return [failedEdge(checks, failedKey)];
  }
  return passedKey !== null && isNews(before, checks) ? [passedEdge(checks, passedKey)] : [];
}

function hasStood({ untoldFailureSince: since }: SeenChecks, now: Date): boolean {
  return since !== null && now.getTime() - since.getTime() >= FAILURE_STANDS_MS;
}

/** One more passed check after all had passed is not an edge. */
function isNews(before: Seen | null, { headSha }: SeenChecks): boolean {
  if (!before || before.checks.headSha !== headSha || before.checks.verdict !== "passed") return true;
  return !before.told.some((key) => key.startsWith(`checks_passed ${headSha} `));
}

function failedEdge({ headSha, failed, pending }: SeenChecks, key: string): Edge {
  const others =
    pending === 0 ? "" : `, and ${pending} ${pending === 1 ? "check is" : "checks are"} still running`;
  const because = `${namesOf(failed)} failed on ${shortSha(headSha)}${others}`;
  return { type: "checks_failed", key, because, headSha, failed, pending };
}

function passedEdge({ headSha }: SeenChecks, key: string): Edge {
  return { type: "checks_passed", key, because: `All checks passed on ${shortSha(headSha)}`, headSha };
}

/** The first few names, and the number of the others. */
export function namesOf(failed: readonly Pick<SeenFailedCheck, "name">[]): string {
  const names = failed.slice(0, NAMES_MAX).map(({ name }) => clip(name, NAME_CHARACTERS_MAX));
  const more = failed.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
