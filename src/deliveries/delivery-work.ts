import { type OrbError, type Refusal, refusalOf } from "../errors.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import { failingOfStores, isDuplicateKey, toMongoFailure } from "../mongo/failure.ts";
import { type Claim, type Claiming, isLeaseLost, type Lease, LeasedWork } from "../mongo/leased-work.ts";
import { crashedRefusal, TakeOver } from "../mongo/take-over.ts";
import type { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import { clip } from "../text/clip.ts";
import type { Pace } from "../work/pace.ts";
import { backOffMs, mayTryAgain } from "../work/rules/back-off.ts";
import type { DeliveryHandler, Handled } from "./delivery.ts";
import type { PartStore } from "./part-store.ts";
import { labelOf } from "./events.ts";
import { type KeptPayload, unpackPayload } from "./payload.ts";
import { aboutOf } from "./rules/about.ts";
import type { DeliveryStore, DueDeliveries, StoredDelivery } from "./store.ts";

const BECAUSE_CHARACTERS_MAX = 500;
/** For work that is too much for one transaction: more parts than any handler needs. */
const PARTS_MAX = 1_000;
const PENDING = { status: "pending" } as const;

interface Deps {
  readonly store: DeliveryStore;
  readonly partStore: PartStore;
  readonly database: Database;
  readonly telemetry: DeliveryTelemetry;
  readonly now: () => Date;
  readonly random: () => number;
  readonly owner: string;
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly handlers: ReadonlyMap<string, DeliveryHandler>;
}

/**
 * Handles the stored deliveries, in any number of processes: those about one thing in order and one at a time, others at
 * the same time. A delivery's changes and its status are written in one transaction. Work that is too much for one is done
 * in parts, and each part records how far it has come.
 */
export class DeliveryWork {
  readonly #deps: Deps;
  readonly #work: LeasedWork<StoredDelivery, string>;
  readonly #dropped: TakeOver<StoredDelivery, string>;
  /** The things that this process's lanes are working on. */
  readonly #atWork = new Set<string>();
  #queue: DueDeliveries[] = [];
  #finding: Promise<void> | null = null;
  /** The last thing that was found. */
  #last = "";
  /** Whether anything could be claimed of what was found last. */
  #foundWork = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { store, now, owner, leaseMs } = deps;
    this.#work = new LeasedWork(store.model, { leaseMs, now, owner });
    this.#dropped = new TakeOver(this.#work, { leaseMs, now, only: PENDING });
  }

  /** Handles one delivery that no process holds. @returns whether there may be more */
  async runOne(taken = () => {}): Promise<boolean> {
    const next = await this.#next();
    if (!next) return false;
    const { about, ids } = next;
    const [id, ...rest] = ids;
    this.#atWork.add(about);
    try {
      const claim = await this.#claim({ only: { _id: id }, set: { turn: about } });
      // Another process holds it and continues with the deliveries about the same thing.
      if (!claim) return this.#queue.length > 0 || this.#foundWork;
      this.#foundWork = true;
      taken();
      await this.#run(claim);
      if (rest.length > 0) this.#queue.push({ about, ids: rest });
      return true;
    } finally {
      this.#atWork.delete(about);
    }
  }

  /** Takes over one delivery whose process died. Only one lane may call it. @returns whether there may be more */
  async takeOverOne(): Promise<boolean> {
    return this.#dropped.one({
      run: (claim) => this.#run(claim),
      quarantine: (claim) => this.#quarantine(claim, crashed()),
    });
  }

  /** When the next work is due, possibly in the past; `null` if there is none. */
  async nextDueAt(): Promise<Date | null> {
    return this.#work.nextDueAt({ only: PENDING });
  }

  /** Call it directly before a regular stop, so that the work that this process still holds does not count as a crash. */
  async recordCleanStop(): Promise<void> {
    await this.#work.recordCleanStop({ only: PENDING });
  }

  async #next(): Promise<DueDeliveries | null> {
    const queued = this.#takeFree();
    if (queued) return queued;
    this.#finding ??= this.#findDue().finally(() => (this.#finding = null));
    await this.#finding;
    return this.#takeFree();
  }

  /** The first in the queue that no lane works on. The rest about a thing comes last, so each thing gets its turn. */
  #takeFree(): DueDeliveries | null {
    const index = this.#queue.findIndex(({ about }) => !this.#atWork.has(about));
    return index === -1 ? null : (this.#queue.splice(index, 1)[0] ?? null);
  }

  async #findDue(): Promise<void> {
    const { store, now } = this.#deps;
    const except = [...this.#atWork, ...this.#queue.map(({ about }) => about)];
    const found = await store.due(now(), { except, after: this.#last });
    this.#foundWork = false;
    this.#last = found.at(-1)?.about ?? this.#last;
    this.#queue.push(...found);
  }

  /** @returns `null` if it is already taken, or if a delivery about the same thing is being handled */
  async #claim({ only, ...claiming }: Claiming): Promise<Claim<StoredDelivery, string> | null> {
    try {
      return await this.#work.claim({ only: { ...PENDING, ...only }, ...claiming });
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  async #run(claim: Claim<StoredDelivery, string>): Promise<void> {
    const { telemetry, handlers } = this.#deps;
    const { document: stored } = claim;
    try {
      const handled = await this.#handle(claim);
      telemetry.handled({ id: stored._id, event: labelOf(stored.event, handlers), ...handled });
    } catch (error) {
      if (!isLeaseLost(error)) await this.#putBack(claim, toMongoFailure(error));
    }
  }

  async #handle({ document: stored, lease }: Claim<StoredDelivery, string>): Promise<Handled> {
    const { database, partStore, handlers } = this.#deps;
    const payload = await unpackPayload(unwrapped(stored), partStore);
    const { action, repository, installationId } = aboutOf(payload);
    const facts = { action, repository, installationId };
    const { _id: id, event, receivedAt } = stored;
    const handler = handlers.get(event) ?? ignoreUnknown;
    const delivery = { id, event, ...facts, receivedAt, payload };
    let reached = stored.reached ?? null;
    for (let part = 1; part <= PARTS_MAX; part++) {
      const handled = await database.transaction(async (transaction) => {
        const done = await handler(delivery, { transaction, reached });
        if (done.reached) await this.#work.write(lease, { $set: { reached: done.reached } }, transaction);
        else await this.#conclude(lease, done, facts, transaction);
        return done;
      });
      if (!handled.reached) return handled;
      ({ reached } = handled);
    }
    throw new Error(`The handler of ${event} has not finished within ${PARTS_MAX} parts`);
  }

  async #conclude(
    lease: Lease<string>,
    handled: Handled,
    known: Partial<StoredDelivery>,
    transaction: Transaction,
  ): Promise<void> {
    const because = clip(handled.because, BECAUSE_CHARACTERS_MAX);
    const done = { status: "done" as const, outcome: handled.outcome, because, problem: null, turn: null };
    const update = { $set: { ...known, ...done } };
    await this.#work.release(lease, { dueAt: null, attempts: 0, update }, transaction);
  }

  async #putBack(claim: Claim<StoredDelivery, string>, error: unknown): Promise<void> {
    const { telemetry, now, random, pace } = this.#deps;
    const { attempts } = claim.lease;
    const failing = failingOfStores(error);
    if (!mayTryAgain(failing, attempts)) {
      await this.#quarantine(claim, error);
      return;
    }
    telemetry.setback("delivery", error);
    const scale = pace.backOffScale;
    const waitMs = backOffMs(failing, { failures: attempts, random: random(), scale });
    const dueAt = new Date(now().getTime() + waitMs);
    const update = { $set: { problem: refusalOf(error), turn: null } };
    await this.#release(claim, { dueAt, attempts, update });
  }

  async #quarantine(claim: Claim<StoredDelivery, string>, error: unknown): Promise<void> {
    const { lease, document: stored } = claim;
    const { attempts, crashes } = lease;
    const problem: Refusal = refusalOf(error);
    const update = { $set: { status: "dead" as const, problem, turn: null } };
    await this.#release(claim, { dueAt: null, attempts, crashes, update });
    const { telemetry, handlers } = this.#deps;
    telemetry.quarantined({ id: stored._id, event: labelOf(stored.event, handlers), attempts, error });
  }

  async #release(
    { lease }: Claim<StoredDelivery, string>,
    change: Parameters<LeasedWork<StoredDelivery, string>["release"]>[1],
  ): Promise<void> {
    try {
      await this.#work.release(lease, change);
    } catch (error) {
      if (!isLeaseLost(error)) throw error;
    }
  }
}

/** A stored delivery may be older than the release that dropped its handler. */
async function ignoreUnknown(): Promise<Handled> {
  return { outcome: "ignored", because: "This version of the bot does not handle such events." };
}

/** The driver wraps the bytes of a lean document in its own class. */
function unwrapped({ payload, payloadParts }: StoredDelivery): KeptPayload {
  const wrapped = payload as { buffer: Uint8Array } | null;
  return { payload: wrapped && wrapped.buffer, payloadParts };
}

function crashed(): OrbError {
  return crashedRefusal("delivery", {
    code: "delivery_crashed",
    remedy: "Find the cause in their logs, fix it, and replay the delivery.",
  });
}
