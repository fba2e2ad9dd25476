import type { Refusal } from "../errors.ts";
import type { Work } from "../mongo/leased-work.ts";
import type { Completion } from "../signals/signal.ts";
import type { PullRequestName } from "../telemetry.ts";
import { type CommandMemory, NO_COMMANDS } from "./commands/command-request.ts";
import { type Labelling, NO_LABELLING } from "./rules/labelling.ts";

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
  readonly labels: readonly string[];
  readonly labelling: Labelling;
  /** Logins of people and `@slug`s of teams whose review was asked for: nobody is asked twice. */
  readonly reviewersAsked: readonly string[];
  /** The check run that says what the description has no room for. */
  readonly checkRun: { readonly id: number; readonly headSha: string } | null;
  readonly headSha: string;
  /** Found on GitHub instead of opened: the answer to its creation was lost. */
  readonly adopted: boolean;
}

/** What a record that an earlier version of the bot wrote does not say of its pull request. */
const UNSAID: Pick<WrittenPullRequest, "labelling" | "reviewersAsked" | "checkRun"> = {
  labelling: NO_LABELLING,
  reviewersAsked: [],
  checkRun: null,
};
const UNSAID_OF_RECORD = {
  queuePosition: null,
  waitTold: null,
  titleBegun: null,
  nudges: 0,
  baseMoved: null,
  ...NO_COMMANDS,
};

/**
 * A record as this version knows it, whichever version wrote it. Filled in where it is read, for while processes are
 * replaced one by one an earlier version may still write.
 */
export function asKnownToday<
  T extends Pick<PullRequestRecord, "pullRequest" | keyof typeof UNSAID_OF_RECORD>,
>(stored: T): T {
  const { pullRequest } = stored;
  return {
    ...UNSAID_OF_RECORD,
    ...stored,
    pullRequest: pullRequest && { ...UNSAID, ...pullRequest },
  };
}

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
export interface BaseMoved {
  readonly sha: string;
  /** The pull request that its commit names, if any. */
  readonly pullRequest: number | null;
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
  /** Counts what has set it in motion besides completions: whatever GitHub told of it or people asked for. */
  nudges: number;
  pullRequest: WrittenPullRequest | null;
  baseMoved: BaseMoved | null;
  /** Set with the `opened` event, in its transaction: so there is one. */
  openedAt: Date | null;
  steps: StepRecord[];
  /** The title that was about to be written last: where the answer is lost, it tells ours from a person's. */
  titleBegun: string | null;
  because: string | null;
  /** What stands in the way. */
  problem: Refusal | null;
  /** Its place among those that wait for room; `null` where it does not. */
  queuePosition: number | null;
  /** The code of the wait that was last told; `null` where none was since it was open, refused or asked for anew. */
  waitTold: string | null;
  /** What could not be done to a pull request that is open all the same. */
  shortcomings: Refusal[];
  history: HistoryEntry[];
  createdAt: Date;
  updatedAt: Date;
  work: Work;
}
