import type { Findings } from "../hands.ts";

interface Going {
  readonly findings: Pick<Findings, "work">;
  readonly mustArchive: boolean;
}

/** Reasons that one line names; the others are only counted. */
const NAMED_MAX = 5;

/**
 * What happens to the content of a workspace that may go, in a sentence without a full stop, for its history: nothing is lost, or
 * its work is archived first, or it is lost because a person wants that.
 */
export function whatGoes({ findings: { work }, mustArchive }: Going): string {
  if (mustArchive)
    return `Nobody uses it; its work that is nowhere else must be archived first${listed(work)}`;
  if (work.length === 0) return "Nobody uses it, and nothing in it would be lost";
  return `Nobody uses it; its work that is nowhere else is discarded, as it was asked for${listed(work)}`;
}

function listed(work: Findings["work"]): string {
  if (work.length === 0) return "";
  const more = work.length > NAMED_MAX ? ` (and ${work.length - NAMED_MAX} more reasons)` : "";
  const named = work.slice(0, NAMED_MAX).map(({ reason }) => reason);
  return `: ${named.join(" ")}${more}`.replace(/\.$/, "");
}
