import type { Types } from "mongoose";
import { OrbError, type Refusal } from "../errors.ts";
import type { Claim, Claiming, LeasedWork, Work } from "./leased-work.ts";

/** What so many processes in a row died of is set aside. */
const CRASHES_MAX = 3;
/**
 * Where every process is killed within seconds, by whatever it may be, none of what they had in hand is the cause. So the last
 * try is left to a process that has lived for so many leases: had it not been for this, it would live on.
 */
const CALM_LEASES = 3;

interface Options {
  readonly leaseMs: number;
  readonly now: () => Date;
  /** Narrows down what is looked for. */
  readonly only?: Claiming["only"];
}

interface Hands<T, Id> {
  readonly run: (claim: Claim<T, Id>) => Promise<void>;
  readonly quarantine: (claim: Claim<T, Id>) => Promise<void>;
}

/** What dead processes had in hand: who takes it over, how often, and when nobody does any more. */
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
   * Takes over one whose holder died. To be called by one lane only: what killed that process is then alone with what it may
   * kill next, and the others that were in hand with it do not die with it again.
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
 * Why something is set aside.
 *
 * @param what of the kind that it is, as the reader knows it: `delivery`
 */
export function crashedRefusal(what: string, { code, remedy }: Pick<Refusal, "code" | "remedy">): OrbError {
  return new OrbError({
    code,
    reason: `${CRASHES_MAX} processes in a row crashed while working on this ${what}.`,
    remedy,
  });
}
