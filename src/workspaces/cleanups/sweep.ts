import type { Database, Transaction } from "../../mongo/database.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Kept, StoredWorkspace } from "../record/workspace.ts";
import type { StoredCleanup } from "./cleanup.ts";
import type { Cleanups } from "./cleanups.ts";
import { nameOf, summaryOf, tellProjects } from "./publish.ts";
import { isAnnounced } from "./rules/announced.ts";
import { mayCallOff, QUESTION_AFTER_MS, sweepActs } from "./rules/sweep.ts";
import type { CleanupStore } from "./store.ts";

const DAY_MS = 24 * 3_600_000;

interface Deps {
  readonly workspaces: WorkspaceStore;
  readonly cleanups: Cleanups;
  readonly store: CleanupStore;
  readonly projectStore: ProjectStore;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly telemetry: WorkspaceTelemetry;
  readonly now: () => Date;
}

/** Brings the clean-ups of workspaces in line with what is due, and asks about what has been kept for long. */
export class Sweep {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @param ids of some hundred workspaces @returns how many clean-ups it scheduled or brought forward */
  async run(ids: readonly string[]): Promise<number> {
    const { workspaces, store, now } = this.#deps;
    const all = (await workspaces.findAll(ids)).filter(({ goneAt }) => goneAt === null);
    const active = await store.activeOfAll(ids);
    const cancelled = await store.cancelledByHand(ids);
    let scheduled = 0;
    for (const workspace of all) {
      const mine = active.get(workspace._id) ?? null;
      const cancelledAt = cancelled.get(workspace._id) ?? null;
      const acts = sweepActs({ workspace, active: mine, cancelledAt, now: now() });
      if (acts.ask && mine?.work.dueAt?.getTime() !== acts.ask.at.getTime()) {
        await this.#ask(workspace, acts.ask);
        scheduled++;
      }
      if (acts.callOff && mine) await this.#callOff(mine);
      if (acts.question.length > 0 && mine)
        await this.#question(workspace, { kept: acts.question, cleanup: mine });
    }
    return scheduled;
  }

  async #ask(workspace: StoredWorkspace, { at, because }: { at: Date; because: string }): Promise<void> {
    const { cleanups, database, projectStore, telemetry } = this.#deps;
    const wish = { origin: "retention", by: "retention", unpushed: "keep", dryRun: false } as const;
    const isAnnounced = await this.#isAnnounced(workspace, at, projectStore);
    const cleanup = await database.transaction((transaction) =>
      cleanups.ask(workspace, { ...wish, because, cause: "due", at }, { transaction, isAnnounced }),
    );
    telemetry.scheduled(nameOf(cleanup), { dueAt: at, because });
  }

  /** The project itself has published this time, when its last pull request ended. */
  async #isAnnounced(workspace: StoredWorkspace, at: Date, store: ProjectStore): Promise<boolean> {
    const { projects } = workspace;
    const [project] = projects;
    if (project === undefined || projects.length > 1) return false;
    const known = await store.find(project);
    return isAnnounced(known?.cleanup?.dueAt ?? null, at, workspace);
  }

  /** A signal may have made it due, and scheduled the clean-up, after the page was read. */
  async #callOff(cleanup: StoredCleanup): Promise<void> {
    const { cleanups, database, workspaces } = this.#deps;
    const because = "The workspace is not due any more";
    await database.transaction(async (transaction) => {
      const workspace = await workspaces.find(cleanup.workspace.id, transaction);
      if (workspace && !mayCallOff(workspace, cleanup)) return;
      await cleanups.callOff(cleanup, { because, transaction });
    });
  }

  /** Asks the owner once what to do, as an event with both calls ready to be sent. */
  async #question(
    workspace: StoredWorkspace,
    { kept, cleanup }: { kept: readonly Kept[]; cleanup: StoredCleanup },
  ): Promise<void> {
    const { database, outbox, workspaces, now } = this.#deps;
    const { _id: id, host, path, generation, projects } = workspace;
    const reasons = kept.map(({ code, reason, remedy, since }) => ({ code, reason, remedy, since }));
    const time = now();
    const days = Math.floor(QUESTION_AFTER_MS / DAY_MS);
    const because = `It has been kept for ${days} days: ${reasons.map(({ reason }) => reason).join(" ")}`;
    const event = {
      type: "orb.cleanup.deferred",
      data: {
        because,
        cleanup: summaryOf(cleanup),
        reasons,
        nextAttemptAt: cleanup.work.dueAt,
        question: questionAbout({ id, host, path, days }),
      },
    } as const;
    await database.transaction(async (transaction: Transaction) => {
      const known = { host, path, noticedBy: "disk", at: time, now: time } as const;
      const before = await workspaces.openForChange(known, transaction);
      if (before.generation !== generation || before.asked?.at.getTime() !== workspace.asked?.at.getTime())
        return;
      const asked = { at: time, codes: reasons.map(({ code }) => code) };
      await workspaces.save(id, { asked }, transaction);
      await tellProjects(outbox, projects, { event, time, transaction });
    });
  }
}

function questionAbout({ id, host, path, days }: { id: string; host: string; path: string; days: number }) {
  const discard = { workspace: { host, path }, unpushed: "discard" };
  return {
    text: `The workspace ${path} has been kept for ${days} days. Archive what is in it, or discard it?`,
    archive: { method: "POST", path: `/api/v1/workspaces/${id}/archive`, body: {} },
    discard: { method: "POST", path: "/api/v1/cleanups", body: discard },
  } as const;
}
