import type { GitHub } from "../github/github.ts";
import { isGitHubFailure } from "../github/failure.ts";
import { OrbError, refusalOf } from "../errors.ts";
import type { Database } from "../mongo/database.ts";
import { toMongoFailure } from "../mongo/failure.ts";
import { type Claim, isLeaseLost, LeasedWork } from "../mongo/leased-work.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Templates } from "../text/templates.ts";
import { type Checkpoint, PlanApplication } from "./apply-plan.ts";
import { gatherFacts, type Lessons } from "./gather-facts.ts";
import type { Marker } from "./marker.ts";
import { nameOf, type PullRequestRecord } from "./record.ts";
import { afterFailure } from "./rules/after-failure.ts";
import { decidePublish } from "./rules/decide-publish.ts";
import { PublishOutcome } from "./settle.ts";
import type { PullRequestStore } from "./store.ts";

const TURNS_MAX = 5;

export interface PublisherDeps {
  readonly store: PullRequestStore;
  readonly projectStore: ProjectStore;
  readonly projects: Projects;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly github: GitHub;
  readonly marker: Marker;
  readonly templates: Templates;
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
    this.#work = new LeasedWork(deps.store.model, {
      leaseMs: deps.leaseMs,
      now: deps.now,
      owner: deps.owner,
    });
    this.#outcome = new PublishOutcome({ ...deps, work: this.#work });
  }

  /** @returns whether there was one to do. */
  async runOne(): Promise<boolean> {
    const claim = await this.#work.claim();
    if (!claim) return false;
    using _kept = this.#work.keep(claim.lease);
    try {
      await this.#deps.checkpoint("claimed");
      await this.#publish(claim);
    } catch (error) {
      if (!isLeaseLost(error)) await this.#failed(claim, toMongoFailure(error));
    }
    return true;
  }

  async #publish(claim: Claim<PullRequestRecord>): Promise<void> {
    const { github, telemetry, checkpoint, projectStore: projects, marker, templates, now } = this.#deps;
    const { document: record, lease } = claim;
    const repository = await github.repository(record.repository);
    const application = new PlanApplication({ work: this.#work, repository, now, checkpoint }, lease, record);
    let lessons: Lessons = { mayExist: false, draftsRefused: false, bodyScale: 1 };
    for (let turn = 1; ; turn++) {
      const facts = await gatherFacts(record, repository, lessons, { projects, marker, templates });
      await checkpoint("facts");
      const plan = decidePublish(facts);
      telemetry.publishDecided(nameOf(record), plan.because);
      if (plan.refusal) throw new OrbError(plan.refusal);
      try {
        await application.apply(plan.effects, facts.existing);
        return await this.#outcome.open(claim, { progress: application.progress, because: plan.because });
      } catch (error) {
        const learnt = learn(lessons, error);
        if (!learnt || turn === TURNS_MAX) throw error;
        lessons = learnt;
      }
    }
  }

  async #failed(claim: Claim<PullRequestRecord>, error: unknown): Promise<void> {
    const { github, telemetry, now, random } = this.#deps;
    const problem = refusalOf(error);
    if (!(error instanceof OrbError)) telemetry.bug("Publishing", error);
    if (isGitHubFailure(error, "bad_credentials", "not_found", "permission_missing")) {
      github.forget(claim.document.repository);
    }
    const at = now();
    const retryAt = error instanceof OrbError ? error.retryAt : null;
    const waitMs = retryAt && Math.max(0, retryAt.getTime() - at.getTime());
    const next = afterFailure(problem, { attempts: claim.lease.attempts, waitMs, random: random() });
    if (next.action === "retry") {
      const nextAttemptAt = new Date(at.getTime() + next.waitMs);
      await this.#outcome.delay(claim, { problem, nextAttemptAt, counts: next.counts });
    } else {
      await this.#outcome.refuse(claim, { status: next.action, problem });
    }
  }
}

/** What a refusal teaches that is worth another turn at once; `null` where it teaches nothing. */
function learn(lessons: Lessons, error: unknown): Lessons | null {
  if (isGitHubFailure(error, "pull_request_exists") && !lessons.mayExist)
    return { ...lessons, mayExist: true };
  if (isGitHubFailure(error, "drafts_not_supported")) return { ...lessons, draftsRefused: true };
  if (isGitHubFailure(error, "body_too_long")) return { ...lessons, bodyScale: lessons.bodyScale / 4 };
  return null;
}
