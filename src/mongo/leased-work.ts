import type { Model, Types, UpdateQuery } from "mongoose";
import { OrbError } from "../errors.ts";
import type { Transaction } from "./database.ts";

/** The part of a document that says when it needs work, and which process is working on it. */
export interface Work {
  /** When a process should take it next: in the future while it is leased or waits, `null` if it needs no work. */
  dueAt: Date | null;
  owner: string | null;
  /** Counts the leases; a write with an older lease is refused. */
  epoch: number;
  /** Leases since the last success, except those after which it only waits. */
  attempts: number;
  /** Consecutive apparent crashes of processes that held this document; clean shutdowns do not count. */
  crashes: number;
}

export const WORK_SCHEMA = {
  dueAt: { type: Date, default: null },
  owner: { type: String, default: null },
  epoch: { type: Number, default: 0 },
  attempts: { type: Number, default: 0 },
  crashes: { type: Number, default: 0 },
};

declare const held: unique symbol;
/** The proof that a document is leased; only `claim` and `takeOver` of `LeasedWork` make one. */
export interface Lease<Id = Types.ObjectId> {
  readonly [held]: true;
  readonly id: Id;
  readonly epoch: number;
  readonly attempts: number;
  readonly crashes: number;
}

export interface Claim<T, Id = Types.ObjectId> {
  readonly lease: Lease<Id>;
  readonly document: T & { _id: Id };
}

/** Restricts a claim, and adds fields to write with the lease. */
export interface Claiming {
  readonly only?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Whether the lease expired and another process may have the document: stop, and write nothing. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof OrbError && error.code === "lease_lost";
}

const RENEWALS_PER_LEASE = 3;

interface Options {
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: () => Date;
}

/**
 * Work that is stored in documents: one process at a time takes a document, and if that process dies, the document
 * becomes due again by itself.
 */
export class LeasedWork<T extends { work: Work }, Id = Types.ObjectId> {
  readonly #model: Model<T>;
  readonly #options: Options;
  /** When each lease ends, by this process's clock. */
  readonly #until = new WeakMap<Lease<Id>, Date>();

  constructor(model: Model<T>, options: Options) {
    this.#model = model;
    this.#options = options;
  }

  /** Takes the document that is due longest of those that no process holds; `null` if none is due. */
  async claim({ only, set }: Claiming = {}): Promise<Claim<T, Id> | null> {
    const until = this.#leaseEnd();
    const document = await this.#model
      .findOneAndUpdate(
        { "work.owner": null, "work.dueAt": { $lte: this.#options.now() }, ...only } as never,
        {
          $set: { ...set, "work.dueAt": until, "work.owner": this.#options.owner },
          $inc: { "work.epoch": 1, "work.attempts": 1 },
        },
        { sort: { "work.dueAt": 1 }, returnDocument: "after" },
      )
      .lean<T & { _id: Id }>();
    return document && this.#leased(document, until);
  }

  /**
   * Takes the document whose lease expired longest ago; `null` if there is none. Its process died, or was paused for longer
   * than the lease: others can't see the difference. If this process itself was too slow, that is not counted as a crash.
   */
  async takeOver({ only }: Pick<Claiming, "only"> = {}): Promise<Claim<T, Id> | null> {
    const { now, owner } = this.#options;
    const until = this.#leaseEnd();
    const isOwn = { $eq: ["$work.owner", { $literal: owner }] };
    const taken = {
      "work.dueAt": until,
      "work.owner": { $literal: owner },
      "work.epoch": { $add: ["$work.epoch", 1] },
      "work.attempts": { $add: ["$work.attempts", 1] },
      "work.crashes": { $add: ["$work.crashes", { $cond: [isOwn, 0, 1] }] },
    };
    const document = await this.#model
      .findOneAndUpdate(
        { "work.owner": { $ne: null }, "work.dueAt": { $lte: now() }, ...only } as never,
        [{ $set: taken }],
        { sort: { "work.dueAt": 1 }, returnDocument: "after", updatePipeline: true },
      )
      .lean<T & { _id: Id }>();
    return document && this.#leased(document, until);
  }

  /**
   * When the next document can be taken by `claim` or `takeOver`, possibly in the past; `null` if there is none. One query,
   * for a loop that sleeps until then.
   */
  async nextDueAt({ only }: Pick<Claiming, "only"> = {}): Promise<Date | null> {
    // Two searches of one index, which separates the leased documents from the others.
    const earliest = (owner: object | null) => [
      {
        $match: { ...only, "work.owner": owner, "work.dueAt": { $type: "date" } } as Record<string, unknown>,
      },
      { $sort: { "work.dueAt": 1 } as const },
      { $limit: 1 },
      { $project: { _id: 0, dueAt: "$work.dueAt" } },
    ];
    const found = await this.#model.aggregate<{ dueAt: Date }>([
      ...earliest(null),
      { $unionWith: { coll: this.#model.collection.collectionName, pipeline: earliest({ $ne: null }) } },
    ]);
    const [first, second = first] = found.map(({ dueAt }) => dueAt);
    return first === undefined || second === undefined || first < second ? (first ?? null) : second;
  }

  /**
   * Renews the lease regularly until disposed, so that one slow request does not lose it. A dead or paused process does
   * not renew it, and so the others notice.
   */
  keep(lease: Lease<Id>): Disposable {
    const timer = setInterval(() => {
      // If it fails, the lease is lost or will be; the next write shows it.
      this.write(lease, {}).catch(() => clearInterval(timer));
    }, this.#options.leaseMs / RENEWALS_PER_LEASE);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /**
   * Writes to a leased document and renews the lease.
   *
   * @throws OrbError `lease_lost`
   */
  async write(lease: Lease<Id>, update: UpdateQuery<T>, transaction?: Transaction): Promise<void> {
    const until = this.#leaseEnd();
    const set = { ...update.$set, "work.dueAt": until };
    await this.#update(lease, { ...update, $set: set }, transaction);
    // A transaction may still be rolled back.
    if (!transaction) this.#until.set(lease, until);
  }

  /**
   * Checks by the clock that the lease has not expired. Call it directly before an action that another epoch can't
   * refuse, such as a request. It costs nothing, and a process that was paused finds out here.
   *
   * @throws OrbError `lease_lost`
   */
  requireHeld(lease: Lease<Id>): void {
    const until = this.#until.get(lease);
    if (until === undefined || until <= this.#options.now()) throw leaseLost();
  }

  /**
   * Gives the document back.
   *
   * @param dueAt when it is due again; `null` if it needs no more work
   * @param attempts the count to store: 0 after a success
   * @param crashes the count to store: normally 0, because a process that gives a document back has not crashed
   * @throws OrbError `lease_lost`
   */
  async release(
    lease: Lease<Id>,
    {
      dueAt,
      attempts,
      crashes = 0,
      update = {},
    }: { dueAt: Date | null; attempts: number; crashes?: number; update?: UpdateQuery<T> },
    transaction?: Transaction,
  ): Promise<void> {
    const work = {
      "work.dueAt": dueAt,
      "work.owner": null,
      "work.attempts": attempts,
      "work.crashes": crashes,
    };
    // The lease ends here: a renewal that is still running must not restore it.
    const ended = { ...update.$inc, "work.epoch": 1 };
    const change = { ...update, $set: { ...update.$set, ...work }, $inc: ended };
    await this.#update(lease, change, transaction);
  }

  /**
   * Records, directly before a regular stop, that the documents which this process holds did not crash it: the process that
   * takes them over will count one crash, for this stop. The leases stay, because running work may have effects until the end.
   */
  async recordCleanStop({ only }: Pick<Claiming, "only"> = {}): Promise<void> {
    const ours = { "work.owner": this.#options.owner, ...only } as never;
    await this.#model.updateMany(ours, { $inc: { "work.crashes": -1 } });
  }

  async #update(lease: Lease<Id>, update: UpdateQuery<T>, transaction?: Transaction): Promise<void> {
    const result = await this.#model.updateOne(
      { _id: lease.id, "work.epoch": lease.epoch } as never,
      update,
      transaction ? { session: transaction } : {},
    );
    if (result.matchedCount !== 1) throw leaseLost();
  }

  #leased(document: T & { _id: Id }, until: Date): Claim<T, Id> {
    const { epoch, attempts, crashes } = document.work;
    const lease = { id: document._id, epoch, attempts, crashes } as Lease<Id>;
    this.#until.set(lease, until);
    return { document, lease };
  }

  #leaseEnd(): Date {
    return new Date(this.#options.now().getTime() + this.#options.leaseMs);
  }
}

function leaseLost(): OrbError {
  return new OrbError({
    code: "lease_lost",
    reason: "Another process took over this work because its lease expired.",
    remedy: "No action needed: the other process continues it.",
  });
}
