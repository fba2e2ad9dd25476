import { type OrbError, type Refusal, refusalOf } from "../errors.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import { isDuplicateKey, toMongoFailure } from "../mongo/failure.ts";
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
/** Of what is too much for one transaction: more than any handler has a use for. */
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
 * Works through the stored deliveries: in their order and one at a time where they are about one thing, beside each other
 * where they are not, by however many processes. What a delivery changes and that it is done are one transaction; where that
 * would be too much for one, it is done in parts, each with how far it has come.
 */
export class DeliveryWork {
  readonly #deps: Deps;
  readonly #work: LeasedWork<StoredDelivery, string>;
  readonly #dropped: TakeOver<StoredDelivery, string>;
  /** What this process's lanes are at. */
  readonly #atWork = new Set<string>();
  #queue: DueDeliveries[] = [];
  #looking: Promise<void> | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { store, now, owner, leaseMs } = deps;
    this.#work = new LeasedWork(store.model, { leaseMs, now, owner });
    this.#dropped = new TakeOver(this.#work, { leaseMs, now, only: PENDING });
  }

  /** Does one that is nobody's yet. @returns whether there may be more. */
  async runOne(taken = () => {}): Promise<boolean> {
    const next = await this.#next();
    if (!next) return false;
    const { about, ids } = next;
    const [id, ...rest] = ids;
    this.#atWork.add(about);
    try {
      const claim = await this.#claim({ only: { _id: id }, set: { turn: about } });
      // Another process is at it: it goes on with what is about the same thing, and there is nothing to do here.
      if (!claim) return this.#queue.length > 0;
      taken();
      await this.#run(claim);
      if (rest.length > 0) this.#queue.push({ about, ids: rest });
      return true;
    } finally {
      this.#atWork.delete(about);
    }
  }

  /** Takes over one whose holder died. To be called by one lane only. @returns whether there may be more */
  async takeOverOne(): Promise<boolean> {
    return this.#dropped.one({
      run: (claim) => this.#run(claim),
      quarantine: (claim) => this.#quarantine(claim, crashed()),
    });
  }

  /** When there is something to do next, be it already; `null` where there is nothing. */
  async nextDueAt(): Promise<Date | null> {
    return this.#work.nextDueAt({ only: PENDING });
  }

  /** To be called directly before the process ends by order with something in hand: that has killed nobody. */
  async recordCleanStop(): Promise<void> {
    await this.#work.recordCleanStop({ only: PENDING });
  }

  async #next(): Promise<DueDeliveries | null> {
    if (this.#queue.length === 0) {
      this.#looking ??= this.#look().finally(() => (this.#looking = null));
      await this.#looking;
    }
    return this.#queue.shift() ?? null;
  }

  async #look(): Promise<void> {
    const { store, now } = this.#deps;
    const found = await store.due(now(), { except: [...this.#atWork] });
    this.#queue.push(...found);
  }

  /** @returns `null` where it is not to be had, or where somebody is at another one about the same thing */
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
    throw new Error(`The handler of ${event} has not come to an end within ${PARTS_MAX} parts`);
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
    if (!mayTryAgain("signal_or_delivery", attempts)) {
      await this.#quarantine(claim, error);
      return;
    }
    telemetry.setback("delivery", error);
    const scale = pace.backOffScale;
    const waitMs = backOffMs("signal_or_delivery", { failures: attempts, random: random(), scale });
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

/** What is in the inbox may outlive its handler. */
async function ignoreUnknown(): Promise<Handled> {
  return { outcome: "ignored", because: "This version of the bot does nothing with such events." };
}

/** The driver gives the bytes of a lean document in a wrapper of its own. */
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
