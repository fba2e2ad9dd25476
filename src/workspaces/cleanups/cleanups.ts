import { OrbError, type Refusal } from "../../errors.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import type { OrbEvent } from "../../outbox/event.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { StoredCleanup } from "./cleanup.ts";
import { nameOf, summaryOf, tellProjects } from "./publish.ts";
import { judgeOperator } from "./rules/operator.ts";
import { whatWasReplaced } from "./rules/replaced.ts";
import { mergeWishes } from "./rules/wishes.ts";
import { type CleanupStore, type CleanupWish, historyOf } from "./store.ts";

interface Deps {
  readonly store: CleanupStore;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly telemetry: WorkspaceTelemetry;
  readonly now: () => Date;
}

/** What is wanted, without the workspace. */
export type Wish = Omit<CleanupWish, "workspace" | "projects">;

/** A clean-up that was asked for. */
export interface Asked extends StoredCleanup {
  /** What was scheduled before and is replaced by this wish, in a sentence; `null` if nothing is. */
  readonly replaced: string | null;
}

interface Asking {
  readonly transaction: Transaction;
  /** Whether its projects know already when it is due. */
  readonly isAnnounced?: boolean;
}

/** Asks for clean-ups, changes and cancels them. It only writes what is wanted: the worker of the workspace's host acts. */
export class Cleanups {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Schedules a clean-up of a workspace. If it has one that has not ended, that one is changed: see `mergeWishes`.
   *
   * @returns the clean-up as it is afterwards, and what was replaced
   * @throws OrbError `cleanup_running` or `cleanup_half_done` if a person asks for what can't be changed any more
   */
  async ask(
    workspace: StoredWorkspace,
    wish: Wish,
    { transaction, isAnnounced = false }: Asking,
  ): Promise<Asked> {
    const { store, now } = this.#deps;
    const { _id: id, generation, host, path, projects } = workspace;
    const whole = { ...wish, workspace: { id, generation, host, path }, projects };
    const { cleanup, added } = await store.add(whole, { now: now(), transaction });
    if (!added) return this.#change(cleanup, wish, { transaction, isAnnounced });
    if (!wish.dryRun && !isAnnounced) await this.#announce(cleanup, wish, transaction);
    return { ...cleanup, replaced: null };
  }

  /**
   * Makes a clean-up due now, whatever it waits for.
   *
   * @throws OrbError the reason why its state forbids it
   */
  async run(id: string, by: string): Promise<StoredCleanup> {
    return this.#byHand(id, "run", async (cleanup, transaction) => {
      const { store, now } = this.#deps;
      const time = now();
      const entry = { at: time, what: "run now", because: `${by} asked for it` };
      const due = { "work.dueAt": time, "work.attempts": 0, "work.crashed": [], at: time, updatedAt: time };
      // A person who runs it wants it now, so it does not wait for the time of the rule any more.
      const origin = cleanup.origin === "retention" ? "person" : cleanup.origin;
      const update = { $set: { ...due, origin, by, told: null, times: 0 }, $push: historyOf([entry]) };
      return store.changeAtRest(cleanup, update, transaction);
    });
  }

  /**
   * Ends a clean-up that has not touched its workspace yet.
   *
   * @throws OrbError the reason why its state forbids it
   */
  async cancel(id: string, by: string): Promise<StoredCleanup> {
    const because = `${by} cancelled it`;
    const cleanup = await this.#byHand(id, "cancel", (cleanup, transaction) =>
      this.callOff(cleanup, { because, byHand: true, transaction }),
    );
    this.#deps.telemetry.cancelled(nameOf(cleanup), { reason: cleanup.cause, because });
    return cleanup;
  }

  /**
   * Ends a clean-up that no worker holds.
   *
   * @param byHand a person wants that, so the bot does not schedule the next one soon. It is then taken from a worker, too
   * @returns whether it was still as its caller saw it
   */
  async callOff(
    cleanup: StoredCleanup,
    { because, byHand = false, transaction }: { because: string; byHand?: boolean; transaction: Transaction },
  ): Promise<boolean> {
    const { store, now } = this.#deps;
    const time = now();
    const ended = { status: "cancelled", byHand, turn: null, endedAt: time, updatedAt: time };
    const entry = { at: time, what: "cancelled", because };
    const update = { $set: { ...ended, "work.dueAt": null }, $push: historyOf([entry]) };
    const isDone = await (byHand
      ? store.takeAway(cleanup, update, transaction)
      : store.changeAtRest(cleanup, update, transaction));
    if (isDone && !cleanup.dryRun) {
      const data = { because, cleanup: summaryOf(cleanup) };
      await this.#tell(cleanup, { type: "orb.cleanup.cancelled", data }, transaction);
    }
    return isDone;
  }

  /** @throws OrbError `not_found` */
  async known(id: string): Promise<StoredCleanup> {
    const cleanup = await this.#deps.store.find(id);
    if (cleanup) return cleanup;
    throw new OrbError({
      code: "not_found",
      reason: `No clean-up has the id ${JSON.stringify(id)}.`,
      remedy: "GET /api/v1/cleanups lists the known ones; those that ended are kept for 90 days.",
    });
  }

  async #byHand(
    id: string,
    act: "run" | "cancel",
    change: (cleanup: StoredCleanup, transaction: Transaction) => Promise<boolean>,
  ): Promise<StoredCleanup> {
    const cleanup = await this.known(id);
    const refusal = judgeOperator(act, cleanup);
    if (refusal) throw new OrbError(refusal);
    const isDone = await this.#deps.database.transaction((transaction) => change(cleanup, transaction));
    if (!isDone) throw new OrbError(MOVED_ON);
    return this.known(id);
  }

  async #change(
    known: StoredCleanup,
    wish: Wish,
    { transaction, isAnnounced = false }: Asking,
  ): Promise<Asked> {
    const isByHand = wish.origin === "person";
    const refusal = judgeOperator("change", known);
    if (refusal && isByHand) throw new OrbError(refusal);
    const { origin, at, unpushed, saidAt, work } = known;
    const before = { origin, at, unpushed, saidAt, dueAt: work.dueAt };
    const merged = refusal ? null : mergeWishes(before, wish, this.#deps.now());
    if (merged === null) return { ...known, replaced: null };
    const { store, now } = this.#deps;
    const time = now();
    const { by, because, cause } = wish;
    const replaced = whatWasReplaced(known, merged, time);
    const words = replaced === null ? because : `${because}. ${replaced}`;
    const entry = { at: time, what: "scheduled again", because: words };
    const again = {
      status: "scheduled",
      step: "planned",
      tombstone: null,
      told: null,
      times: 0,
      reasons: [],
      problem: null,
    };
    const work_ = { "work.dueAt": merged.at, "work.attempts": 0, "work.crashed": [] };
    const fresh = { ...merged, by, because, cause, updatedAt: time };
    const update = { $set: { ...again, ...fresh, ...work_ }, $push: historyOf([entry]) };
    const isDone = await store.changeAtRest(known, update, transaction);
    if (!isDone && isByHand) throw new OrbError(MOVED_ON);
    if (!isDone) return { ...known, replaced: null };
    const changed = (await store.activeOf(known.workspace.id, transaction)) ?? known;
    if (!isAnnounced) await this.#announce(changed, { at: merged.at, because }, transaction);
    return { ...changed, replaced };
  }

  async #announce(
    cleanup: StoredCleanup,
    { at: dueAt, because }: Pick<Wish, "at" | "because">,
    transaction: Transaction,
  ): Promise<void> {
    const data = { dueAt, because, cleanup: summaryOf(cleanup) };
    await this.#tell(cleanup, { type: "orb.cleanup.scheduled", data }, transaction);
  }

  async #tell({ projects }: StoredCleanup, event: OrbEvent, transaction: Transaction): Promise<void> {
    const { outbox, now } = this.#deps;
    await tellProjects(outbox, projects, { event, time: now(), transaction });
  }
}

const MOVED_ON: Refusal = {
  code: "cleanup_running",
  reason: "A worker has begun with the clean-up in this moment.",
  remedy: "GET /api/v1/cleanups/{id} shows its state. Ask again if it is still needed.",
};
