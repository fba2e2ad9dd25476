import { OrbError, type Refusal } from "../errors.ts";
import { isGitHubFailure } from "../github/failure.ts";
import type { RemotePullRequest } from "../github/pull-request.ts";
import type { LabelLook, Repository } from "../github/repository.ts";
import type { Lease, LeasedWork } from "../mongo/leased-work.ts";
import {
  type PullRequestRecord,
  type Step,
  type StepRecord,
  STEPS,
  type WrittenPullRequest,
} from "./record.ts";
import { afterFailure } from "./rules/after-failure.ts";
import type { Effect, ExistingPullRequest } from "./rules/decide-publish.ts";

/** Called between any two steps; a test may end the process there. */
export type Checkpoint = (name: string) => void | Promise<void>;

interface Deps {
  readonly work: LeasedWork<PullRequestRecord>;
  readonly repository: Repository;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
}

/** The state of a record while it is worked on. */
export interface Progress {
  readonly steps: readonly StepRecord[];
  readonly pullRequest: WrittenPullRequest | null;
  readonly shortcomings: readonly Refusal[];
}

/**
 * Carries out effects one by one under a lease. That a step begins is written before it does, which also
 * refuses it to whoever has lost the lease; what it brought is written when it is done.
 */
export class PlanApplication {
  readonly #deps: Deps;
  readonly #lease: Lease;
  #progress: Progress;

  constructor(deps: Deps, lease: Lease, { steps, pullRequest }: PullRequestRecord) {
    this.#deps = deps;
    this.#lease = lease;
    this.#progress = { steps, pullRequest, shortcomings: [] };
  }

  get progress(): Progress {
    return this.#progress;
  }

  async apply(effects: readonly Effect[], existing: ExistingPullRequest | null): Promise<void> {
    if (existing) {
      const adopted = this.#progress.pullRequest?.adopted ?? true;
      await this.#remember(existing, { adopted, titleWritten: existing.titleWritten });
    }
    for (const effect of effects) {
      switch (effect.do) {
        case "create":
        case "update":
          await this.#write(effect);
          break;
        case "label":
          await this.#label(effect.labels);
          break;
        default:
          effect satisfies never;
      }
    }
  }

  async #write(effect: Extract<Effect, { do: "create" | "update" }>): Promise<void> {
    const { repository, checkpoint } = this.#deps;
    await this.#begin("write");
    const { do: _verb, ...wanted } = effect;
    const written =
      "number" in wanted ? await this.#update(wanted) : await repository.createPullRequest(wanted);
    await checkpoint("write:answered");
    const { adopted = false, titleWritten = null } = this.#progress.pullRequest ?? {};
    await this.#remember(written, { adopted, titleWritten: wanted.title ?? titleWritten });
  }

  async #update({
    number,
    ...wanted
  }: Omit<Extract<Effect, { do: "update" }>, "do">): Promise<RemotePullRequest> {
    return this.#deps.repository.updatePullRequest(number, wanted);
  }

  /** @param adopted found on GitHub, instead of known from the answer to its creation */
  async #remember(
    remote: RemotePullRequest,
    { adopted, titleWritten }: Pick<WrittenPullRequest, "adopted" | "titleWritten">,
  ): Promise<void> {
    const { number, nodeId, url, title, baseRef: base, draft, labels, headSha } = remote;
    const pullRequest = { number, nodeId, url, title, titleWritten, base, draft, labels, headSha, adopted };
    this.#progress = { ...this.#progress, pullRequest };
    await this.#finish("write", "done", `#${number}`);
  }

  async #label(looks: readonly LabelLook[]): Promise<void> {
    const { pullRequest } = this.#progress;
    if (!pullRequest) throw new Error("A pull request is labelled before it is written");
    await this.#begin("label");
    try {
      const ids = await this.#labelIds(looks);
      const labels = await this.#deps.repository.addLabels(pullRequest.nodeId, ids);
      await this.#deps.checkpoint("label:answered");
      this.#progress = { ...this.#progress, pullRequest: { ...pullRequest, labels } };
      await this.#finish("label", "done", labels.join(", "));
    } catch (error) {
      await this.#labelFailed(error);
    }
  }

  async #labelIds(looks: readonly LabelLook[]): Promise<string[]> {
    const { repository } = this.#deps;
    const known = await repository.labelIds();
    const missing = looks.filter(({ name }) => !known.has(name.toLowerCase()));
    for (const look of missing) await this.#createLabel(look);
    const ids = missing.length > 0 ? await repository.labelIds() : known;
    return looks.flatMap(({ name }) => ids.get(name.toLowerCase()) ?? []);
  }

  async #createLabel(look: LabelLook): Promise<void> {
    try {
      await this.#deps.repository.createLabel(look);
    } catch (error) {
      if (!isGitHubFailure(error, "already_exists")) throw error;
      this.#deps.repository.forgetLabels();
    }
  }

  /** A pull request without its labels is worth more than none: what can't be mended by trying is put up with. */
  async #labelFailed(error: unknown): Promise<void> {
    if (!(error instanceof OrbError) || error.code === "lease_lost") throw error;
    this.#deps.repository.forgetLabels();
    const { attempts } = this.#lease;
    const next = afterFailure(error, { attempts, waitMs: error.retryAt ? 0 : null, random: 0 });
    if (next.action === "retry") throw error;
    const shortcoming = { ...error.toRefusal(), code: `labels_${error.code}` };
    this.#progress = { ...this.#progress, shortcomings: [...this.#progress.shortcomings, shortcoming] };
    await this.#finish("label", "failed", error.message);
  }

  async #begin(step: Step): Promise<void> {
    await this.#record({ step, status: "started", at: this.#deps.now(), detail: null });
    await this.#deps.checkpoint(`${step}:started`);
  }

  async #finish(step: Step, status: "done" | "failed", detail: string): Promise<void> {
    await this.#record({ step, status, at: this.#deps.now(), detail });
    await this.#deps.checkpoint(`${step}:${status}`);
  }

  async #record(entry: StepRecord): Promise<void> {
    const others = this.#progress.steps.filter(({ step }) => step !== entry.step);
    const steps = [...others, entry].sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
    this.#progress = { ...this.#progress, steps };
    const { pullRequest } = this.#progress;
    await this.#deps.work.write(this.#lease, { $set: { steps, pullRequest, updatedAt: entry.at } });
  }
}
