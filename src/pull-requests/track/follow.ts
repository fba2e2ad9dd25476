import type { Refusal } from "../../errors.ts";
import type { Sibling } from "../../descriptions/rules/description-facts.ts";
import type { Pace } from "../../work/pace.ts";
import type { Repository } from "../../github/repository.ts";
import { changeSetOf } from "../change-set/members.ts";
import { takeAutomaticActions } from "./automatic-actions.ts";
import type { Look } from "../observe/look.ts";
import type { PublishDeps } from "../publish/publish.ts";
import { seenOf } from "../settle/remember-look.ts";
import { lacking } from "../steps/ask-optional.ts";
import { report } from "../check-run/report.ts";
import { dependsOnChecks, describedAs, refreshDue } from "../publish/rules/refresh-due.ts";
import { isWorthAnotherTry } from "../publish/rules/retry-shortcomings.ts";
import { isOver } from "../observe/rules/lifecycle.ts";
import { settlesInMs } from "../change-set/rules/settle.ts";
import { type ChangeSetMember, siblingsOf } from "../change-set/rules/siblings.ts";
import type { Run } from "../run.ts";
import { bringUpToDate } from "../publish/bring-up-to-date.ts";

export type FollowDeps = PublishDeps & { readonly now: () => Date; readonly pace: Pace };

/**
 * Acts on the look at a pull request that is open or has just ended: updates it, and reports its state on the check run.
 * It writes only what differs on GitHub.
 *
 * @param stop why the bot may not write to it
 */
export async function follow(
  run: Run,
  { look, repository, stop }: { look: Look; repository: Repository; stop: Refusal | null },
  deps: FollowDeps,
): Promise<void> {
  // GitHub has shown a newer state before, and will again.
  if (look.isOlder) return;
  const { record, progress } = run;
  progress.introduce(seenOf(progress.pullRequest, look));
  // The end is reported as an event, but not written on a pull request that a person put on hold.
  if (isOver(look.seen.lifecycle) && record.hold) return;
  const members = await changeSetOf(record.project, deps.store);
  const siblings = siblingsOf(members, ownOf(record));
  if (stop) {
    // Reported once even if the bot is in a loop, so that people see why nothing happens.
    const isSaid = record.waitTold === stop.code || record.hold !== null;
    if (!isSaid) await report(run, { ...deps, repository, siblings, problem: stop });
    return;
  }
  const due = isOver(look.seen.lifecycle)
    ? null
    : whyRefresh(run, look, { members, siblings, change: repository.lastChange() }, deps);
  // A reason not to update is reported when a completion meets it. Here the description only stays as it is.
  if (due) await bringUpToDate(run, { repository, ...due }, deps);
  if (!isOver(look.seen.lifecycle)) await takeAutomaticActions(run, { ...deps, look, repository });
  const { checksRefused, reviewsRefused, labelsRefused } = look.snapshot;
  const unread = [
    ...lacking("checks", checksRefused),
    ...lacking("reviews", reviewsRefused),
    ...lacking("labels_read", labelsRefused),
  ];
  for (const shortcoming of unread) progress.addShortcoming(shortcoming);
  const problem = record.publishRefused ? record.problem : null;
  await report(run, { ...deps, repository, siblings, problem });
}

/** The others of its change set, as its description may mention them. */
export async function siblingsFor({ record }: Run, { store }: FollowDeps): Promise<readonly Sibling[]> {
  return siblingsOf(await changeSetOf(record.project, store), ownOf(record));
}

function ownOf({ _id, isPrivate }: Run["record"]) {
  return { id: String(_id), private: isPrivate ?? false };
}

interface Around {
  readonly members: readonly ChangeSetMember[];
  readonly siblings: readonly Sibling[];
  /** The last reported change of the repository or its rules. */
  readonly change: string | null;
}

/** Notes in the run if the description waits for the others of the change set. */
function whyRefresh(
  run: Run,
  { seen, snapshot }: Look,
  { members, siblings, change }: Around,
  deps: Pick<FollowDeps, "now" | "pace">,
): { readonly because: string; readonly tries?: number } | null {
  const { record, progress } = run;
  const time = deps.now();
  const depends = dependsOnChecks(record.completion, record.requiredChecks ?? []);
  const conflicting = seen.mergeability.value === "conflicting";
  const now = describedAs({
    ...seen,
    checks: depends ? seen.checks.verdict : null,
    siblings,
    conflicting,
    change,
  });
  const before = record.described ?? {
    ...describedAs({
      ...(record.pullRequest ?? progress.pullRequest),
      checks: depends ? "none" : null,
      siblings: [],
      conflicting: false,
      change,
    }),
  };
  const { body } = snapshot.pullRequest;
  const tried = record.described?.tried ?? null;
  const since = record.siblingsMovedAt ?? tried?.at ?? record.createdAt;
  const isOutdated = before.siblings !== now.siblings;
  const waitMs = isOutdated ? settlesInMs(members, { ...ownOf(record), since }, time, deps.pace) : 0;
  const asked = record.refreshAsked !== null;
  const because = refreshDue(before, waitMs > 0 ? { ...now, siblings: before.siblings } : now, {
    body,
    asked,
  });
  if (because !== null) return { because };
  run.settlesAt = waitMs > 0 ? new Date(time.getTime() + waitMs) : null;
  if (!isWorthAnotherTry(record.shortcomings, tried, time)) return null;
  return { because: "Retrying what GitHub did not answer before", tries: (tried?.times ?? 0) + 1 };
}
