import type { Transaction } from "../mongo/database.ts";
import type { OrbEvent } from "../outbox/event.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Signal } from "../signals/signal.ts";
import type { ProjectTelemetry } from "../telemetry/projects.ts";
import type { Cleanup, ProjectFacts, ProjectPullRequest } from "./project.ts";
import { cleanUp } from "./rules/clean-up.ts";
import { foldSignal } from "./rules/fold-signal.ts";
import { projectStatus } from "./rules/project-status.ts";
import type { ProjectStore } from "./store.ts";

/** Says what happened; to be called once the transaction is committed, for one that is run again happens once. */
export type AfterCommit = () => void;

interface Deps {
  readonly store: ProjectStore;
  readonly outbox: OutboxStore;
  readonly telemetry: ProjectTelemetry;
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
    const cleanup = cleanUp(facts);
    await store.save(project, { facts, status, phase, because, cleanup, updatedAt }, transaction);
    const tellCleanup = cleanupEvent(before.cleanup, cleanup);
    const stays = status === before.status && phase === before.phase && before.because !== "";
    const tell = { time: updatedAt, transaction };
    if (!stays) {
      await outbox.append(project, { type: "orb.project.updated", data: { status, phase, because } }, tell);
    }
    if (tellCleanup) await outbox.append(project, tellCleanup, tell);
    return stays ? () => {} : () => telemetry.updated({ project, status, because });
  }
}

/** What is to be told where a clean-up was scheduled, for another time, or not any more. */
function cleanupEvent(before: Cleanup | null, now: Cleanup | null): OrbEvent | null {
  if (before?.dueAt.getTime() === now?.dueAt.getTime()) return null;
  if (now) return { type: "orb.cleanup.scheduled", data: now };
  return { type: "orb.cleanup.cancelled", data: { because: "Work on the project goes on" } };
}
