import { lagSeconds, lateWork } from "../health/late-work.ts";
import { type Problems, TRY_SOON } from "../http/problem.ts";
import type { Database } from "../mongo/database.ts";
import type { RedisClient } from "../redis/client.ts";
import { toRedisFailure } from "../redis/failure.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { OutboxTelemetry } from "../telemetry/outbox.ts";
import type { Instruments } from "../telemetry/part.ts";
import { loopTimes } from "../work/leased-loop.ts";
import { Loop } from "../work/loop.ts";
import type { Worker } from "../work/worker.ts";
import { EventFeed } from "./event-feed.ts";
import { RelayLease } from "./relay-lease-store.ts";
import { CHECK_EVERY_MS, Relay } from "./relay.ts";
import { OUTBOX_COLLECTION, OutboxStore } from "./store.ts";

interface Needs {
  readonly database: Database;
  /** Where events go; `null`: they stay in the outbox. */
  readonly redis: RedisClient | null;
  readonly doors: readonly Door<OutboxParts>[];
  readonly instruments: Instruments;
  readonly worker: Worker;
}

interface Outbox extends Subject {
  readonly store: OutboxStore;
}

/** What its doors use. */
export interface OutboxParts {
  readonly feed: EventFeed;
}

const PROBLEMS: Problems = {
  events_gone: {
    status: 410,
    meaning: "The event in `Last-Event-ID` is not stored any more, so what came after it is not complete.",
    remedy: "Connect without `Last-Event-ID`, and read the projects and pull requests from the API.",
  },
  too_many_streams: {
    ...TRY_SOON,
    meaning: "As many streams of events are open at this process of the bot as it takes.",
    remedy: "Close streams that nobody reads, or try again after `Retry-After`.",
  },
};

/** Outgoing events: other subjects append them, this one relays them to Redis, and gives them to readers over HTTP. */
export function outbox({ database, redis, doors, instruments, worker }: Needs): Outbox {
  const { owner, leaseMs, pace, now } = worker;
  const telemetry = new OutboxTelemetry(instruments);
  const store = new OutboxStore(database, { relayed: redis !== null });
  const turns = new RelayLease(database);
  const feed = new EventFeed(database, (error) => telemetry.setback("event_feed", error));
  const oldest = () => store.oldestUnrelayed();
  const own = {
    store,
    routes: bindDoors(doors, { feed }),
    problems: PROBLEMS,
    health: [lateWork({ name: "outbox", what: "the events for Redis", oldest, now, everyMs: pace.healthMs })],
    count: async () => telemetry.waits(lagSeconds(await oldest(), now())),
  };
  if (!redis) return own;
  const relay = new Relay({ store, turns, owner, turnMs: leaseMs, redis, telemetry, now });
  const onError = (error: unknown) => telemetry.setback("relay", toRedisFailure(error));
  const loop = new Loop({
    ...loopTimes(pace),
    now,
    runOnce: () => relay.relayBatch(),
    nextDueAt: () => relay.nextDueAt(),
    onError,
  });
  const watch = new Loop({
    ...loopTimes(pace),
    idleMs: CHECK_EVERY_MS,
    runOnce: async () => {
      if (await relay.hasStreamLost()) loop.nudge();
      return false;
    },
    onError,
  });
  return {
    ...own,
    loops: [{ loop, wokenBy: [{ collection: OUTBOX_COLLECTION }] }, { loop: watch }],
    // Without it the turn ends by itself.
    stop: () => relay.giveBackTurn().catch(onError),
  };
}
