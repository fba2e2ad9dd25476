import type { Database, Transaction } from "../mongo/database.ts";
import { isDuplicateKey } from "../mongo/failure.ts";
import { type Claim, LeasedWork } from "../mongo/queue/leased-work.ts";
import { MESSAGE_WAIT_MS_MAX, messageHands, tryOf } from "../mongo/queue/message-hands.ts";
import { crashedRefusal, WorkQueue } from "../mongo/queue/work-queue.ts";
import type { LogFields } from "../monitoring/log-fields.ts";
import type { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import { clip } from "../text/clip.ts";
import type { Worker } from "../work/worker.ts";
import type { DeliveryHandler, Handled } from "./delivery.ts";
import { DueQueue } from "./due-queue.ts";
import { DueDeliveryStore } from "./due-store.ts";
import type { PartStore } from "./part-store.ts";
import { labelOf } from "./events.ts";
import { type KeptPayload, unpackPayload } from "./payload.ts";
import { aboutOf } from "./rules/about.ts";
import type { DeliveryStore, StoredDelivery } from "./store.ts";

/** How many deliveries a process handles at the same time. One lane is left to those for which none of the others works. */
export const DELIVERIES_AT_ONCE = 9;

const BECAUSE_CHARACTERS_MAX = 500;
/** For work that is too much for one transaction: more parts than any handler needs. */
const PARTS_MAX = 1_000;
const CRASHED = crashedRefusal("delivery", {
  code: "delivery_crashed",
  remedy: "Find the cause in their logs, fix it, and replay the delivery.",
});

interface Deps {
  readonly store: DeliveryStore;
  readonly partStore: PartStore;
  readonly database: Database;
  readonly telemetry: DeliveryTelemetry;
  readonly worker: Worker;
  readonly handlers: ReadonlyMap<string, DeliveryHandler>;
}

/**
 * Handles the stored deliveries, in any number of processes: those about one thing in order and one at a time, others at
 * the same time. A delivery's changes and its status are written in one transaction. Work that is too much for one is done
 * in parts, and each part records how far it has come.
 */
export class DeliveryWork {
  readonly #deps: Deps;
  readonly #leases: LeasedWork<StoredDelivery, string>;
  readonly #work: WorkQueue<StoredDelivery, string>;
  readonly #due: DueQueue;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { store, worker, telemetry, handlers } = deps;
    const lanes = DELIVERIES_AT_ONCE;
    this.#due = new DueQueue({ store: new DueDeliveryStore(store, { lanes }), now: worker.now, lanes });
    const [only, waitMsMax] = [{ status: "pending" }, MESSAGE_WAIT_MS_MAX];
    this.#leases = new LeasedWork<StoredDelivery, string>(store.model, { worker, only, waitMsMax });
    const hands = messageHands<StoredDelivery, string>({
      leases: this.#leases,
      worker,
      run: (claim) => this.#run(claim),
      crashed: CRASHED,
      freed: { turn: null },
      about: aboutDelivery,
      onSetback: (error) => telemetry.setback("delivery", error),
      onDead: ({ document: { _id: id, event }, lease: { attempts } }, error) =>
        telemetry.quarantined({ deliveryId: id, event: labelOf(event, handlers), attempts, error }),
    });
    this.#work = new WorkQueue(this.#leases, hands, worker);
  }

  /** Handles one delivery that no process holds. @returns whether there may be more */
  async runOne(taken = () => {}): Promise<boolean> {
    const next = await this.#due.take();
    if (!next) return false;
    const [id = "", ...rest] = next.ids;
    try {
      const claim = await this.#take(id, next.about);
      // Another process holds it and continues with the deliveries about the same thing.
      if (!claim) return this.#due.mayHaveMore;
      this.#due.claimed();
      taken();
      await this.#work.run(claim);
      this.#due.putBack(next, rest);
      return true;
    } finally {
      this.#due.leave(next);
    }
  }

  /** Takes over one delivery whose process died. Only one lane may call it. @returns whether there may be more */
  async takeOverOne(): Promise<boolean> {
    return this.#work.takeOverOne();
  }

  /** When the next work is due, possibly in the past; `null` if there is none. */
  async nextDueAt(): Promise<Date | null> {
    return this.#work.nextDueAt();
  }

  /** @returns `null` if it is already taken, or if a delivery about the same thing is being handled */
  async #take(id: string, about: string): Promise<Claim<StoredDelivery, string> | null> {
    try {
      return await this.#leases.take(id, { turn: about });
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  async #run(claim: Claim<StoredDelivery, string>): Promise<void> {
    const { telemetry, handlers } = this.#deps;
    const { _id: id, event } = claim.document;
    const handled = await this.#handle(claim);
    telemetry.handled({ deliveryId: id, event: labelOf(event, handlers), ...handled });
  }

  async #handle(claim: Claim<StoredDelivery, string>): Promise<Handled> {
    const { document: stored, lease } = claim;
    const { database, partStore, handlers } = this.#deps;
    const payload = await unpackPayload(unwrapped(stored), partStore);
    const { action, repository, installationId } = aboutOf(payload);
    const facts = { action, repository, installationId };
    const { _id: id, event, receivedAt } = stored;
    const handler = handlers.get(event) ?? ignoreUnknown;
    const delivery = { id, event, ...facts, receivedAt, payload };
    let reached = stored.reached ?? null;
    for (let part = 1; part <= PARTS_MAX; part++) {
      const handled = await database.transaction(
        async (transaction) => {
          const done = await handler(delivery, { transaction, reached });
          if (done.reached) await this.#leases.write(lease, { $set: { reached: done.reached } }, transaction);
          else await this.#conclude(claim, done, facts, transaction);
          return done;
        },
        { causes: [`delivery:${id}`] },
      );
      if (!handled.reached) return handled;
      ({ reached } = handled);
    }
    throw new Error(`The handler of ${event} has not finished within ${PARTS_MAX} parts`);
  }

  async #conclude(
    claim: Claim<StoredDelivery, string>,
    handled: Handled,
    known: Partial<StoredDelivery>,
    transaction: Transaction,
  ): Promise<void> {
    const because = clip(handled.because, BECAUSE_CHARACTERS_MAX);
    const done = { status: "done" as const, outcome: handled.outcome, because, problem: null, turn: null };
    const { worker } = this.#deps;
    const $push = tryOf(claim, { worker, outcome: "done", problem: null });
    const update = { $set: { ...known, ...done }, $push };
    await this.#leases.release(claim.lease, { dueAt: null, attempts: 0, update }, transaction);
  }
}

function aboutDelivery({ _id, event, repository, installationId: installation }: StoredDelivery): LogFields {
  return { deliveryId: _id, event, repository, installation };
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
