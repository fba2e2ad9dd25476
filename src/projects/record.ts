import type { Transaction } from "../mongo/database.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Signal } from "../signals/signal.ts";
import type { Telemetry } from "../telemetry.ts";
import type { ProjectFacts, ProjectPullRequest } from "./project.ts";
import { foldSignal } from "./rules/fold-signal.ts";
import { projectStatus } from "./rules/project-status.ts";
import type { ProjectStore } from "./store.ts";

/** Says what happened; to be called once the transaction is committed, for one that is run again happens once. */
export type AfterCommit = () => void;

interface Deps {
  readonly store: ProjectStore;
  readonly outbox: OutboxStore;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** Keeps what is known of projects, and tells the Meta-Agent where the status changes. */
export class Projects {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async recordSignal(signal: Signal, transaction: Transaction): Promise<AfterCommit> {
    const tell = await this.#change(signal.project, transaction, (facts) => foldSignal(facts, signal));
    return () => {
      tell();
      if (signal.type === "orb.agent.executed") this.#deps.telemetry.agentExecuted(signal.data);
    };
  }

  async recordPullRequest(
    project: string,
    pullRequest: ProjectPullRequest,
    transaction: Transaction,
  ): Promise<AfterCommit> {
    return this.#change(project, transaction, (facts) => ({
      ...facts,
      pullRequests: [...facts.pullRequests.filter(({ id }) => id !== pullRequest.id), pullRequest],
    }));
  }

  async #change(
    project: string,
    transaction: Transaction,
    change: (facts: ProjectFacts) => ProjectFacts,
  ): Promise<AfterCommit> {
    const { store, outbox, telemetry, now } = this.#deps;
    const updatedAt = now();
    const before = await store.takeUp(project, { now: updatedAt, transaction });
    const facts = change(before.facts);
    const { status, phase, because } = projectStatus(facts);
    await store.save(project, { facts, status, phase, because, updatedAt }, transaction);
    if (status === before.status && phase === before.phase && before.because !== "") return () => {};
    const event = { type: "orb.project.updated", data: { status, phase, because } } as const;
    await outbox.append(project, event, { time: updatedAt, transaction });
    return () => telemetry.projectUpdated({ project, status, because });
  }
}
