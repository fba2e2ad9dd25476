import { OrbError, type Refusal } from "../../errors.ts";
import type { Lease, LeasedWork } from "../../mongo/queue/leased-work.ts";
import {
  type PullRequestRecord,
  type Step,
  type StepRecord,
  STEPS,
  type WrittenPullRequest,
} from "../record/record.ts";
import { afterFailure } from "./rules/after-failure.ts";
import { activityLeft, recordActivity } from "./rules/loop-breaker.ts";
import type { Activity } from "../record/rules/activity.ts";
import { canDoWithout, isPatient } from "./rules/do-without.ts";

/** The beginning of a shortcoming's code: what the pull request lacks. */
const SHORTCOMING_OF: Record<Step, string> = {
  write: "description",
  label: "labels",
  review: "reviewers",
  check: "check_run",
  announce: "event",
};

/** Called between any two steps. Tests end the process there. */
export type Checkpoint = (name: string) => void | Promise<void>;

/** The state of a record during a run. */
export interface Progress {
  readonly steps: readonly StepRecord[];
  readonly pullRequest: WrittenPullRequest | null;
  readonly titleBegun: string | null;
  readonly shortcomings: readonly Refusal[];
  /** The activity with this run's writes. They count even if the run does not finish. */
  readonly activity: Activity;
}

interface Deps {
  readonly work: LeasedWork<PullRequestRecord>;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
}

/**
 * The progress of a run, stored step by step. The begin of a step is stored before the step, which fails if the lease is
 * lost; its result is stored when it is done.
 */
export class RunProgress {
  readonly #deps: Deps;
  readonly #lease: Lease;
  #progress: Progress;

  constructor(deps: Deps, lease: Lease, record: PullRequestRecord) {
    this.#deps = deps;
    this.#lease = lease;
    const { steps, pullRequest, titleBegun } = record;
    const activity = activityLeft(record, deps.now());
    this.#progress = { steps, pullRequest, titleBegun, shortcomings: [], activity };
  }

  get current(): Progress {
    return this.#progress;
  }

  /** @throws Error before the pull request exists; that would be a bug */
  get pullRequest(): WrittenPullRequest {
    const { pullRequest } = this.#progress;
    if (!pullRequest) throw new Error("A pull request is worked on before it is written");
    return pullRequest;
  }

  /** Whether the step was begun and its end is not known. */
  isUnderWay(step: Step): boolean {
    return this.#progress.steps.some((entry) => entry.step === step && entry.status !== "done");
  }

  hasDone(step: Step): boolean {
    return this.#progress.steps.some((entry) => entry.step === step && entry.status === "done");
  }

  /** @param known the facts about the pull request to store from now on */
  async begin(steps: readonly Step[], known: Partial<WrittenPullRequest> = {}): Promise<void> {
    await this.#record(steps, { status: "started", detail: null }, known);
    for (const step of steps) await this.#deps.checkpoint(`${step}:started`);
  }

  /** @param title the title that is about to be written; `null` if none is */
  async beginWriting(title: string | null): Promise<void> {
    this.#progress = { ...this.#progress, titleBegun: title };
    await this.begin(["write"]);
  }

  async finish(
    step: Step,
    { status, detail }: Pick<StepRecord, "detail"> & { status: "done" | "failed" },
    known: Partial<WrittenPullRequest> = {},
  ): Promise<void> {
    await this.#record([step], { status, detail }, known);
    await this.#deps.checkpoint(`${step}:${status}`);
  }

  /** Counts a write to GitHub. Too many in an hour are a loop. */
  wrote(): void {
    const activity = recordActivity(this.#progress.activity, { kind: "write" }, this.#deps.now());
    this.#progress = { ...this.#progress, activity };
  }

  async answered(step: Step): Promise<void> {
    await this.#deps.checkpoint(`${step}:answered`);
  }

  /** Stores the first facts about the pull request. */
  introduce(pullRequest: WrittenPullRequest): void {
    this.#progress = { ...this.#progress, pullRequest };
  }

  /** Starts with an empty list of shortcomings. */
  startOver(shortcomings: readonly Refusal[]): void {
    this.#progress = { ...this.#progress, shortcomings };
  }

  /** The same one again changes nothing: a look and an update may meet it both. */
  addShortcoming(shortcoming: Refusal): void {
    const { code, reason } = shortcoming;
    const others = this.#progress.shortcomings.filter((each) => each.code !== code || each.reason !== reason);
    this.#progress = { ...this.#progress, shortcomings: [...others, shortcoming] };
  }

  /**
   * For optional steps: a refusal that retrying can't fix becomes a shortcoming.
   *
   * @throws the error itself if it should be tried again, or the lease is lost
   */
  async recordShortcoming(step: Step, error: unknown): Promise<void> {
    const { code, ...refusal } = this.refusalOrThrow(error).toRefusal();
    this.addShortcoming({ ...refusal, code: `${SHORTCOMING_OF[step]}_${code}` });
    await this.finish(step, { status: "failed", detail: refusal.reason });
  }

  /**
   * @returns the refusal, if retrying can't fix it
   * @throws the error itself if it should be tried again, or concerns more than this step
   */
  refusalOrThrow(error: unknown): OrbError {
    if (!(error instanceof OrbError) || !canDoWithout(error, { patient: false })) throw error;
    const { attempts } = this.#lease;
    const next = afterFailure(error, { attempts, waitMs: null, random: 0 });
    if (next.action === "retry" && isPatient(attempts)) throw error;
    return error;
  }

  /** Stores new facts about the pull request in the middle of a step. */
  async remember(known: Partial<WrittenPullRequest>): Promise<void> {
    await this.#record([], { status: "started", detail: null }, known);
  }

  async #record(
    steps: readonly Step[],
    entry: Pick<StepRecord, "status" | "detail">,
    known: Partial<WrittenPullRequest>,
  ): Promise<void> {
    const at = this.#deps.now();
    const others = this.#progress.steps.filter(({ step }) => !steps.includes(step));
    const written = [...others, ...steps.map((step) => ({ step, at, ...entry }))].sort(
      (a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step),
    );
    const before = this.#progress.pullRequest;
    const pullRequest = before && { ...before, ...known };
    this.#progress = { ...this.#progress, steps: written, pullRequest };
    const { titleBegun, activity } = this.#progress;
    const change = { steps: written, pullRequest, titleBegun, activity, updatedAt: at };
    await this.#deps.work.write(this.#lease, { $set: change });
  }
}
