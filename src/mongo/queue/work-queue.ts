import type { Types } from "mongoose";
import { OrbError, type Refusal } from "../../errors.ts";
import { type LogFields, withLogFields } from "../../monitoring/log-fields.ts";
import type { Worker } from "../../work/worker.ts";
import { toMongoFailure } from "../failure.ts";
import type { Claim, LeasedWork } from "./leased-work.ts";
import type { Work } from "./work.ts";
import { isLeaseLost } from "./lease-lost.ts";

/** After so many consecutive crashes, a document is quarantined. */
const CRASHES_MAX = 3;
/**
 * If something else kills every process within seconds, the documents that they hold are not the cause. So the last try is
 * left to a process that has run for this many leases: if that one crashes too, the document is probably the cause.
 */
const CALM_LEASES = 3;

/** One try to do what a document needs. */
export interface Attempt {
  /** Does the work, and gives the document back. */
  run(): Promise<void>;
  /** Gives the document back after `run` has failed. @param error MongoDB's are already translated */
  failed(error: unknown): Promise<void>;
}

/** What is done with a document that is due. */
export interface Hands<T, Id = Types.ObjectId> {
  attempt(claim: Claim<T, Id>): Attempt;
  /** Gives the document back for good: it has crashed too many processes. */
  quarantine(claim: Claim<T, Id>): Promise<void>;
  /** What everything that is done with the document is about: for the log, and for what is reported meanwhile. */
  about(document: T & { _id: Id }): LogFields;
}

/**
 * Does the work that documents of one collection need, in any number of lanes and processes. One lane takes over the work of
 * dead processes: a document that crashes processes then runs alone, so that others do not crash with it again and again.
 */
export class WorkQueue<T extends { work: Work }, Id = Types.ObjectId> {
  readonly #leases: LeasedWork<T, Id>;
  readonly #hands: Hands<T, Id>;
  readonly #now: () => Date;
  readonly #calmFrom: Date;

  constructor(
    leases: LeasedWork<T, Id>,
    hands: Hands<T, Id>,
    { now, leaseMs }: Pick<Worker, "now" | "leaseMs">,
  ) {
    this.#leases = leases;
    this.#hands = hands;
    this.#now = now;
    this.#calmFrom = new Date(now().getTime() + CALM_LEASES * leaseMs);
  }

  /**
   * Handles one document that no process holds.
   *
   * @param taken called once it has one
   * @returns whether there was one
   */
  async runOne(taken = () => {}): Promise<boolean> {
    const claim = await this.#leases.claim();
    if (!claim) return false;
    taken();
    await this.run(claim);
    return true;
  }

  /** Handles one document whose process died. Only one lane may call it. @returns whether there may be more */
  async takeOverOne(): Promise<boolean> {
    const isCalm = this.#now() >= this.#calmFrom;
    const claim = await this.#leases.takeOver({ except: isCalm ? null : CRASHES_MAX - 1 });
    if (!claim) return false;
    if (claim.lease.crashed.length < CRASHES_MAX) await this.run(claim);
    else await this.#hold(claim, () => this.#afterCrashes(claim));
    return true;
  }

  /** When the next document can be taken, possibly in the past; `null` if none can. */
  async nextDueAt(): Promise<Date | null> {
    return this.#leases.nextDueAt();
  }

  /** Handles a document that was claimed from the same leases. */
  async run(claim: Claim<T, Id>): Promise<void> {
    await this.#hold(claim, () => this.#attempt(claim));
  }

  async #attempt(claim: Claim<T, Id>): Promise<void> {
    const attempt = this.#hands.attempt(claim);
    try {
      await attempt.run();
    } catch (error) {
      if (isLeaseLost(error)) throw error;
      await attempt.failed(toMongoFailure(error));
    }
  }

  /** Some of the processes that were counted may only have been cut off for a while. */
  async #afterCrashes(claim: Claim<T, Id>): Promise<void> {
    const counted = await this.#leases.recount(claim);
    if (counted.lease.crashed.length < CRASHES_MAX) await this.#attempt(counted);
    else await this.#hands.quarantine(counted);
  }

  async #hold({ document, lease }: Claim<T, Id>, work: () => Promise<void>): Promise<void> {
    try {
      await withLogFields(this.#hands.about(document), work);
    } catch (error) {
      if (!isLeaseLost(error)) throw error;
      // Another process has it, or this one takes it again.
      await this.#leases.takeBackCrash(lease);
    } finally {
      this.#leases.leave(lease);
    }
  }
}

/**
 * The reason why a document is quarantined.
 *
 * @param what its kind, in the reader's words, such as `delivery`
 */
export function crashedRefusal(what: string, { code, remedy }: Pick<Refusal, "code" | "remedy">): OrbError {
  return new OrbError({
    code,
    reason: `${CRASHES_MAX} processes in a row crashed while working on this ${what}.`,
    remedy,
  });
}
