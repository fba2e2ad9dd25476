import { type ChangeType, claimedType } from "../changes/rules/change-type.ts";
import type { Lease } from "../mongo/queue/leased-work.ts";
import type { Repository } from "../github/repository.ts";
import type { SettingsInForce, SettingsReport } from "../repository-settings/in-force.ts";
import type { RepositorySettings } from "../repository-settings/settings.ts";
import type { Look } from "./observe/look.ts";
import { hasEnded, type PullRequestRecord } from "./record/record.ts";
import { isDue } from "../work/rules/due.ts";
import { RECORD_WAIT_MS_MAX } from "./record/rules/longest-waits.ts";
import { isOver } from "./observe/rules/lifecycle.ts";
import type { Described } from "./record/rules/described.ts";
import type { CheckNotes } from "./record/rules/notes.ts";
import { readRules } from "./plan/read-rules.ts";
import type { RunProgress } from "./steps/progress.ts";
import type { StoredPullRequest } from "./record/store.ts";

/** One run over a leased record and its results so far. Only what `progress` wrote is stored yet. */
export interface Run {
  readonly record: StoredPullRequest;
  readonly lease: Lease;
  readonly progress: RunProgress;
  look: Look | null;
  /** GitHub's id of its repository; `null` until GitHub has told it. */
  repositoryId: PullRequestRecord["repositoryId"];
  /** What the description describes after this run; `null` if it was not checked. */
  described: Described | null;
  /** What was found out while the description was written; `null` if it was not written. */
  wrote: Written | null;
  /** A change of the draft state that still waits for a permission. */
  draftWaits: PullRequestRecord["draftWaits"];
  /** What the run did with the branch of a merged pull request. */
  branchEnd: PullRequestRecord["branchEnd"];
  /** The settings that apply to its current base; `null` if nothing needed them. */
  settings: RepositorySettings | null;
  /** When the others of its change set settle, for which the description waits; `null` if it does not wait. */
  settlesAt: Date | null;
  /** The run has changed something that the next look will show. */
  lookSoon: boolean;
}

export interface Written {
  readonly because: string;
  readonly changeType: ChangeType;
  readonly requiredChecks: readonly string[];
  readonly notes: CheckNotes | null;
  readonly isPrivate: boolean;
  /** Problems of settings to report on the check run. */
  readonly settingsReport: SettingsReport | null;
}

export function newRun(record: StoredPullRequest, lease: Lease, progress: RunProgress): Run {
  return {
    record,
    lease,
    progress,
    look: null,
    // Older records do not have it.
    repositoryId: record.repositoryId ?? null,
    described: null,
    wrote: null,
    // Older records do not have it.
    draftWaits: record.draftWaits ?? null,
    branchEnd: record.branchEnd,
    settings: null,
    settlesAt: null,
    lookSoon: false,
  };
}

/** What kind of change it is: what its description says, or as long as it has none, what its signal says; `null` if neither does. */
export function changeTypeOf({ record, wrote }: Pick<Run, "record" | "wrote">): ChangeType | null {
  // Older records do not have it.
  const described = wrote?.changeType ?? record.changeType ?? null;
  return described ?? claimedType(record.completion.type);
}

/** Whether there is a new completion, or a refused one that should be tried again. */
export function isToPublish({ record, look }: Pick<Run, "record" | "look">, now: Date): boolean {
  const { openedAt, round, publishedRound, retried, publishRefused, refused, problem } = record;
  if (openedAt === null || round > publishedRound) return true;
  if (!publishRefused) return false;
  const reopened = problem?.code === "pull_request_closed" && look !== null && !isOver(look.seen.lifecycle);
  const againAt = refused?.againAt ?? null;
  return (
    retried !== null ||
    reopened ||
    (againAt !== null && isDue(againAt, { now, waitMsMax: RECORD_WAIT_MS_MAX }))
  );
}

/** Whether it had ended before this run, still has as far as is known, and no completion asks for more. */
export function isDone({ record, look }: Pick<Run, "record" | "look">, now: Date): boolean {
  const reopened = look !== null && !isOver(look.seen.lifecycle);
  return hasEnded(record.status) && !reopened && !isToPublish({ record, look }, now);
}

/** The settings that apply to its current base. They are read only if something depends on them. */
export async function settingsOf(
  run: Run,
  {
    look,
    repository,
    settings,
  }: { readonly look: Look; readonly repository: Repository; readonly settings: SettingsInForce },
): Promise<RepositorySettings> {
  if (run.settings) return run.settings;
  const { inForce } = await readRules(
    { fullName: run.record.repository, base: look.seen.base, baseSha: look.snapshot.baseSha },
    { repository, settings },
    { dryRun: true },
  );
  run.settings = inForce.settings;
  return inForce.settings;
}
