import type { Refusal } from "../errors.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import type { Claim, LeasedWork } from "../mongo/leased-work.ts";
import type { PullRequestSummary } from "../outbox/event.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import type { Telemetry } from "../telemetry.ts";
import {
  type HistoryEntry,
  nameOf,
  type PullRequestRecord,
  type StepRecord,
  type WrittenPullRequest,
} from "./record.ts";
import type { Checkpoint, Progress } from "./run-progress.ts";
import type { PullRequestStore } from "./store.ts";

const HISTORY_MAX = 100;

interface Deps {
  readonly work: LeasedWork<PullRequestRecord>;
  readonly store: PullRequestStore;
  readonly projects: Projects;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
}

interface Delay {
  readonly problem: Refusal;
  readonly nextAttemptAt: Date;
  readonly counts: boolean;
  readonly waits: boolean;
  readonly queuePosition: number | null;
}

/** How a run ends: the record, the project and the event change in one transaction, and the lease is given back. */
export class PublishOutcome {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async open(
    claim: Claim<PullRequestRecord>,
    { progress, because }: { progress: Progress; because: string },
  ): Promise<void> {
    const { database, projects, outbox, telemetry, now, checkpoint } = this.#deps;
    const { document: record } = claim;
    const { pullRequest, shortcomings, steps } = progress;
    if (!pullRequest) throw new Error("A pull request is announced before it is written");
    const time = now();
    const first = record.openedAt === null;
    const history = { at: time, what: first ? "opened" : "updated", because };
    await checkpoint("announce:started");
    const tell = await database.transaction(async (transaction) => {
      const change = {
        status: "open" as const,
        openedAt: record.openedAt ?? time,
        problem: null,
        queuePosition: null,
        waitTold: null,
        refreshAsked: null,
        because,
        shortcomings: [...shortcomings],
        steps: [
          ...steps.filter(({ step }) => step !== "announce").map(concluded),
          { step: "announce" as const, status: "done" as const, at: time, detail: null },
        ],
      };
      await this.#release(claim, { change, history, transaction });
      const { repository, branch, project } = record;
      const { number, url } = pullRequest;
      const id = String(record._id);
      const told = await projects.recordPullRequest(
        project,
        { id, repository, branch, number, url, status: "open" },
        transaction,
      );
      const data = { pullRequest: summarise(record, pullRequest, id), because, problems: shortcomings };
      const seconds = (time.getTime() - record.completedAt.getTime()) / 1000;
      await outbox.append(
        project,
        first
          ? {
              type: "orb.pull_request.opened",
              data: { ...data, adopted: pullRequest.adopted, secondsSinceCompletion: seconds },
            }
          : { type: "orb.pull_request.updated", data },
        { time, transaction },
      );
      return told;
    });
    await checkpoint("announce:done");
    tell();
    if (!first) return telemetry.pullRequestUpdated(nameOf(record), pullRequest.number);
    const durationMs = time.getTime() - record.receivedAt.getTime();
    telemetry.pullRequestOpened(nameOf(record), {
      number: pullRequest.number,
      adopted: pullRequest.adopted,
      durationMs,
    });
  }

  /** Leaves a pull request as it stands on GitHub, until something sets it in motion again. */
  async keep({ document: record, lease }: Claim<PullRequestRecord>): Promise<void> {
    const { work, database, now } = this.#deps;
    await database.transaction(async (transaction) => {
      const dueAt = (await this.#isInMotion(record, transaction)) ? now() : null;
      await work.release(lease, { dueAt, attempts: 0 }, transaction);
    });
  }

  /**
   * @param counts whether the try that failed is one of those that are counted
   * @param waits whether somebody made it wait, and not a fault that passes: the Meta-Agent is told of that once
   */
  async delay(
    { document: record, lease }: Claim<PullRequestRecord>,
    { problem, nextAttemptAt, counts, waits, queuePosition }: Delay,
  ): Promise<void> {
    const { work, database, telemetry, now } = this.#deps;
    const attempts = counts ? lease.attempts : lease.attempts - 1;
    await database.transaction(async (transaction) => {
      // What stood in the way of an earlier completion says nothing of the one that came in meanwhile; a limit does.
      if ((counts || waits) && (await this.#isRenewed(record, transaction))) {
        return work.release(lease, { dueAt: now(), attempts: 0 }, transaction);
      }
      const tell = waits && record.waitTold !== problem.code;
      const change = { problem, queuePosition, updatedAt: now(), ...(tell && { waitTold: problem.code }) };
      await work.release(lease, { dueAt: nextAttemptAt, attempts, update: { $set: change } }, transaction);
      if (tell) await this.#tellRefusal("blocked", record, { problem, nextAttemptAt, transaction });
    });
    telemetry.pullRequestDelayed(nameOf(record), { problem, nextAttemptAt, parked: !counts });
  }

  /** Ends a completion, unless another came in meanwhile: what stands in the way of that one is still to be seen. */
  async refuse(
    claim: Claim<PullRequestRecord>,
    { status, problem }: { status: "blocked" | "failed"; problem: Refusal },
  ): Promise<void> {
    const { work, database, telemetry, now } = this.#deps;
    const { document: record, lease } = claim;
    const time = now();
    await database.transaction(async (transaction) => {
      if (await this.#isRenewed(record, transaction)) {
        return work.release(lease, { dueAt: time, attempts: 0 }, transaction);
      }
      // A pull request that is open stays so, whatever stands in the way of bringing it up to date.
      const change = {
        problem,
        queuePosition: null,
        waitTold: null,
        because: problem.reason,
        ...(record.openedAt === null && { status }),
      };
      const history = { at: time, what: status, because: problem.reason };
      await this.#release(claim, { change, history, transaction });
      await this.#tellRefusal(status, record, { problem, nextAttemptAt: null, transaction });
    });
    telemetry.pullRequestRefused(nameOf(record), { status, problem });
  }

  async #tellRefusal(
    status: "blocked" | "failed",
    { project, repository, branch }: PullRequestRecord,
    {
      problem,
      nextAttemptAt,
      transaction,
    }: { problem: Refusal; nextAttemptAt: Date | null; transaction: Transaction },
  ): Promise<void> {
    const data = { repository, branch, ...problem, nextAttemptAt };
    const event = { type: `orb.pull_request.${status}` as const, data };
    await this.#deps.outbox.append(project, event, { time: this.#deps.now(), transaction });
  }

  /** Whether a completion came in meanwhile: it is worked off next. */
  async #isRenewed({ key, round }: PullRequestRecord, transaction: Transaction): Promise<boolean> {
    const current = await this.#deps.store.findByKey(key, transaction);
    return current !== null && current.round > round;
  }

  /** Whether anything set it in motion meanwhile: then it may not rest. */
  async #isInMotion({ key, round, nudges }: PullRequestRecord, transaction: Transaction): Promise<boolean> {
    const current = await this.#deps.store.findByKey(key, transaction);
    return current !== null && (current.round > round || current.nudges > nudges);
  }

  async #release(
    { document: record, lease }: Claim<PullRequestRecord>,
    {
      change,
      history,
      transaction,
    }: { change: Partial<PullRequestRecord>; history: HistoryEntry; transaction: Transaction },
  ): Promise<void> {
    const { work, now } = this.#deps;
    const dueAt = (await this.#isInMotion(record, transaction)) ? now() : null;
    const update = {
      $set: { ...change, updatedAt: history.at },
      $push: { history: { $each: [history], $slice: -HISTORY_MAX } },
    };
    await work.release(lease, { dueAt, attempts: 0, update: update }, transaction);
  }
}

/** What a process that died had begun is done where the pull request shows it, for then nothing was left to do. */
function concluded(entry: StepRecord): StepRecord {
  return entry.status === "started" ? { ...entry, status: "done" } : entry;
}

function summarise(
  { repository, branch }: PullRequestRecord,
  written: WrittenPullRequest,
  id: string,
): PullRequestSummary {
  const { number, url, title, draft, labels, headSha } = written;
  return { id, repository, branch, number, url, title, draft, labels, headSha };
}
