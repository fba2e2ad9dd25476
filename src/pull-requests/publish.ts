import { OrbError, refusalOf } from "../errors.ts";
import { isGitHubFailure } from "../github/failure.ts";
import type { GitHub } from "../github/github.ts";
import type { Repository } from "../github/repository.ts";
import type { Database } from "../mongo/database.ts";
import { toMongoFailure } from "../mongo/failure.ts";
import { type Claim, isLeaseLost, LeasedWork } from "../mongo/leased-work.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import type { Telemetry } from "../telemetry.ts";
import { applyPlan, takeIn } from "./apply-plan.ts";
import { performRequests } from "./commands/perform.ts";
import { restAgain } from "./commands/rest-again.ts";
import { learn, type Lessons, NOTHING_LEARNT } from "./lessons.ts";
import { type PlanDeps, type Planned, planPublish } from "./plan-publish.ts";
import { asKnownToday, nameOf, type PullRequestRecord } from "./record.ts";
import { afterFailure } from "./rules/after-failure.ts";
import { isPatient } from "./rules/do-without.ts";
import { recheckMs } from "./rules/waiting.ts";
import { type Checkpoint, RunProgress } from "./run-progress.ts";
import { PublishOutcome } from "./settle.ts";
import { wantedOf } from "./wanted.ts";

const TURNS_MAX = 6;

export interface PublisherDeps extends PlanDeps {
  readonly projects: Projects;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly github: GitHub;
  readonly telemetry: Telemetry;
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: () => Date;
  readonly random: () => number;
  readonly checkpoint: Checkpoint;
}

/** Opens pull requests, and brings them up to date where their completion is signalled again. */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #work: LeasedWork<PullRequestRecord>;
  readonly #outcome: PublishOutcome;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    const { leaseMs, now, owner } = deps;
    this.#work = new LeasedWork(deps.store.model, { leaseMs, now, owner });
    this.#outcome = new PublishOutcome({ ...deps, work: this.#work });
  }

  /** @returns whether there was one to do. */
  async runOne(): Promise<boolean> {
    const claimed = await this.#work.claim();
    if (!claimed) return false;
    const claim = { ...claimed, document: asKnownToday(claimed.document) };
    using _kept = this.#work.keep(claim.lease);
    try {
      await this.#deps.checkpoint("claimed");
      await this.#answerAndPublish(claim);
    } catch (error) {
      if (!isLeaseLost(error)) await this.#failed(claim, toMongoFailure(error));
    }
    return true;
  }

  /** What people asked for comes first, and may be all that there is to do. */
  async #answerAndPublish(claimed: Claim<PullRequestRecord>): Promise<void> {
    const repository = await this.#deps.github.repository(claimed.document.repository);
    const deps = { ...this.#deps, work: this.#work };
    const claim = await performRequests(claimed, { ...deps, repository });
    if (await restAgain(claim, deps)) return;
    if (claim.document.hold) return this.#outcome.keep(claim);
    await this.#publish(claim, repository);
  }

  async #publish(claim: Claim<PullRequestRecord>, repository: Repository): Promise<void> {
    const { telemetry, checkpoint } = this.#deps;
    const { document: record, lease } = claim;
    const progress = new RunProgress({ ...this.#deps, work: this.#work }, lease, record);
    let lessons: Lessons = { ...NOTHING_LEARNT, patient: isPatient(lease.attempts) };
    for (let turn = 1; ; turn++) {
      const { pullRequest, titleBegun } = progress.current;
      const wanted = wantedOf({ ...record, pullRequest, titleBegun });
      const planned = await planPublish(wanted, repository, lessons, this.#deps);
      await checkpoint("facts");
      if (planned.refusal) {
        if (!isUnannounced(planned, claim)) throw this.#refused(planned);
        return await this.#announceAsItIs(claim, { planned, progress });
      }
      const { plan, facts } = planned;
      telemetry.publishDecided(nameOf(record), plan.because);
      try {
        await applyPlan(plan, { existing: facts.existing, repository, progress });
        // Which files a large change has can be asked only now that the pull request is there.
        if (facts.filesToCome && turn < TURNS_MAX) continue;
        await this.#toldOfSettings(record, { planned, progress });
        return await this.#outcome.open(claim, { progress: progress.current, because: plan.because });
      } catch (error) {
        const learnt = learn(lessons, error);
        if (!learnt || turn >= TURNS_MAX) throw error;
        lessons = learnt;
      }
    }
  }

  /** What stands in the way of finishing it is then something that it falls short of. */
  async #announceAsItIs(
    claim: Claim<PullRequestRecord>,
    { planned: { refusal, gathered }, progress }: { planned: RefusedPlan; progress: RunProgress },
  ): Promise<void> {
    if (gathered.existing) await takeIn(gathered.existing, progress);
    progress.startOver([refusal]);
    await this.#outcome.open(claim, { progress: progress.current, because: refusal.reason });
  }

  /** Problems of settings count as told once they stand on the check run of this very run. */
  async #toldOfSettings(
    record: PullRequestRecord,
    { planned, progress }: { planned: Extract<Planned, { plan: object }>; progress: RunProgress },
  ): Promise<void> {
    const { report } = planned.gathered.inForce;
    const written = planned.plan.effects.some((effect) => effect.do === "check") && progress.hasDone("check");
    if (!report || !written) return;
    await this.#deps.settings.reported(report);
    this.#deps.telemetry.settingsReported(nameOf(record), report.problems);
  }

  /** What ends by itself is looked at again; the rest is for somebody to mend. */
  #refused({ refusal, gathered }: RefusedPlan): Refused {
    const queuePosition = gathered.place?.position ?? null;
    const waitMs = recheckMs(refusal.code, queuePosition ?? 1);
    const retryAt = waitMs === null ? null : new Date(this.#deps.now().getTime() + waitMs);
    return new Refused(refusal, { retryAt, queuePosition });
  }

  async #failed(claim: Claim<PullRequestRecord>, error: unknown): Promise<void> {
    const { github, telemetry, now, random } = this.#deps;
    const { document: record, lease } = claim;
    const problem = refusalOf(error);
    if (!(error instanceof OrbError)) telemetry.bug("Publishing", error);
    if (isGitHubFailure(error, "bad_credentials", "not_found", "permission_missing")) {
      github.forget(record.repository);
    }
    const at = now();
    const retryAt = error instanceof OrbError ? error.retryAt : null;
    const waitMs = retryAt && Math.max(0, retryAt.getTime() - at.getTime());
    const next = afterFailure(problem, { attempts: lease.attempts, waitMs, random: random() });
    if (next.action !== "retry") return this.#outcome.refuse(claim, { status: next.action, problem });
    await this.#outcome.delay(claim, {
      problem,
      nextAttemptAt: new Date(at.getTime() + next.waitMs),
      counts: next.counts,
      waits: recheckMs(problem.code) !== null,
      queuePosition: error instanceof Refused ? error.queuePosition : null,
    });
  }
}

type RefusedPlan = Extract<Planned, { refusal: object }>;

/**
 * Whether a pull request of ours stands open that nobody was told of, because the run that opened it was interrupted,
 * and that nothing will come of waiting.
 */
function isUnannounced(
  { refusal, gathered: { existing } }: RefusedPlan,
  { document: { openedAt }, lease: { attempts } }: Claim<PullRequestRecord>,
): boolean {
  if (openedAt !== null || !existing?.ours || existing.state !== "open") return false;
  return afterFailure(refusal, { attempts, waitMs: null, random: 0 }).action !== "retry";
}

/** A plan that was refused, with its place in the queue where it waits for room. */
class Refused extends OrbError {
  readonly queuePosition: number | null;

  constructor(
    refusal: ConstructorParameters<typeof OrbError>[0],
    { retryAt, queuePosition }: { retryAt: Date | null; queuePosition: number | null },
  ) {
    super(refusal, { retryAt });
    this.queuePosition = queuePosition;
  }
}
