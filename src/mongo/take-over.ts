import type { Types } from "mongoose";
import { OrbError, type Refusal } from "../errors.ts";
import type { Claim, Claiming, LeasedWork, Work } from "./leased-work.ts";

/** After so many consecutive crashes, a document is quarantined. */
const CRASHES_MAX = 3;
/**
 * If something else kills every process within seconds, the documents that they hold are not the cause. So the last try is
 * left to a process that has run for this many leases: if that one crashes too, the document is probably the cause.
 */
const CALM_LEASES = 3;

interface Options {
  readonly leaseMs: number;
  readonly now: () => Date;
  /** Restricts the search. */
  readonly only?: Claiming["only"];
}

interface Hands<T, Id> {
  readonly run: (claim: Claim<T, Id>) => Promise<void>;
  readonly quarantine: (claim: Claim<T, Id>) => Promise<void>;
}

/** Takes over the work of dead processes, and quarantines work that crashes too many of them. */
export class TakeOver<T extends { work: Work }, Id = Types.ObjectId> {
  readonly #work: LeasedWork<T, Id>;
  readonly #options: Options;
  readonly #calmFrom: Date;

  constructor(work: LeasedWork<T, Id>, options: Options) {
    this.#work = work;
    this.#options = options;
    const { leaseMs, now } = options;
    this.#calmFrom = new Date(now().getTime() + CALM_LEASES * leaseMs);
  }

  /**
   * Takes over one document whose process died. Only one lane may call it: a document that crashes processes then runs
   * alone, so the other documents of that process do not crash with it again and again.
   *
   * @returns whether there may be more
   */
  async one({ run, quarantine }: Hands<T, Id>): Promise<boolean> {
    const { now, only } = this.#options;
    const isCalm = now() >= this.#calmFrom;
    const early = { "work.crashes": { $ne: CRASHES_MAX - 2 } };
    const claim = await this.#work.takeOver({ only: { ...only, ...(!isCalm && early) } });
    if (!claim) return false;
    await (claim.lease.crashes >= CRASHES_MAX ? quarantine(claim) : run(claim));
    return true;
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
