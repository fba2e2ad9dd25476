import { lagSeconds, lateWork } from "../health/late-work.ts";
import { type Problems, TRY_SOON } from "../http/problem.ts";
import type { Database } from "../mongo/database.ts";
import type { Secret } from "../secret.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import type { Instruments } from "../telemetry/part.ts";
import { leasedLoop } from "../work/leased-loop.ts";
import type { Worker } from "../work/worker.ts";
import { DELIVERIES_AT_ONCE, DeliveryWork } from "./delivery-work.ts";
import type { DeliveryHandler } from "./delivery.ts";
import { DeliveryIntake } from "./intake.ts";
import { MissedDeliveryStore } from "./missed-store.ts";
import { PartStore } from "./part-store.ts";
import { type DeliveryLog, MissedDeliveries } from "./repair.ts";
import { DELIVERIES_COLLECTION, DeliveryStore } from "./store.ts";

const REPAIR_EVERY_MS = 10 * 60_000;

const PROBLEMS: Problems = {
  unreadable_payload: {
    status: 400,
    meaning: "GitHub signed the delivery, but its payload is not JSON that the bot can read.",
    remedy: "Set the content type of the App's webhook to `application/json`.",
  },
  bad_signature: {
    status: 401,
    meaning: "The delivery is not signed with the webhook secret of the App.",
    remedy: "Set `WEBHOOK_SECRET` to the secret that the App's settings on GitHub have.",
  },
  delivery_pending: {
    status: 409,
    meaning: "The delivery is not processed yet, so it needs no replay.",
    remedy: "Wait for it. `GET /api/v1/deliveries` shows what it waits for.",
  },
  no_temporary_space: {
    ...TRY_SOON,
    meaning: "The bot has no temporary space for a large delivery.",
    remedy: "Make room in its folder for temporary files. GitHub's log of deliveries has the delivery.",
  },
  overloaded: {
    ...TRY_SOON,
    meaning: "More deliveries arrive than can be stored at the moment.",
    remedy: "Nothing: the bot later asks GitHub for the deliveries that it refused.",
  },
};

/** The parts that the doors of the inbox use. */
export interface InboxParts {
  readonly intake: DeliveryIntake;
  readonly store: DeliveryStore;
  readonly now: () => Date;
}

interface Needs {
  readonly database: Database;
  /** GitHub's own log of deliveries. */
  readonly github: DeliveryLog;
  readonly secret: Secret;
  /** By event. An event without a handler is not stored. */
  readonly handlers: ReadonlyMap<string, DeliveryHandler>;
  readonly doors: readonly Door<InboxParts>[];
  readonly instruments: Instruments;
  readonly worker: Worker;
}

interface Deliveries extends Subject {
  readonly store: DeliveryStore;
}

/** The inbox of GitHub's webhooks: stores deliveries, handles them, and requests those that did not arrive again. */
export function deliveries(needs: Needs): Deliveries {
  const { database, github, secret, handlers, doors, instruments, worker } = needs;
  const { pace, now, random } = worker;
  const telemetry = new DeliveryTelemetry(instruments);
  const store = new DeliveryStore(database);
  const partStore = new PartStore(database);
  const handled = new Set(handlers.keys());
  telemetry.handles(handled);
  const work = new DeliveryWork({ store, partStore, database, telemetry, worker, handlers });
  const loop = leasedLoop(work, {
    concurrency: DELIVERIES_AT_ONCE,
    pace,
    now,
    onError: (error) => telemetry.setback("delivery_loop", error),
  });
  const intake = new DeliveryIntake({ store, partStore, secret, handled, telemetry, now });
  intake.onStored(() => loop.nudge());
  const oldest = () => store.oldestPending();
  const missedStore = new MissedDeliveryStore(database);
  const missed = new MissedDeliveries({ github, inbox: store, store: missedStore, telemetry, now, random });
  const repair = (stopping: AbortSignal) => missed.repair(handled, stopping);
  return {
    store,
    loops: [{ loop, wokenBy: [{ collection: DELIVERIES_COLLECTION, orChanged: ["replays"] }] }],
    jobs: [{ name: "missed-deliveries", everyMs: REPAIR_EVERY_MS, atStart: true, run: repair }],
    routes: bindDoors(doors, { intake, store, now }),
    problems: PROBLEMS,
    health: [
      lateWork({ name: "inbox", what: "the deliveries of GitHub", oldest, now, everyMs: pace.healthMs }),
    ],
    count: async () => {
      const [waiting, dead] = await Promise.all([oldest(), store.countDead()]);
      telemetry.waits(lagSeconds(waiting, now()));
      telemetry.dead(dead);
    },
  };
}
