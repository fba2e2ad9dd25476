import { type OrbError, refusalOf } from "../../errors.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { OrbEvent } from "../../outbox/event.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import type { Worker } from "../../work/worker.ts";
import type { KeepReason } from "../keep-reason.ts";
import type { WorkspaceChange, WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { CleanupOutcome, Freed, StoredCleanup } from "./cleanup.ts";
import { changeWorkspace, keptByCleanup } from "./change-workspace.ts";
import { nameOf, summaryOf, tellProjects } from "./publish.ts";
import { repeat } from "./rules/repeated.ts";
import { historyOf } from "./store.ts";

type CleanupClaim = Claim<StoredCleanup>;

export interface SettleDeps {
  readonly leases: LeasedWork<StoredCleanup>;
  readonly workspaces: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly telemetry: WorkspaceTelemetry;
  readonly worker: Pick<Worker, "now" | "random" | "pace">;
}

/** One end of a run, as it is stored. */
interface End {
  readonly change: Partial<StoredCleanup>;
  readonly dueAt: Date | null;
  readonly attempts: number;
  readonly crashed?: readonly string[];
  readonly entry: { readonly what: string; readonly because: string } | null;
  readonly event: OrbEvent | null;
  /** What the record of the workspace remembers of it; it is left alone if another folder is at the path. */
  readonly workspace: ((before: StoredWorkspace, now: Date) => WorkspaceChange) | null;
  /** More writes of the same transaction. */
  readonly more?: (transaction: Transaction, now: Date) => Promise<void>;
}

/** How a run of a clean-up ends: one transaction with the clean-up, its workspace, its projects and its event. */
export class Settle {
  readonly #deps: SettleDeps;

  constructor(deps: SettleDeps) {
    this.#deps = deps;
  }

  /**
   * Keeps the workspace for now. The same reasons again are neither published nor counted again, and it is tried ever later.
   *
   * @param kept its `until` is when all reasons will have ended: then it is tried again
   */
  async defer(
    claim: CleanupClaim,
    { reasons, until }: { reasons: readonly KeepReason[]; until: Date | null },
  ): Promise<void> {
    const { telemetry, worker } = this.#deps;
    const cleanup = claim.document;
    const codes = reasons.map(({ code }) => code);
    const { told, times, isNews } = repeat(cleanup, codes);
    const dueAt = until ?? this.#later("kept_workspace", times);
    const because = reasons.map(({ reason }) => reason).join(" ");
    const now = worker.now();
    const projects = await this.#projectsOf(cleanup);
    const shown = reasons.map((reason) => ({ ...reason, since: now }));
    const data = {
      because,
      cleanup: summaryOf(cleanup),
      reasons: shown,
      nextAttemptAt: dueAt,
      question: null,
    };
    await this.#end(claim, {
      change: { ...UNTOUCHED, status: "deferred", reasons, problem: null, told, times },
      dueAt,
      attempts: 0,
      entry: isNews ? { what: "deferred", because } : null,
      event: isNews ? { type: "orb.cleanup.deferred", data } : null,
      workspace: (before, time) => ({
        status: "kept",
        kept: keptByCleanup(before, reasons, { projects, now: time }),
        updatedAt: time,
      }),
    });
    telemetry.deferred(nameOf(cleanup), { codes, nextAttemptAt: dueAt, isNews });
  }

  /** Waits until the rule of retention says that it is due. */
  async wait(claim: CleanupClaim, { at, because }: { at: Date; because: string }): Promise<void> {
    const cleanup = claim.document;
    const data = { dueAt: at, because, cleanup: summaryOf(cleanup) };
    await this.#end(claim, {
      change: {
        ...UNTOUCHED,
        status: "scheduled",
        at,
        because,
        reasons: [],
        problem: null,
        told: null,
        times: 0,
      },
      dueAt: at,
      attempts: 0,
      entry: { what: "scheduled again", because },
      event: { type: "orb.cleanup.scheduled", data },
      workspace: null,
    });
    this.#deps.telemetry.scheduled(nameOf(cleanup), { dueAt: at, because });
  }

  /** Ends it without having removed anything: the workspace is not due any more. */
  async callOff(claim: CleanupClaim, because: string): Promise<void> {
    const cleanup = claim.document;
    const now = this.#deps.worker.now();
    await this.#end(claim, {
      change: { ...UNTOUCHED, status: "cancelled", turn: null, endedAt: now, problem: null },
      dueAt: null,
      attempts: 0,
      entry: { what: "cancelled", because },
      event: { type: "orb.cleanup.cancelled", data: { because, cleanup: summaryOf(cleanup) } },
      workspace: null,
    });
    this.#deps.telemetry.cancelled(nameOf(cleanup), { reason: cleanup.cause, because });
  }

  /** It failed; it goes on where it stopped, ever later. The same problem again is not published again. */
  async fail(claim: CleanupClaim, error: unknown): Promise<void> {
    const problem = refusalOf(error);
    const { told, times, isNews } = repeat(claim.document, [problem.code]);
    const nextAttemptAt = this.#later("cleanup", times);
    await this.#failed(claim, { error, told, times, isNews, nextAttemptAt });
  }

  /** It crashed too many processes, so it rests until somebody runs it. */
  async quarantine(claim: CleanupClaim, error: OrbError): Promise<void> {
    const { told, times } = repeat(claim.document, [error.code]);
    const { crashed } = claim.lease;
    await this.#failed(claim, { error, told, times, isNews: true, nextAttemptAt: null, crashed });
  }

  /** This process ends: the next one goes on, and nothing has failed. */
  async giveBack({ lease }: CleanupClaim): Promise<void> {
    const { leases, worker } = this.#deps;
    await leases.release(lease, { dueAt: worker.now(), attempts: Math.max(0, lease.attempts - 1) });
  }

  /** The workspace is gone. @param fenceUntil when the fence at its path is to be lowered; `null` if there is none */
  async complete(
    claim: CleanupClaim,
    { outcome, freed, fenceUntil }: { outcome: "removed" | "missing"; freed: Freed; fenceUntil: Date | null },
  ): Promise<void> {
    const { worker, projectStore, telemetry } = this.#deps;
    const cleanup = claim.document;
    const { because, tombstone, projects, startedAt, cause } = cleanup;
    const endedAt = worker.now();
    const archive = tombstone?.archive ?? null;
    const data = { because, cleanup: summaryOf(cleanup), outcome, freed, archive };
    const status = outcome === "removed" ? "removed" : "missing";
    await this.#end(claim, {
      change: { ...ENDED, outcome, freed, fenceUntil, endedAt },
      dueAt: fenceUntil,
      attempts: 0,
      entry: { what: outcome, because },
      event: { type: "orb.cleanup.completed", data },
      workspace: (_, now) => ({
        status,
        goneAt: now,
        removedAt: outcome === "removed" ? now : null,
        fenceUntil,
        kept: [],
        dueAt: null,
        updatedAt: now,
      }),
      more: async (transaction, at) => {
        const { host, path } = cleanup.workspace;
        for (const project of projects) {
          await projectStore.noteWorkspaceGone(project, { host, path, at, outcome, archive }, transaction);
        }
      },
    });
    const durationMs = startedAt && endedAt.getTime() - startedAt.getTime();
    telemetry.ended(nameOf(cleanup), { outcome, reason: cause, because, bytes: freed.bytes, durationMs });
  }

  /** The end of a dry run. @param bytes what a removal would free, as far as it is known */
  async rehearsed(
    claim: CleanupClaim,
    {
      outcome,
      reasons,
      because,
      freed,
    }: {
      outcome: Extract<CleanupOutcome, "would_remove" | "would_keep">;
      reasons: readonly KeepReason[];
      because: string;
      freed: Freed | null;
    },
  ): Promise<void> {
    const cleanup = claim.document;
    const endedAt = this.#deps.worker.now();
    await this.#end(claim, {
      // Only the check was made: nothing was moved, deleted or fenced.
      change: {
        ...ENDED,
        step: outcome === "would_remove" ? "checked" : "planned",
        outcome,
        reasons,
        freed,
        endedAt,
      },
      dueAt: null,
      attempts: 0,
      entry: { what: outcome, because },
      event: null,
      workspace: null,
    });
    const ended = { outcome, reason: cleanup.cause, because, bytes: freed?.bytes ?? 0, durationMs: null };
    this.#deps.telemetry.ended(nameOf(cleanup), ended);
  }

  async #failed(
    claim: CleanupClaim,
    failed: {
      error: unknown;
      told: string;
      times: number;
      isNews: boolean;
      nextAttemptAt: Date | null;
      crashed?: readonly string[];
    },
  ): Promise<void> {
    const { error, told, times, isNews, nextAttemptAt, crashed = [] } = failed;
    const cleanup = claim.document;
    const problem = refusalOf(error);
    const data = { ...problem, cleanup: summaryOf(cleanup), nextAttemptAt };
    await this.#end(claim, {
      change: { status: "failed", problem, told, times },
      dueAt: nextAttemptAt,
      attempts: claim.lease.attempts,
      crashed,
      entry: isNews ? { what: "failed", because: problem.reason } : null,
      event: isNews ? { type: "orb.cleanup.failed", data } : null,
      workspace: null,
    });
    // For the report of the failure, which must not fail itself.
    const [owner] = await this.#projectsOf(cleanup).catch(() => []);
    const failure = { error, code: problem.code, isNews, nextAttemptAt, userId: owner?.userId ?? null };
    this.#deps.telemetry.failed(nameOf(cleanup), failure);
  }

  async #projectsOf({ projects }: StoredCleanup) {
    const known = await this.#deps.projectStore.findAll(projects);
    return known.map(({ _id: id, facts }) => ({ id, userId: facts.created?.value.userId ?? null }));
  }

  #later(failing: "kept_workspace" | "cleanup", failures: number): Date {
    const { now, random, pace } = this.#deps.worker;
    const waitMs = backOffMs(failing, { failures, random: random(), scale: pace.backOffScale });
    return new Date(now().getTime() + waitMs);
  }

  async #end({ document: cleanup, lease }: CleanupClaim, end: End): Promise<void> {
    const { leases, workspaces, outbox, database, worker } = this.#deps;
    const { change, dueAt, attempts, crashed = [], entry, event, workspace, more } = end;
    const { dryRun, projects, causes = [] } = cleanup;
    const conclude = async (transaction: Transaction) => {
      const now = worker.now();
      const update = {
        $set: { ...change, updatedAt: now },
        ...(entry && { $push: historyOf([{ at: now, ...entry }]) }),
      };
      await leases.release(lease, { dueAt, attempts, crashed, update }, transaction);
      if (dryRun) return;
      if (workspace) await changeWorkspace(workspaces, cleanup, { change: workspace, now, transaction });
      await more?.(transaction, now);
      if (event) await tellProjects(outbox, projects, { event, time: now, transaction });
    };
    await database.transaction(conclude, { causes });
  }
}

/** Nothing was done to the workspace, so the next try begins from the start. */
const UNTOUCHED = { step: "planned", tombstone: null } as const;
const ENDED = {
  status: "completed",
  turn: null,
  reasons: [],
  problem: null,
  told: null,
  times: 0,
} as const;
