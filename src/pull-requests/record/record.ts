import type { Refusal } from "../../errors.ts";
import type { Work } from "../../mongo/leased-work.ts";
import type { Completion } from "../../signals/signal.ts";
import type { PullRequestName } from "../../telemetry/pull-requests.ts";
import type { CommandMemory } from "./command-request.ts";
import type { CheckNotes } from "./rules/notes.ts";
import type { QueuePlace } from "./rules/queue-place.ts";
import type { Labelling } from "./rules/labelling.ts";
import type { Described } from "./rules/described.ts";
import type { Activity } from "./rules/activity.ts";
import type { BaseMove, Seen } from "./rules/seen.ts";

/**
 * `queued`: to be opened or brought up to date · `blocked`: somebody can mend what stands in the way ·
 * `failed`: it was tried as often as makes sense.
 */
export const PULL_REQUEST_STATUSES = ["queued", "open", "merged", "closed", "blocked", "failed"] as const;
export type PullRequestStatus = (typeof PULL_REQUEST_STATUSES)[number];

/** What publishing does, in order. Each is recorded before it begins and when it is done. */
export const STEPS = ["write", "label", "review", "check", "announce"] as const;
export type Step = (typeof STEPS)[number];

export interface StepRecord {
  readonly step: Step;
  readonly status: "started" | "done" | "failed";
  readonly at: Date;
  readonly detail: string | null;
}

/** What GitHub told us of the pull request when we last wrote to it. */
export interface WrittenPullRequest {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly title: string;
  /** The title that we gave it last: any other is a person's. */
  readonly titleWritten: string | null;
  readonly base: string;
  readonly draft: boolean;
  /** The bot itself opened it as a draft, and nobody has made it anything else since. */
  readonly draftByBot: boolean;
  readonly labels: readonly string[];
  readonly labelling: Labelling;
  /** Logins of people and `@slug`s of teams whose review was asked for: nobody is asked twice. */
  readonly reviewersAsked: readonly string[];
  /** The bot's check run on its head, with the fingerprint of what it says. */
  readonly checkRun: { readonly id: number; readonly headSha: string; readonly print: string } | null;
  readonly headSha: string;
  /** Found on GitHub instead of opened: the answer to its creation was lost. */
  readonly adopted: boolean;
}

/** Of a record, the latest are kept. */
export const HISTORY_MAX = 100;

export interface HistoryEntry {
  readonly at: Date;
  readonly what: string;
  readonly because: string;
}

/** The name alone, of something that has more to it: a log line must not carry the rest. */
export function nameOf({ project, repository, branch }: PullRequestName): PullRequestName {
  return { project, repository, branch };
}

/** What makes two completions about the same pull request; GitHub's repository names ignore case, branches do not. */
export function keyOf({ project, repository, branch }: PullRequestName): string {
  return JSON.stringify([project, repository.toLowerCase(), branch]);
}

/** The latest push to the base branch: what a conflict may come from. */
export interface BaseMoved extends BaseMove {
  readonly at: Date;
}

/** Our memory of one (project, repository, branch): at most one pull request, ever. */
export interface PullRequestRecord extends CommandMemory {
  /** `keyOf` its name. */
  key: string;
  project: string;
  repository: string;
  branch: string;
  status: PullRequestStatus;
  /** The latest completion, by its own time. */
  completion: Completion;
  completedAt: Date;
  /** The signal's source and id: decides between two of the very same time. */
  completionKey: string;
  /** When that completion was stored here. */
  receivedAt: Date;
  /** Counts the completions taken in; publishing is done when it has worked off as many. */
  round: number;
  /** How many of them publishing has worked off, whichever way it ended. */
  publishedRound: number;
  /** Counts what has set it in motion besides completions: whatever GitHub told of it or people asked for. */
  nudges: number;
  /** How many of them the last look answered. */
  nudgesSeen: number;
  /** When it was looked at lately, the latest last. */
  looks: readonly Date[];
  /** No nudge sets it in motion before this: it was just looked at, or waits for its next attempt. */
  notBefore: Date | null;
  pullRequest: WrittenPullRequest | null;
  /** What it looked like on GitHub last; `null` before the first look. */
  seen: Seen | null;
  /** What its description was written for; `null` where that is not known. */
  described: Described | null;
  /** Names of the checks that its base asks for; `null` before they were asked for. */
  requiredChecks: readonly string[] | null;
  /** What is to stand on its check run besides where it stands: kept, so that the one changes without the other. */
  notes: CheckNotes | null;
  /** Whether its repository is; `null` where that is not known. */
  isPrivate: boolean | null;
  /** The latest push to its base that was heard of. */
  baseMoved: BaseMoved | null;
  /** What was written to it lately: where that goes round in circles, no more is. */
  activity: Activity;
  /** When a person who may write to the repository last commanded or pushed: what agents failed at before counts no more. */
  personActedAt: Date | null;
  /** Login of whoever pushed to its branch last, as far as was heard. */
  pushedBy: string | null;
  /** What became of its branch after it was merged; `null` where that is not decided. */
  branchEnd: "deleted" | "kept" | null;
  /** Set with the `opened` event, in its transaction: so there is one. */
  openedAt: Date | null;
  steps: StepRecord[];
  /** The title that was about to be written last: where the answer is lost, it tells ours from a person's. */
  titleBegun: string | null;
  because: string | null;
  /** What stands in the way. */
  problem: Refusal | null;
  /** Whether that is what a completion was refused for: looking at it again does not end it. */
  publishRefused: boolean;
  /** Its place among those that wait for room; `null` where it does not. */
  queuePosition: number | null;
  /** All of that place, when it was looked for last. */
  queuePlace: QueuePlace | null;
  /** The code of the wait that was last told; `null` where none was since it was open, refused or asked for anew. */
  waitTold: string | null;
  /** What could not be done to a pull request that is open all the same. */
  shortcomings: Refusal[];
  history: HistoryEntry[];
  createdAt: Date;
  updatedAt: Date;
  work: Work;
}
