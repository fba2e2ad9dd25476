import type { Types } from "mongoose";
import { OrbError, type Refusal, refusalOf } from "../errors.ts";
import { isGitHubFailure } from "../github/wire/failure.ts";
import type { GitHub } from "../github/github.ts";
import type { RepositoryIdentity } from "../github/facts/repository-facts.ts";
import type { Repository } from "../github/repository.ts";
import { WaitsForTurn } from "../github/wire/turn.ts";
import { guardWrites } from "../github/wire/write-guard.ts";
import type { Installations } from "../installations/installations.ts";
import type { LogFields } from "../monitoring/log-fields.ts";
import type { Database } from "../mongo/database.ts";
import { FairChoice } from "../mongo/queue/fair-choice.ts";
import { type Claim, type Lease, LeasedWork } from "../mongo/queue/leased-work.ts";
import { type Attempt, type Hands, WorkQueue } from "../mongo/queue/work-queue.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import { isDue } from "../work/rules/due.ts";
import { isStopped } from "../work/stop.ts";
import { takeIn } from "./publish/apply-plan.ts";
import { performRequests } from "./commands/perform.ts";
import { confirmRepository } from "./upkeep/confirm-repository.ts";
import type { RenameStore } from "./upkeep/rename-store.ts";
import { restAgain } from "./commands/rest-again.ts";
import { follow, type FollowDeps, siblingsFor } from "./track/follow.ts";
import { takeAutomaticActions } from "./track/automatic-actions.ts";
import { look } from "./observe/look.ts";
import type { Planned } from "./plan/plan-publish.ts";
import { nameOf, type PullRequestRecord } from "./record/record.ts";
import { report } from "./check-run/report.ts";
import { afterFailure } from "./steps/rules/after-failure.ts";
import { isPatient } from "./steps/rules/do-without.ts";
import type { QueuePlace } from "./record/rules/queue-place.ts";
import { NO_LOOK_MS_MAX, RECORD_WAIT_MS_MAX } from "./record/rules/longest-waits.ts";
import { isQuarantined } from "./record/rules/quarantine.ts";
import { stopWriting } from "./steps/rules/stop-writing.ts";
import { isOver } from "./observe/rules/lifecycle.ts";
import { recheckMs } from "./record/rules/recheck.ts";
import { isDone, isToPublish, newRun, type Run } from "./run.ts";
import { RunProgress } from "./steps/progress.ts";
import { quarantine } from "./settle/quarantine.ts";
import { refusalsInARow, RunOutcome } from "./settle/outcome.ts";
import type { Worker } from "../work/worker.ts";
import { bringUpToDate } from "./publish/bring-up-to-date.ts";

export type PullRequestWorkDeps = FollowDeps & {
  readonly installations: Installations;
  readonly renameStore: RenameStore;
  readonly projects: Projects;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly github: GitHub;
  /** How many records a process works on at the same time. */
  readonly lanes: number;
} & Worker;

/** Another installation, or another token of the same one, may have the missing permission. */
const ACCESS_MAY_HAVE_CHANGED = [
  "bad_credentials",
  "installation_suspended",
  "not_found",
  "permission_missing",
  "pull_requests_restricted",
] as const;

/**
 * Handles records that are due. A record with a new completion is published; an open one gets a look, and is
 * updated if the look shows a reason. A nudge only says that something may have happened; this asks GitHub what.
 */
export class PullRequestWork {
  readonly #deps: PullRequestWorkDeps;
  readonly #work: LeasedWork<PullRequestRecord>;
  readonly #outcome: RunOutcome;
  /** Takes the records that are due, in any number of lanes. */
  readonly queue: WorkQueue<PullRequestRecord>;

  constructor(deps: PullRequestWorkDeps) {
    this.#deps = deps;
    const { model } = deps.store;
    const { choose } = new FairChoice<PullRequestRecord, Types.ObjectId>(model, deps);
    this.#work = new LeasedWork(model, { worker: deps, waitMsMax: RECORD_WAIT_MS_MAX, choose });
    this.#outcome = new RunOutcome({ ...deps, work: this.#work });
    const hands: Hands<PullRequestRecord> = {
      attempt: (claim) => this.#attempt(claim),
      quarantine: (claim) => quarantine(this.#begin(claim), { ...deps, work: this.#work }),
      about: aboutRecord,
    };
    this.queue = new WorkQueue(this.#work, hands, deps);
  }

  #attempt(claim: Claim<PullRequestRecord>): Attempt {
    let run = this.#begin(claim);
    const work = async () => {
      await this.#deps.checkpoint("claimed");
      const fresh = asksForTruth(run.record);
      const toWrite = isToWrite(run, this.#deps.now());
      const repository = await this.#deps.github.repository(run.record.repository, { fresh, toWrite });
      // People's commands come first, and may be all that there is to do.
      const deps = { ...this.#deps, work: this.#work, repository };
      const answered = await performRequests({ ...claim, document: run.record }, deps);
      run = this.#begin(answered);
      if (this.#isHeldBack(run) && (await restAgain(answered, deps))) return;
      await this.#run(run, repository);
    };
    const guard = () => this.#work.requireHeld(claim.lease);
    return {
      run: () => guardWrites({ guard, turn: String(claim.lease.id) }, work),
      failed: (error) => (isStopped(error) ? this.#giveBack(claim.lease) : this.#failed(run, error)),
    };
  }

  /** The process stops in the middle of its work. Another one continues at once; nothing is wrong with the record. */
  async #giveBack(lease: Lease): Promise<void> {
    const { attempts, crashed } = lease;
    await this.#work.release(lease, { dueAt: this.#deps.now(), attempts: attempts - 1, crashed });
  }

  #begin({ document: record, lease }: Claim<PullRequestRecord>): Run {
    return newRun(record, lease, new RunProgress({ ...this.#deps, work: this.#work }, lease, record));
  }

  /** After an answer to a person, a waiting record still waits until its time. An open one gets its look anyway. */
  #isHeldBack({ record }: Run): boolean {
    const { openedAt, notBefore } = record;
    const limits = { now: this.#deps.now(), waitMsMax: NO_LOOK_MS_MAX };
    return isQuarantined(record) || openedAt === null || (notBefore !== null && !isDue(notBefore, limits));
  }

  async #run(run: Run, repository: Repository): Promise<void> {
    const { now, checkpoint } = this.#deps;
    const { record, lease } = run;
    const confirm = async (told: RepositoryIdentity) => {
      run.repositoryId = await confirmRepository(record, told, this.#deps);
    };
    if (record.openedAt === null || record.pullRequest === null) {
      // Publishing needs them anyway.
      await confirm((await repository.facts()).identity);
    } else {
      run.look = await look(record, record.pullRequest, {
        repository,
        now,
        patient: isPatient(lease.attempts),
        confirm,
      });
      await checkpoint("looked");
    }
    const { look: seen } = run;
    const over = seen !== null && isOver(seen.seen.lifecycle);
    const stop = over ? null : stopWriting(record, now());
    // Even if a completion came too late for it.
    if (over && !seen.isOlder) await takeAutomaticActions(run, { ...this.#deps, look: seen, repository });
    if (!seen || isToPublish(run, now())) {
      if (stop) throw this.#wait(stop.refusal, stop.waitMs);
      return this.#deps.telemetry.publishing(() => this.#publish(run, repository));
    }
    await follow(run, { look: seen, repository, stop: stop?.refusal ?? null }, this.#deps);
    await this.#outcome.follow(run, stop?.refusal ?? null);
  }

  /** Handles a completion. */
  async #publish(run: Run, repository: Repository): Promise<void> {
    const { record, progress } = run;
    const published = await bringUpToDate(run, { repository, because: null }, this.#deps);
    if (!published.refusal) {
      const siblings = await siblingsFor(run, this.#deps);
      await report(run, { ...this.#deps, repository, siblings, problem: null });
      return this.#outcome.open(run, published.plan.because);
    }
    const { refusal, gathered } = published;
    const { existing } = gathered;
    if (!existing || !isUnannounced(published, run)) throw this.#refused(published);
    await takeIn(existing, progress);
    const hasEnded = existing.state === "closed";
    // From then on, whatever keeps it from being finished is a shortcoming. Its end is not: the next look reports it.
    progress.startOver(hasEnded ? [] : [refusal]);
    run.lookSoon = hasEnded;
    const isShut = hasEnded && !existing.merged;
    // A person who reopens it wants it finished.
    await this.#outcome.open(run, refusal.reason, isShut ? record.publishedRound : record.round);
  }

  /** Temporary problems are tried again; the others wait for a person. */
  #refused({ refusal, gathered }: RefusedPlan): Refused {
    const { place } = gathered;
    return this.#wait(refusal, recheckMs(refusal.code, place?.position ?? 1), place);
  }

  #wait(refusal: Refusal, waitMs: number | null, queuePlace: QueuePlace | null = null): Refused {
    const retryAt = waitMs === null ? null : new Date(this.#deps.now().getTime() + waitMs);
    return new Refused(refusal, { retryAt, queuePlace });
  }

  /** For the report of a bug, which must not fail itself. */
  async #userOf({ project }: PullRequestRecord): Promise<string | null> {
    const known = await this.#deps.projectStore.find(project).catch(() => null);
    return known?.facts.created?.value.userId ?? null;
  }

  async #failed(run: Run, error: unknown): Promise<void> {
    const { github, telemetry, now, random, pace } = this.#deps;
    const { record, lease } = run;
    const problem = refusalOf(error);
    if (!(error instanceof OrbError)) {
      telemetry.bug("pull_request", error, { ...nameOf(record), userId: await this.#userOf(record) });
    }
    if (isGitHubFailure(error, ...ACCESS_MAY_HAVE_CHANGED)) {
      github.forget(record.repository);
    }
    const at = now();
    const retryAt = error instanceof OrbError ? error.retryAt : null;
    const waitMs = retryAt && Math.max(0, retryAt.getTime() - at.getTime());
    const scale = pace.backOffScale;
    const { attempts } = lease;
    const refusals = refusalsInARow(record, problem) + 1;
    // It has a place in a line, and others have the places behind it.
    const chance = error instanceof WaitsForTurn ? 0 : random();
    const next = afterFailure(problem, { attempts, waitMs, refusals, random: chance, scale });
    if (isQuarantined(record)) {
      // It stays as it is. Commands are answered later.
      const againMs = next.action === "retry" ? next.waitMs : backOffMs("quarantined_request");
      const dueAt = new Date(at.getTime() + againMs);
      return this.#work.release(lease, { dueAt, attempts });
    }
    if (next.action !== "retry") {
      if (isDone(run, at)) return this.#outcome.rest(run, problem);
      const againAt = next.againMs === null ? null : new Date(at.getTime() + next.againMs);
      return this.#outcome.refuse(run, { status: next.action, problem, againAt });
    }
    // Ask for the workspace's retention before the end is reported. If that fails, the next run sees the end again.
    const { look: seen } = run;
    if (seen && isOver(seen.seen.lifecycle) && run.settings === null) run.look = null;
    await this.#outcome.delay(run, {
      problem,
      nextAttemptAt: new Date(at.getTime() + next.waitMs),
      counts: next.counts,
      waits: error instanceof Refused && retryAt !== null,
      queuePlace: error instanceof Refused ? error.queuePlace : null,
    });
  }
}

/** For the log and for reports. */
function aboutRecord({
  _id,
  project,
  repository,
  completion,
  work,
}: PullRequestRecord & { readonly _id: Types.ObjectId }): LogFields {
  const agent = completion.agents?.[0]?.name ?? null;
  return { pullRequestId: String(_id), project, repository, installation: work.share, agent };
}

/** Somebody asked for another look or another try, so nothing that was asked before counts. */
function asksForTruth({ refreshAsked, retried, requests }: PullRequestRecord): boolean {
  const asked = requests.some(({ command }) => command === "refresh" || command === "retry");
  return asked || refreshAsked !== null || retried !== null;
}

/** Whether it is certain to write, unless it is refused, or has waited to write before. */
function isToWrite(run: Run, now: Date): boolean {
  const { requests, problem } = run.record;
  return requests.length > 0 || problem?.code === "rate_limited" || isToPublish(run, now);
}

type RefusedPlan = Extract<Planned, { refusal: object }>;

/**
 * Whether a pull request of ours was never reported, because the run that opened it was interrupted, and waiting would change
 * nothing. People may have merged or closed it meanwhile.
 */
function isUnannounced(
  { refusal, gathered: { existing } }: RefusedPlan,
  { record: { openedAt }, lease: { attempts }, progress: { current } }: Run,
): boolean {
  if (openedAt !== null || !existing?.ours) return false;
  const begun = current.pullRequest !== null || current.steps.some(({ step }) => step === "write");
  // It ended before this completion came.
  if (existing.state === "closed" && !begun) return false;
  return afterFailure(refusal, { attempts, waitMs: null, random: 0 }).action !== "retry";
}

/** A refused plan, with its place in the queue if it waits for room. */
class Refused extends OrbError {
  readonly queuePlace: QueuePlace | null;

  constructor(
    refusal: ConstructorParameters<typeof OrbError>[0],
    { retryAt, queuePlace }: { retryAt: Date | null; queuePlace: QueuePlace | null },
  ) {
    super(refusal, { retryAt });
    this.queuePlace = queuePlace;
  }
}
