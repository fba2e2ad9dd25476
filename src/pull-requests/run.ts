import type { Lease } from "../mongo/leased-work.ts";
import type { Repository } from "../github/repository.ts";
import type { SettingsInForce, SettingsReport } from "../repository-settings/in-force.ts";
import type { RepositorySettings } from "../repository-settings/settings.ts";
import type { Look } from "./observe/look.ts";
import type { PullRequestRecord } from "./record/record.ts";
import { isOver } from "./observe/rules/lifecycle.ts";
import type { Described } from "./record/rules/described.ts";
import type { CheckNotes } from "./record/rules/notes.ts";
import type { RunProgress } from "./steps/progress.ts";
import type { StoredPullRequest } from "./record/store.ts";

/** One run over a leased record: what has come out so far, none of it remembered yet but what progress wrote. */
export interface Run {
  readonly record: StoredPullRequest;
  readonly lease: Lease;
  readonly progress: RunProgress;
  look: Look | null;
  /** What the description is true of after this run; `null` where it was not gone over. */
  described: Described | null;
  /** What was found out while it was written anew; `null` where it was not. */
  wrote: Written | null;
  /** Where the run has ended the branch of what was merged. */
  branchEnd: PullRequestRecord["branchEnd"];
  /** Of the base as it is now; `null` where nothing needed them. */
  settings: RepositorySettings | null;
  /** The run has changed what the next look will show. */
  lookSoon: boolean;
}

export interface Written {
  readonly because: string;
  readonly requiredChecks: readonly string[];
  readonly notes: CheckNotes | null;
  readonly isPrivate: boolean;
  /** Problems of settings that are to be told on the check run. */
  readonly settingsReport: SettingsReport | null;
}

export function newRun(record: StoredPullRequest, lease: Lease, progress: RunProgress): Run {
  return {
    record,
    lease,
    progress,
    look: null,
    described: null,
    wrote: null,
    branchEnd: record.branchEnd,
    settings: null,
    lookSoon: false,
  };
}

/** Whether there is a completion that was not worked off, or one that was given up and is to be tried again. */
export function isToPublish({ record, look }: Pick<Run, "record" | "look">): boolean {
  const { openedAt, round, publishedRound, retried, publishRefused, problem } = record;
  if (openedAt === null || round > publishedRound) return true;
  if (!publishRefused) return false;
  const reopened = problem?.code === "pull_request_closed" && look !== null && !isOver(look.seen.lifecycle);
  return retried !== null || reopened;
}

/** The settings of its base as it is now; asked for only where something hangs on them. */
export async function settingsOf(
  run: Run,
  {
    look,
    repository,
    settings,
  }: { readonly look: Look; readonly repository: Repository; readonly settings: SettingsInForce },
): Promise<RepositorySettings> {
  if (run.settings) return run.settings;
  const [{ settings: repositoryFile }, ownerFile] = await Promise.all([
    repository.baseFiles(look.snapshot.baseSha),
    repository.ownerSettings(),
  ]);
  const inForce = await settings.of(
    { fullName: run.record.repository, baseBranch: look.seen.base },
    { repositoryFile, ownerFile },
    { dryRun: true },
  );
  run.settings = inForce.settings;
  return inForce.settings;
}
