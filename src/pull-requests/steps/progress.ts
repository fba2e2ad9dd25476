import { OrbError, type Refusal } from "../../errors.ts";
import type { Lease, LeasedWork } from "../../mongo/leased-work.ts";
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

/** How a shortcoming's code begins: what the pull request lacks. */
const SHORTCOMING_OF: Record<Step, string> = {
  write: "description",
  label: "labels",
  review: "reviewers",
  check: "check_run",
  announce: "event",
};

/** Called between any two steps; a test may end the process there. */
export type Checkpoint = (name: string) => void | Promise<void>;

/** The state of a record while it is worked on. */
export interface Progress {
  readonly steps: readonly StepRecord[];
  readonly pullRequest: WrittenPullRequest | null;
  readonly titleBegun: string | null;
  readonly shortcomings: readonly Refusal[];
  /** With what this run has written: it counts also where the run does not come to its end. */
  readonly activity: Activity;
}

interface Deps {
  readonly work: LeasedWork<PullRequestRecord>;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
}

/**
 * What a run has done so far, written down as it goes. That a step begins is written before it does, which also
 * refuses it to whoever has lost the lease; what it brought is written when it is done.
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

  /** @throws Error before it is written: nothing may ask then */
  get pullRequest(): WrittenPullRequest {
    const { pullRequest } = this.#progress;
    if (!pullRequest) throw new Error("A pull request is worked on before it is written");
    return pullRequest;
  }

  /** Whether it was begun and nobody knows how it ended. */
  isUnderWay(step: Step): boolean {
    return this.#progress.steps.some((entry) => entry.step === step && entry.status !== "done");
  }

  hasDone(step: Step): boolean {
    return this.#progress.steps.some((entry) => entry.step === step && entry.status === "done");
  }

  /** @param known what is to be remembered of the pull request from here on */
  async begin(steps: readonly Step[], known: Partial<WrittenPullRequest> = {}): Promise<void> {
    await this.#record(steps, { status: "started", detail: null }, known);
    for (const step of steps) await this.#deps.checkpoint(`${step}:started`);
  }

  /** @param title what is about to be written; `null` where none is */
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

  /** GitHub has done something: too many of these in an hour are a loop. */
  wrote(): void {
    const activity = recordActivity(this.#progress.activity, { kind: "write" }, this.#deps.now());
    this.#progress = { ...this.#progress, activity };
  }

  async answered(step: Step): Promise<void> {
    await this.#deps.checkpoint(`${step}:answered`);
  }

  /** The first that is known of the pull request. */
  introduce(pullRequest: WrittenPullRequest): void {
    this.#progress = { ...this.#progress, pullRequest };
  }

  /** Begins to count anew what the pull request falls short of. */
  startOver(shortcomings: readonly Refusal[]): void {
    this.#progress = { ...this.#progress, shortcomings };
  }

  fallShort(shortcoming: Refusal): void {
    this.#progress = { ...this.#progress, shortcomings: [...this.#progress.shortcomings, shortcoming] };
  }

  /**
   * A pull request without this is worth more than none: what can't be mended by trying is put up with.
   *
   * @throws the error itself where trying again is worth it, or the lease is lost
   */
  async putUpWith(step: Step, error: unknown): Promise<void> {
    const { code, ...refusal } = this.bear(error).toRefusal();
    this.fallShort({ ...refusal, code: `${SHORTCOMING_OF[step]}_${code}` });
    await this.finish(step, { status: "failed", detail: refusal.reason });
  }

  /**
   * @returns the refusal that trying again does not mend
   * @throws the error itself where trying again is worth it, or it concerns more than this step
   */
  bear(error: unknown): OrbError {
    if (!(error instanceof OrbError) || !canDoWithout(error, { patient: false })) throw error;
    const { attempts } = this.#lease;
    const next = afterFailure(error, { attempts, waitMs: null, random: 0 });
    if (next.action === "retry" && isPatient(attempts)) throw error;
    return error;
  }

  /** Writes down what has come to be known of the pull request in the middle of a step. */
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
