import type { Types } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import { FairChoice } from "../mongo/queue/fair-choice.ts";
import { type Claim, LeasedWork } from "../mongo/queue/leased-work.ts";
import { MESSAGE_WAIT_MS_MAX, messageHands, tryOf } from "../mongo/queue/message-hands.ts";
import { crashedRefusal, WorkQueue } from "../mongo/queue/work-queue.ts";
import type { SignalTelemetry } from "../telemetry/signals.ts";
import type { Worker } from "../work/worker.ts";
import { aboutSignal } from "./rules/about-signal.ts";
import type { Signal } from "./signal.ts";
import { type SignalStore, type StoredSignal, toSignal } from "./store.ts";

/**
 * Acts on a signal. It runs in a transaction and may run again, so it must only touch stores. The function that it
 * returns is called once, after the commit.
 */
export type SignalHandler = (
  signal: Signal,
  context: { receivedAt: Date; transaction: Transaction },
) => Promise<() => void>;

/** How many signals a process handles at the same time. One lane is left to those for which none of the others works. */
export const SIGNALS_AT_ONCE = 5;

interface Deps {
  readonly store: SignalStore;
  readonly database: Database;
  readonly telemetry: SignalTelemetry;
  readonly worker: Worker;
  readonly handle: SignalHandler;
}

const CRASHED = crashedRefusal("signal", {
  code: "signal_crashed",
  remedy: "Find the cause in their logs, fix it, and send the signal again with a new id.",
});

/** The queue of stored signals. A signal's changes and its status are written in one transaction. */
export function signalQueue({ store, database, telemetry, worker, handle }: Deps): WorkQueue<StoredSignal> {
  const { choose } = new FairChoice<StoredSignal, Types.ObjectId>(store.model, { lanes: SIGNALS_AT_ONCE });
  const leases = new LeasedWork<StoredSignal>(store.model, {
    worker,
    waitMsMax: MESSAGE_WAIT_MS_MAX,
    choose,
  });
  const run = async (claim: Claim<StoredSignal>) => {
    const { document: stored, lease } = claim;
    const report = await database.transaction(
      async (transaction) => {
        const afterCommit = await handle(toSignal(stored), { receivedAt: stored.receivedAt, transaction });
        const $push = tryOf(claim, { worker, outcome: "done", problem: null });
        const update = { $set: { status: "done" as const, problem: null }, $push };
        await leases.release(lease, { dueAt: null, attempts: 0, update }, transaction);
        return afterCommit;
      },
      { causes: [`signal:${String(stored._id)}`] },
    );
    report();
  };
  const hands = messageHands<StoredSignal>({
    leases,
    worker,
    run,
    crashed: CRASHED,
    about: aboutSignal,
    onSetback: (error) => telemetry.setback("signal", error),
    onDead: ({ document: { id: signalId, type, project }, lease: { attempts } }, error) =>
      telemetry.quarantined({ signalId, type, project, attempts, error }),
  });
  return new WorkQueue(leases, hands, worker);
}
