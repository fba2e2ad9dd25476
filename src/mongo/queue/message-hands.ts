import type { Types, UpdateQuery } from "mongoose";
import { type OrbError, type Refusal, refusalOf } from "../../errors.ts";
import type { Worker } from "../../work/worker.ts";
import { backOffMs, longestWaitMs, mayTryAgain } from "../../work/rules/back-off.ts";
import { failingOfStores } from "../failure.ts";
import type { Claim, LeasedWork } from "./leased-work.ts";
import { addTry, type Try } from "./tries.ts";
import type { Work } from "./work.ts";
import type { Hands } from "./work-queue.ts";

/** A stored message of somebody else, which is handled once, in transactions of our own stores. */
interface Message {
  status: "pending" | "done" | "dead";
  /** Why it could not be handled, the last time. */
  problem: Refusal | null;
  /** The latest ones, the last at the end. */
  tries?: readonly Try[];
  work: Work;
}

/** The longest time that a message waits. */
export const MESSAGE_WAIT_MS_MAX = longestWaitMs(["signal_or_delivery", "outage"]);

interface Options<T, Id> {
  /** Handles a message, and gives it back in the same transaction. */
  readonly run: (claim: Claim<T, Id>) => Promise<void>;
  readonly leases: LeasedWork<T & { work: Work }, Id>;
  readonly worker: Pick<Worker, "owner" | "now" | "random" | "pace">;
  /** Why a message is quarantined that crashed too many processes. */
  readonly crashed: OrbError;
  /** Fields to set whenever it is given back. */
  readonly freed?: Partial<T>;
  /** See `Hands`. */
  readonly about: Hands<T, Id>["about"];
  readonly onSetback: (error: unknown) => void;
  /** Called after it was stored. */
  readonly onDead: (claim: Claim<T, Id>, error: unknown) => void;
}

/** Tries a message again after its handler has failed, ever later. One that still fails, or that crashes processes, is dead. */
export function messageHands<T extends Message, Id = Types.ObjectId>({
  leases,
  worker,
  run,
  crashed,
  freed = {},
  about,
  onSetback,
  onDead,
}: Options<T, Id>): Hands<T, Id> {
  const end = async (claim: Claim<T, Id>, error: unknown) => {
    const { attempts, crashed } = claim.lease;
    const problem = refusalOf(error);
    const update = {
      $set: { ...freed, status: "dead", problem },
      $push: tryOf(claim, { worker, outcome: "dead", problem }),
    } as UpdateQuery<T>;
    await leases.release(claim.lease, { dueAt: null, attempts, crashed, update });
    onDead(claim, error);
  };
  const failed = async (claim: Claim<T, Id>, error: unknown) => {
    const { attempts } = claim.lease;
    const failing = failingOfStores(error);
    if (!mayTryAgain(failing, attempts)) return end(claim, error);
    onSetback(error);
    const { now, random, pace } = worker;
    const problem = refusalOf(error);
    const scale = pace.backOffScale;
    const waitMs = backOffMs(failing, { failures: attempts, random: random(), scale });
    const dueAt = new Date(now().getTime() + waitMs);
    const update = {
      $set: { ...freed, problem },
      $push: tryOf(claim, { worker, outcome: "failed", problem }),
    } as UpdateQuery<T>;
    await leases.release(claim.lease, { dueAt, attempts, update });
  };
  return {
    attempt: (claim) => ({ run: () => run(claim), failed: (error) => failed(claim, error) }),
    quarantine: (claim) => end(claim, crashed),
    about,
  };
}

/** The part of an update that notes how a claim ended. It belongs into the write that gives the message back. */
export function tryOf<T extends { work: Work }, Id>(
  { document: { work } }: Claim<T, Id>,
  {
    worker: { owner, now },
    outcome,
    problem,
  }: Pick<Try, "outcome" | "problem"> & { readonly worker: Pick<Worker, "owner" | "now"> },
) {
  const endedAt = now();
  return addTry({ takenAt: work.dueAt ?? endedAt, endedAt, by: owner, outcome, problem });
}
