import type { Model, Types, UpdateQuery } from "mongoose";
import { freeAtMs, hasCrashed, type Holder, type Observer } from "../../work/rules/holder.ts";
import type { Worker } from "../../work/worker.ts";
import { Busy } from "./busy.ts";
import { Doubt } from "./doubt.ts";
import { type Choose, dueLongest, type Filter } from "./choose-due.ts";
import type { Transaction } from "../database.ts";
import { type DueRow, holderOf, type HolderRow, holdersOf, takeableMs, whenFree } from "./when-free.ts";
import { type Taken, AtWork } from "./at-work.ts";
import type { Work } from "./work.ts";
import { leaseLost } from "./lease-lost.ts";
import { stillMissed, takeBackCrash } from "./counted-crashes.ts";
import { updateAtOnce } from "./update-at-once.ts";

declare const held: unique symbol;
/** The proof that a document is leased; only `LeasedWork` makes one. */
export interface Lease<Id = Types.ObjectId> {
  readonly [held]: true;
  readonly id: Id;
  readonly epoch: number;
  readonly attempts: number;
  /** See `Work`. */
  readonly crashed: readonly string[];
}

export interface Claim<T, Id = Types.ObjectId> {
  readonly lease: Lease<Id>;
  readonly document: T & { _id: Id };
}

/** One query reads so many candidates; one claim makes so many queries, if others take or write to all that it finds. */
const CANDIDATES_MAX = 16;
const QUERIES_MAX = 4;
/** Another transaction may be writing to what is healed. */
const HEALING = { maxTimeMS: 1_000 } as const;

interface Options<Id> {
  readonly worker: Pick<Worker, "owner" | "leaseMs" | "heartbeat" | "now">;
  /** The longest time that a document waits to be due again, in milliseconds. */
  readonly waitMsMax: number;
  /** Restricts the work to a part of the collection. */
  readonly only?: Filter;
  /** By default those that are due longest. */
  readonly choose?: Choose<Id>;
}

/**
 * Work that is stored in documents: one process at a time takes a document, and if that process dies, others may take it.
 *
 * A claim reads some candidates and takes one by its id. If another transaction is writing to that one, it takes the next: a
 * plain update would wait inside MongoDB until the other transaction ends.
 */
export class LeasedWork<T extends { work: Work }, Id = Types.ObjectId> {
  readonly #model: Model<T>;
  readonly #options: Options<Id>;
  readonly #atWork: AtWork<Id>;
  readonly #leased = new WeakMap<Lease<Id>, Taken<Id>>();
  readonly #busy = new Busy<Id>();
  readonly #doubt: Doubt;

  constructor(model: Model<T>, options: Options<Id>) {
    this.#model = model;
    this.#options = options;
    this.#atWork = new AtWork(options.worker);
    this.#doubt = new Doubt(options.worker.leaseMs);
  }

  /** Takes one of the due documents that no process holds; `null` if there is none. */
  async claim(): Promise<Claim<T, Id> | null> {
    const { choose = dueLongest(this.#model) } = this.#options;
    const tried: Id[] = [];
    for (let query = 0; query < QUERIES_MAX; query++) {
      const except = [...this.#atWork.ids, ...this.#busy.ids, ...tried];
      const ids = await choose(this.#due(), { except, serving: this.#atWork.shares, limit: CANDIDATES_MAX });
      for (const id of ids) {
        const claim = await this.take(id);
        if (claim) return claim;
        tried.push(id);
      }
      if (ids.length < CANDIDATES_MAX) return null;
    }
    return null;
  }

  /** The same for this document. @param set fields to write with the lease */
  async take(id: Id, set: Filter = {}): Promise<Claim<T, Id> | null> {
    return this.#take(id, this.#due(), { set });
  }

  /**
   * Takes a document of a process that is dead or hung, or that this process holds without working on it; `null` if none.
   *
   * @param except leave documents out that have crashed so many processes
   */
  async takeOver({ except = null }: { except?: number | null } = {}): Promise<Claim<T, Id> | null> {
    const stages = holdersOf(this.#notAtWork({ $ne: null }));
    const rows = await this.#doubt.ask(this.#model.aggregate<HolderRow>(stages).exec());
    const observer = this.#observer();
    const isFree = (holder: Holder) => freeAtMs(holder, observer) <= observer.now.getTime();
    const holders = new Map(rows.map((row) => [row._id, holderOf(row)]));
    const free = [...holders.values()].filter(isFree).map(({ owner }) => owner);
    if (free.length === 0) return null;
    const found = await this.#model
      .find(this.#notAtWork({ $in: free }) as never)
      .sort({ "work.dueAt": 1 })
      .limit(CANDIDATES_MAX)
      .select({ work: 1 })
      .lean<{ _id: Id; work: Work }[]>();
    for (const { _id: id, work } of found) {
      const { owner, epoch, dueAt } = work;
      const known = holders.get(owner ?? "");
      const holder = known && { ...known, since: dueAt ?? known.since };
      if (!holder || !isFree(holder)) continue;
      const crashed = hasCrashed(holder, observer) ? [holder.owner] : [];
      if (new Set([...(work.crashed ?? []), ...crashed]).size === except) continue;
      const claim = await this.#take(id, { "work.owner": owner, "work.epoch": epoch }, { crashed });
      if (claim) return claim;
    }
    return null;
  }

  /**
   * When the next document can be taken by `claim` or `takeOver`, possibly in the past; `null` if there is none. One query,
   * for a loop that sleeps until then. Makes due what a wrong clock has put off.
   */
  async nextDueAt(): Promise<Date | null> {
    const { only, worker, waitMsMax } = this.#options;
    const now = worker.now();
    const free = { ...only, "work.owner": null, _id: { $nin: this.#busy.ids } };
    const tooFarAhead = { ...free, "work.dueAt": { $gt: new Date(now.getTime() + waitMsMax) } };
    const searches = { free, tooFarAhead, held: this.#notAtWork({ $ne: null }) };
    const stages = whenFree(this.#model.collection.collectionName, searches);
    const found = await this.#doubt.ask(this.#model.aggregate<DueRow | HolderRow>(stages).exec());
    const times = found.map((row) => takeableMs(row, { ...this.#observer(), waitMsMax }));
    if (found.some((row) => "tooFar" in row)) {
      const heal = { $set: { "work.dueAt": now } } as UpdateQuery<T>;
      await this.#model.updateMany(tooFarAhead as never, heal, HEALING);
    }
    const busyMs = this.#busy.leftMs;
    if (busyMs !== null) times.push(now.getTime() + busyMs);
    return times.length > 0 ? new Date(Math.min(...times)) : null;
  }

  /**
   * Writes to a leased document.
   *
   * @throws OrbError `lease_lost`
   */
  async write(lease: Lease<Id>, update: UpdateQuery<T>, transaction?: Transaction): Promise<void> {
    const since = this.#options.worker.now();
    const set = { ...update.$set, "work.dueAt": since };
    await this.#update(lease, { ...update, $set: set }, transaction);
    const taken = this.#leased.get(lease);
    // A transaction may still be rolled back.
    if (!transaction && taken) taken.since = since;
  }

  /**
   * Checks by the clock that no other process can have taken the document. Call it directly before an action that another
   * epoch can't refuse, such as a request. It costs nothing, and a process that was paused finds out here.
   *
   * @throws OrbError `lease_lost`
   */
  requireHeld(lease: Lease<Id>): void {
    const taken = this.#leased.get(lease);
    if (!taken || !this.#atWork.isHeld(taken)) throw leaseLost();
  }

  /**
   * Gives the document back.
   *
   * @param dueAt when it is due again; `null` if it needs no more work
   * @param attempts the count to store: 0 after a success
   * @param crashed the crashes to store: normally none, because a process that gives a document back has survived it
   * @throws OrbError `lease_lost`
   */
  async release(
    lease: Lease<Id>,
    {
      dueAt,
      attempts,
      crashed = [],
      update = {},
    }: { dueAt: Date | null; attempts: number; crashed?: readonly string[]; update?: UpdateQuery<T> },
    transaction?: Transaction,
  ): Promise<void> {
    const work = {
      "work.dueAt": dueAt,
      "work.owner": null,
      "work.attempts": attempts,
      "work.crashed": crashed,
    };
    // The lease ends here: whatever is still running with it must not write.
    const ended = { ...update.$inc, "work.epoch": 1 };
    const change = { ...update, $set: { ...update.$set, ...work }, $inc: ended };
    await this.#update(lease, change, transaction);
    if (!transaction) this.leave(lease);
  }

  /**
   * The lane has ended its work, however it ended. If it did not give the document back, this process takes it over: no other
   * can know that nobody is working on it.
   */
  leave(lease: Lease<Id>): void {
    const taken = this.#leased.get(lease);
    if (taken) this.#atWork.end(taken);
  }

  /** This process has lost the lease, and is alive: if that was counted as a crash, it was none. */
  async takeBackCrash(lease: Lease<Id>): Promise<void> {
    const wasMissed = this.#leased.get(lease)?.hold?.isHeld() === false;
    if (wasMissed) await takeBackCrash(this.#model, { id: lease.id, owner: this.#options.worker.owner });
  }

  /**
   * Counts again: a process that has shown itself since it was missed has not crashed.
   *
   * @returns the same claim, with the crashes that count
   * @throws OrbError `lease_lost`
   */
  async recount(claim: Claim<T, Id>): Promise<Claim<T, Id>> {
    const { lease } = claim;
    const taken = this.#leased.get(lease);
    const crashed = await stillMissed(this.#model, lease.crashed, this.#options.worker.now());
    if (!taken || crashed.length === lease.crashed.length) return claim;
    await this.write(lease, { $set: { "work.crashed": crashed } });
    const counted: Lease<Id> = { ...lease, crashed };
    this.#leased.set(counted, taken);
    return { ...claim, lease: counted };
  }

  #observer(): Observer {
    const { owner: self, leaseMs, now } = this.#options.worker;
    return { self, leaseMs, now: now(), doubtMs: this.#doubt.leftMs };
  }

  #due(): Filter {
    return { ...this.#options.only, "work.owner": null, "work.dueAt": { $lte: this.#options.worker.now() } };
  }

  /** Held documents that no lane of this process is working on, and no other transaction is writing to. */
  #notAtWork(owner: object): Filter {
    return {
      ...this.#options.only,
      "work.owner": owner,
      _id: { $nin: [...this.#atWork.ids, ...this.#busy.ids] },
    };
  }

  async #take(
    id: Id,
    condition: Filter,
    { set = {}, crashed = [] }: { set?: Filter; crashed?: readonly string[] },
  ): Promise<Claim<T, Id> | null> {
    const { worker } = this.#options;
    const taken = this.#atWork.begin(id);
    if (!taken) return null;
    let lease: Lease<Id> | null = null;
    try {
      taken.hold = await worker.heartbeat.hold();
      const document = await updateAtOnce(
        this.#model,
        { ...condition, _id: id },
        {
          $set: { ...set, "work.dueAt": taken.since, "work.owner": worker.owner },
          $inc: { "work.epoch": 1, "work.attempts": 1 },
          $addToSet: { "work.crashed": { $each: crashed } },
        },
      );
      if (document === "busy") this.#busy.add(id);
      if (document === null || document === "busy") return null;
      const { epoch, attempts, crashed: all = [], share = null } = document.work as Work & { share?: string };
      lease = { id, epoch, attempts, crashed: all } as Lease<Id>;
      this.#leased.set(lease, Object.assign(taken, { share }));
      return { document: document as T & { _id: Id }, lease };
    } finally {
      if (!lease) this.#atWork.end(taken);
    }
  }

  async #update(lease: Lease<Id>, update: UpdateQuery<T>, transaction?: Transaction): Promise<void> {
    const result = await this.#model.updateOne(
      { _id: lease.id, "work.epoch": lease.epoch } as never,
      update,
      transaction ? { session: transaction } : {},
    );
    if (result.matchedCount !== 1) throw leaseLost();
  }
}
