import type { ChangeType } from "../../changes/rules/change-type.ts";
import type { Refusal } from "../../errors.ts";
import type { SharedWork } from "../../mongo/queue/shared-work.ts";
import type { Completion } from "../../signals/signal.ts";
import type { PullRequestName } from "../../telemetry/pull-requests.ts";
import type { CommandMemory } from "./command-request.ts";
import type { Cause } from "./rules/causes.ts";
import type { CheckNotes } from "./rules/notes.ts";
import type { QueuePlace } from "./rules/queue-place.ts";
import type { Labelling } from "./rules/labelling.ts";
import type { Described } from "./rules/described.ts";
import type { Activity } from "./rules/activity.ts";
import type { BaseMove, Seen } from "./rules/seen.ts";

/**
 * `queued`: waits to be opened or updated · `blocked`: a person can fix what blocks it ·
 * `failed`: all attempts failed.
 */
export const PULL_REQUEST_STATUSES = ["queued", "open", "merged", "closed", "blocked", "failed"] as const;
export type PullRequestStatus = (typeof PULL_REQUEST_STATUSES)[number];
/** Over, unless it is reopened. */
export const ENDED_STATUSES = ["merged", "closed"] as const satisfies readonly PullRequestStatus[];
/** What happens around a pull request, such as a push to its base, concerns these alone. */
export const LIVE_STATUSES = ["queued", "open", "blocked", "failed"] as const satisfies readonly Exclude<
  PullRequestStatus,
  (typeof ENDED_STATUSES)[number]
>[];

export function hasEnded(status: PullRequestStatus): boolean {
  return ENDED_STATUSES.some((ended) => ended === status);
}

/** The steps of publishing, in order. Each is stored when it begins and when it is done. */
export const STEPS = ["write", "label", "review", "check", "announce"] as const;
export type Step = (typeof STEPS)[number];

export interface StepRecord {
  readonly step: Step;
  readonly status: "started" | "done" | "failed";
  readonly at: Date;
  readonly detail: string | null;
}

/** GitHub's answer about the pull request when we last wrote to it. */
export interface WrittenPullRequest {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly title: string;
  /** The last title that we gave it. Any other title is a person's. */
  readonly titleWritten: string | null;
  readonly base: string;
  readonly draft: boolean;
  /** The bot itself opened it as a draft, and nobody has changed that since. */
  readonly draftByBot: boolean;
  readonly labels: readonly string[];
  readonly labelling: Labelling;
  /** Logins of people and `@slug`s of teams that were asked to review. Nobody is asked twice. */
  readonly reviewersAsked: readonly string[];
  /** The bot's check run on its head, with the fingerprint of its content. */
  readonly checkRun: { readonly id: number; readonly headSha: string; readonly print: string } | null;
  readonly headSha: string;
  /** Found on GitHub instead of opened: the answer to its creation was lost. */
  readonly adopted: boolean;
}

/** The latest entries of a record are kept. */
export const HISTORY_MAX = 100;

export interface HistoryEntry {
  readonly at: Date;
  readonly what: string;
  readonly because: string;
}

/** Only the name of a record, because a log line must not contain the rest. */
export function nameOf({ project, repository, branch }: PullRequestName): PullRequestName {
  return { project, repository, branch };
}

/** Two completions with the same key are about the same pull request. GitHub ignores case in repository names, not in branches. */
export function keyOf({ project, repository, branch }: PullRequestName): string {
  return JSON.stringify([project, repository.toLowerCase(), branch]);
}

/** The key of a record whose name another repository has taken. No repository can be called so. */
export function displacedKey({
  project,
  branch,
  repositoryId,
}: Pick<PullRequestRecord, "project" | "branch" | "repositoryId">): string {
  return keyOf({ project, branch, repository: `#${repositoryId}` });
}

/** The latest push to the base branch, a possible cause of a conflict. */
export interface BaseMoved extends BaseMove {
  readonly at: Date;
}

/** How often the same reason has blocked a record in a row, and when the bot asks again by itself. */
export interface Refused {
  readonly code: string;
  readonly times: number;
  /** `null` if only an event or another signal can end it. */
  readonly againAt: Date | null;
}

/** Our memory of one (project, repository, branch): at most one pull request, ever. */
export interface PullRequestRecord extends CommandMemory {
  /** `keyOf` its name. */
  key: string;
  /** What a search finds it by: `searchable` of its names. */
  search: readonly string[];
  project: string;
  repository: string;
  /** GitHub's id of its repository, which the name belongs to at the moment; `null` until GitHub has told it. */
  repositoryId: number | null;
  branch: string;
  status: PullRequestStatus;
  /** The time of the latest completion, as its signal gives it. */
  completion: Completion;
  completedAt: Date;
  /** The signal's source and id. They decide between two completions with the same time. */
  completionKey: string;
  /** When that completion was stored here. */
  receivedAt: Date;
  /** The number of completions taken in. Publishing is finished once it has handled as many. */
  round: number;
  /** How many of them publishing has handled, with any result. */
  publishedRound: number;
  /** The number of nudges: events of GitHub and commands of people, but not completions. */
  nudges: number;
  /** How many of these nudges the last look covered. */
  nudgesSeen: number;
  /** The latest deliveries and signals that made it due. Records of earlier versions have none. */
  causes?: readonly Cause[];
  /** The number of changes of others of its change set. */
  siblingMoves: number;
  /** When the first of them changed that its description does not show yet; `null` if it shows all. */
  siblingsMovedAt: Date | null;
  /** When that changed which the descriptions of the others show of it. */
  shownSince: Date | null;
  /** The times of recent looks, the latest last. */
  looks: readonly Date[];
  /** No nudge makes it due before this time: it just had a look, or waits for its next attempt. */
  notBefore: Date | null;
  pullRequest: WrittenPullRequest | null;
  /** Its state on GitHub at the last look; `null` before the first one. */
  seen: Seen | null;
  /** The facts for which its description was written; `null` if they are not known. */
  described: Described | null;
  /** What kind of change it is, as its description says; `null` before it was described. */
  changeType: ChangeType | null;
  /** Names of the checks that its base requires; `null` before they were read. */
  requiredChecks: readonly string[] | null;
  /** The notes on its check run besides its state. They are stored, so that the state can change without them. */
  notes: CheckNotes | null;
  /** Whether its repository is; `null` if that is not known. */
  isPrivate: boolean | null;
  /** The latest push to its base that GitHub reported. */
  baseMoved: BaseMoved | null;
  /** The recent writes to it. If they form a loop, the bot stops writing. */
  activity: Activity;
  /** When a person with write access last gave a command or pushed. Failures of agents before that no longer count. */
  personActedAt: Date | null;
  /** The login of the last push to its branch that GitHub reported. */
  pushedBy: string | null;
  /** What was done with its branch after the merge; `null` before that is decided. */
  branchEnd: "deleted" | "kept" | null;
  /** Set with the `opened` event, in the same transaction, so there is only one. */
  openedAt: Date | null;
  steps: StepRecord[];
  /** The last title that was about to be written. If the answer is lost, it shows whether a title is ours or a person's. */
  titleBegun: string | null;
  because: string | null;
  /** What blocks it. */
  problem: Refusal | null;
  /** The series of equal refusals that `problem` ends; `null` if nothing was refused since the last success or signal. */
  refused: Refused | null;
  /** Whether a completion was refused for `problem`; another look does not end that. */
  publishRefused: boolean;
  /** Its place in the queue; `null` if it does not wait for room. */
  queuePosition: number | null;
  /** The length of the queue when its place was last read. */
  queuePlace: QueuePlace | null;
  /** The code of the last published wait; `null` if none was published since it was opened, refused or completed again. */
  waitTold: string | null;
  /** What could not be done to a pull request that was opened anyway. */
  shortcomings: Refusal[];
  history: HistoryEntry[];
  createdAt: Date;
  updatedAt: Date;
  work: SharedWork;
}
