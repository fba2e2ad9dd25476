import { type OrbError, type Refusal, refusalOf } from "../errors.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import { failingOfStores, toMongoFailure } from "../mongo/failure.ts";
import { type Claim, isLeaseLost, LeasedWork } from "../mongo/leased-work.ts";
import { crashedRefusal, TakeOver } from "../mongo/take-over.ts";
import type { SignalTelemetry } from "../telemetry/signals.ts";
import type { Pace } from "../work/pace.ts";
import { backOffMs, mayTryAgain } from "../work/rules/back-off.ts";
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

interface Deps {
  readonly store: SignalStore;
  readonly database: Database;
  readonly telemetry: SignalTelemetry;
  readonly now: () => Date;
  readonly random: () => number;
  readonly owner: string;
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly handle: SignalHandler;
}

/** Handles the stored signals. A signal's changes and its status are written in one transaction. */
export class SignalWork {
  readonly #deps: Deps;
  readonly #work: LeasedWork<StoredSignal>;
  readonly #dropped: TakeOver<StoredSignal>;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { store, now, owner, leaseMs } = deps;
    this.#work = new LeasedWork(store.model, { leaseMs, now, owner });
    this.#dropped = new TakeOver(this.#work, { leaseMs, now });
  }

  /** @returns whether there was a signal to handle */
  async runOne(taken = () => {}): Promise<boolean> {
    const claim = await this.#work.claim();
    if (!claim) return false;
    taken();
    await this.#run(claim);
    return true;
  }

  /** Takes over one signal whose process died. Only one lane may call it. @returns whether there may be more */
  async takeOverOne(): Promise<boolean> {
    return this.#dropped.one({
      run: (claim) => this.#run(claim),
      quarantine: (claim) => this.#quarantine(claim, crashed()),
    });
  }

  /** When the next work is due, possibly in the past; `null` if there is none. */
  async nextDueAt(): Promise<Date | null> {
    return this.#work.nextDueAt();
  }

  /** Call it directly before a regular stop, so that the work that this process still holds does not count as a crash. */
  async recordCleanStop(): Promise<void> {
    await this.#work.recordCleanStop();
  }

  async #run(claim: Claim<StoredSignal>): Promise<void> {
    const { database, handle } = this.#deps;
    const { document: stored, lease } = claim;
    try {
      const report = await database.transaction(async (transaction) => {
        const afterCommit = await handle(toSignal(stored), { receivedAt: stored.receivedAt, transaction });
        const update = { $set: { status: "done" as const, problem: null } };
        await this.#work.release(lease, { dueAt: null, attempts: 0, update }, transaction);
        return afterCommit;
      });
      report();
    } catch (error) {
      if (!isLeaseLost(error)) await this.#putBack(claim, toMongoFailure(error));
    }
  }

  async #putBack(claim: Claim<StoredSignal>, error: unknown): Promise<void> {
    const { telemetry, now, random, pace } = this.#deps;
    const { lease } = claim;
    const { attempts } = lease;
    const failing = failingOfStores(error);
    if (!mayTryAgain(failing, attempts)) return this.#quarantine(claim, error);
    telemetry.setback("signal", error);
    const scale = pace.backOffScale;
    const waitMs = backOffMs(failing, { failures: attempts, random: random(), scale });
    const dueAt = new Date(now().getTime() + waitMs);
    await this.#work.release(lease, { dueAt, attempts, update: { $set: { problem: refusalOf(error) } } });
  }

  async #quarantine({ lease, document: stored }: Claim<StoredSignal>, error: unknown): Promise<void> {
    const { attempts, crashes } = lease;
    const problem: Refusal = refusalOf(error);
    this.#deps.telemetry.quarantined({ type: stored.type, project: stored.project, attempts, error });
    const update = { $set: { status: "dead" as const, problem } };
    await this.#work.release(lease, { dueAt: null, attempts, crashes, update });
  }
}

function crashed(): OrbError {
  return crashedRefusal("signal", {
    code: "signal_crashed",
    remedy: "Find the cause in their logs, fix it, and send the signal again with a new id.",
  });
}
