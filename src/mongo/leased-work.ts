import type { Model, Types, UpdateQuery } from "mongoose";
import { OrbError } from "../errors.ts";
import type { Transaction } from "./database.ts";

/** The part of a document that says whether it wants work, and who is at it. */
export interface Work {
  /** When somebody should take it up next: in the future while it is leased or parked, `null` when it rests. */
  dueAt: Date | null;
  owner: string | null;
  /** Counts the leases; what an older one still tries to write is refused. */
  epoch: number;
  /** Leases since the last success, parked ones not counted. */
  attempts: number;
  /** How many processes in a row died with it in hand, as far as can be told from outside; one less where one was acquitted. */
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

/** Narrows a claim down, and says what is written with the lease. */
export interface Claiming {
  readonly only?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** The lease ran out and somebody else has the document: stop, and write nothing. */
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
 * Work that lives in documents: each is taken by one process at a time, and falls due again by itself where
 * that process dies.
 */
export class LeasedWork<T extends { work: Work }, Id = Types.ObjectId> {
  readonly #model: Model<T>;
  readonly #options: Options;
  /** Until when each lease holds, by this process's clock. */
  readonly #until = new WeakMap<Lease<Id>, Date>();

  constructor(model: Model<T>, options: Options) {
    this.#model = model;
    this.#options = options;
  }

  /** Takes the document that is due longest of those that are nobody's, or `null` where none is. */
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
   * Takes the document that was dropped longest ago, or `null` where none was: its holder died, or was stopped for longer
   * than its lease, which nobody else can tell apart. One that this very process was too slow for has killed nobody.
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
   * When the next document is to be taken up, be it by `claim` or by `takeOver`, and be that time in the past; `null` where
   * none is to be. One query, for whoever sleeps until then.
   */
  async nextDueAt({ only }: Pick<Claiming, "only"> = {}): Promise<Date | null> {
    // Two looks at one index: it has the leased documents apart from the others.
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
   * Prolongs the lease again and again until disposed of, so that one slow request does not lose it. A process
   * that is dead or stopped does not, and that is how the others know.
   */
  keep(lease: Lease<Id>): Disposable {
    const timer = setInterval(() => {
      // Where it fails the lease is lost, or will be; the next write finds out.
      this.write(lease, {}).catch(() => clearInterval(timer));
    }, this.#options.leaseMs / RENEWALS_PER_LEASE);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /**
   * Writes to a leased document and prolongs the lease.
   *
   * @throws OrbError `lease_lost`
   */
  async write(lease: Lease<Id>, update: UpdateQuery<T>, transaction?: Transaction): Promise<void> {
    const until = this.#leaseEnd();
    const set = { ...update.$set, "work.dueAt": until };
    await this.#update(lease, { ...update, $set: set }, transaction);
    // In a transaction it may yet not happen.
    if (!transaction) this.#until.set(lease, until);
  }

  /**
   * To be asked directly before what somebody else's epoch can't refuse, such as a request: whether the lease has not
   * run out by the clock. Asks nobody, so it costs nothing; a process that was stopped meanwhile learns of it here.
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
   * @param dueAt when to take it up again; `null` where it may rest
   * @param attempts what to remember of tries: 0 after a success
   * @param crashes what to remember of them: whoever gives something back has lived
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
    // The lease ends here: a renewal that is still under way must not put it back.
    const ended = { ...update.$inc, "work.epoch": 1 };
    const change = { ...update, $set: { ...update.$set, ...work }, $inc: ended };
    await this.#update(lease, change, transaction);
  }

  /**
   * Says that what this process has in hand did not kill it, directly before it ends by order: whoever takes it over counts
   * one death, which is this one's. The leases stay, since what is under way may reach others until the end.
   */
  async recordCleanStop({ only }: Pick<Claiming, "only"> = {}): Promise<void> {
    const inHand = { "work.owner": this.#options.owner, ...only } as never;
    await this.#model.updateMany(inHand, { $inc: { "work.crashes": -1 } });
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
