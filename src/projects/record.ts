import type { Transaction } from "../mongo/database.ts";
import type { OrbEvent } from "../outbox/event.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { WorkspaceDays } from "../repository-settings/settings.ts";
import type { Signal } from "../signals/signal.ts";
import type { ProjectTelemetry } from "../telemetry/projects.ts";
import type { Cleanup, ProjectFacts, ProjectPullRequest } from "./project.ts";
import { projectEnd } from "./rules/clean-up.ts";
import { foldSignal } from "./rules/fold-signal.ts";
import { pastFacts } from "./rules/past-facts.ts";
import { projectStatus } from "./rules/project-status.ts";
import { withPullRequest } from "./rules/with-pull-request.ts";
import type { ProjectStore } from "./store.ts";

/** Logs what happened. Call it after the commit: a transaction may run several times but is committed once. */
export type AfterCommit = () => void;

interface Deps {
  readonly store: ProjectStore;
  readonly outbox: OutboxStore;
  readonly telemetry: ProjectTelemetry;
  readonly now: () => Date;
}

/** Stores what is known about projects, and publishes an event when a status changes. */
export class Projects {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async recordSignal(signal: Signal, transaction: Transaction): Promise<AfterCommit> {
    const report = await this.#change(signal.project, transaction, (facts) => foldSignal(facts, signal));
    return () => {
      report();
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
      pullRequests: withPullRequest(facts.pullRequests, pullRequest),
    }));
  }

  /** Remembers what the repository's settings say about workspaces now. */
  async recordRetention(
    project: string,
    days: WorkspaceDays,
    transaction: Transaction,
  ): Promise<AfterCommit> {
    const repositoryRetention = { days, readAt: this.#deps.now() };
    return this.#change(project, transaction, (facts) => ({ ...facts, repositoryRetention }));
  }

  async #change(
    project: string,
    transaction: Transaction,
    change: (facts: ProjectFacts) => ProjectFacts,
  ): Promise<AfterCommit> {
    const { store, outbox, telemetry, now } = this.#deps;
    const updatedAt = now();
    const before = await store.openForChange(project, { now: updatedAt, transaction });
    const facts = change(pastFacts(before.facts, { now: updatedAt, updatedAt: before.updatedAt }));
    const { status, phase, because } = projectStatus(facts);
    const cleanup = cleanupOf(facts);
    await store.save(project, { facts, status, phase, because, cleanup, updatedAt }, transaction);
    const cleanupChange = cleanupEvent(before.cleanup, cleanup);
    const isUnchanged = status === before.status && phase === before.phase && before.because !== "";
    const options = { time: updatedAt, transaction };
    if (!isUnchanged) {
      await outbox.append(
        project,
        { type: "orb.project.updated", data: { status, phase, because } },
        options,
      );
    }
    if (cleanupChange) await outbox.append(project, cleanupChange, options);
    return isUnchanged ? () => {} : () => telemetry.updated({ project, status, because });
  }
}

/**
 * When the workspace is due, if the project alone decides; a lease or work in it may keep it longer. `null` if it has
 * none, if its work goes on, or if a completion may still become a pull request, which only the subjects above know.
 */
function cleanupOf(facts: ProjectFacts): Cleanup | null {
  const end = facts.created && projectEnd(facts);
  if (!end || end.cause === "completed") return null;
  return { dueAt: new Date(end.since.getTime() + end.keptMs), because: end.because };
}

/** The event for a clean-up that was scheduled, moved to another time, or cancelled; `null` if nothing changed. */
function cleanupEvent(before: Cleanup | null, now: Cleanup | null): OrbEvent | null {
  if (before?.dueAt.getTime() === now?.dueAt.getTime()) return null;
  if (now) return { type: "orb.cleanup.scheduled", data: { ...now, cleanup: null } };
  const because = "Work on the project continues";
  return { type: "orb.cleanup.cancelled", data: { because, cleanup: null } };
}
