import type { ProjectPullRequest } from "../../projects/project.ts";
import { DEFAULT_SETTINGS, workspaceDaysOf } from "../../repository-settings/settings.ts";
import type { Look } from "../observe/look.ts";
import type { PullRequestRecord, WrittenPullRequest } from "../record/record.ts";
import { LOOKS_OF_STORM } from "../observe/rules/when-to-look.ts";
import { isReady } from "../change-set/rules/siblings.ts";
import { statusOf } from "../change-set/members.ts";
import { recordActivity } from "../steps/rules/loop-breaker.ts";
import type { Activity } from "../record/rules/activity.ts";
import { knownVerdict, type Lifecycle } from "../record/rules/seen.ts";
import type { Run } from "../run.ts";

const DAY_MS = 24 * 3600 * 1_000;

/** The times of the latest looks, with the present one. */
export function looksOf({ record, look }: Run): readonly Date[] {
  return [...record.looks, ...(look ? [look.askedAt] : [])].slice(-LOOKS_OF_STORM);
}

/** The results of a run's look, as the record stores them. */
export function lookedAt(run: Run): Partial<PullRequestRecord> {
  const { record, repositoryId, look, described, wrote, progress, branchEnd, draftWaits } = run;
  const { pullRequest } = progress.current;
  return {
    repositoryId,
    branchEnd,
    draftWaits,
    parked: null,
    ...(described && { described, refreshAsked: null }),
    ...(wrote && {
      changeType: wrote.changeType,
      requiredChecks: [...wrote.requiredChecks],
      notes: wrote.notes,
      isPrivate: wrote.isPrivate,
    }),
    ...(look && { seen: look.seen, looks: looksOf(run), nudgesSeen: record.nudges }),
    // A look does not finish interrupted work on it, but the end of the pull request does.
    ...(look && record.openedAt !== null && { status: STATUS_OF[look.seen.lifecycle] }),
    ...(pullRequest && { pullRequest }),
  };
}

const STATUS_OF = {
  draft: "open",
  open: "open",
  merged: "merged",
  closed: "closed",
} as const satisfies Record<Lifecycle, string>;

/** Our facts about a pull request with those of the look. A closed one may still be a draft. */
export function seenOf(
  pullRequest: WrittenPullRequest,
  { seen: { title, base, labels, headSha }, snapshot }: Pick<Look, "seen" | "snapshot">,
): WrittenPullRequest {
  const { draft } = snapshot.pullRequest;
  return { ...pullRequest, title, base, labels, headSha, draft, draftByBot: pullRequest.draftByBot && draft };
}

/** The changes for the project; `null` if there are none. */
export function outcomeOf({ record, settings }: Run, after: PullRequestRecord): ProjectPullRequest | null {
  const { repository, pullRequest, status, seen, openedAt } = after;
  if (!pullRequest || openedAt === null) return null;
  if (status !== "open" && status !== "merged" && status !== "closed") return null;
  if (record.openedAt !== null && record.status === status) return null;
  const { branch } = record;
  const { number, url } = pullRequest;
  const endedAt = status === "open" ? null : (seen?.mergedAt ?? seen?.closedAt ?? null);
  const days = status === "open" ? 0 : workspaceDaysOf(settings ?? DEFAULT_SETTINGS)[status];
  const workspaceKeptUntil = endedAt && new Date(endedAt.getTime() + days * DAY_MS);
  return { id: String(record._id), repository, branch, number, url, status, endedAt, workspaceKeptUntil };
}

/** What the others of the change set show of it, only to compare it. */
export function stands(record: PullRequestRecord) {
  const { openedAt, seen } = record;
  return {
    inDescriptions: JSON.stringify([openedAt !== null, statusOf(record)]),
    onCheckRuns: isReady({
      state: "open",
      checks: seen && knownVerdict(seen.checks),
      review: seen?.review.verdict ?? null,
    }),
  };
}

/** The edges that show a failed head of the agents, and those that show an act of a person: anyone may review. */
const FAILED = new Set(["checks_failed", "conflict"]);
const BY_PEOPLE = new Set(["reopened"]);

/** The entry in the history: what was done to a pull request, and by whom. */
export function activityOf({ record, look, progress }: Run, now: Date): Activity {
  let { activity } = progress.current;
  const note = (action: Parameters<typeof recordActivity>[1]) => {
    activity = recordActivity(activity, action, now);
  };
  for (const { edge } of look?.told ?? []) {
    if (BY_PEOPLE.has(edge.type)) note({ kind: "person_acted", at: now });
    if (FAILED.has(edge.type) && look) note({ kind: "repair_failed", headSha: look.seen.headSha });
  }
  const before = new Set(record.pullRequest?.labelling.declined);
  for (const label of progress.current.pullRequest?.labelling.declined ?? []) {
    if (!before.has(label)) note({ kind: "label_flipped", label });
  }
  return activity;
}
