import type { Database } from "../mongo/database.ts";
import type { RedisClient } from "../redis/client.ts";
import { toRedisFailure } from "../redis/failure.ts";
import type { Subject } from "../subject.ts";
import { OutboxTelemetry } from "../telemetry/outbox.ts";
import type { Instruments } from "../telemetry/part.ts";
import { loopTimes } from "../work/leased-loop.ts";
import { Loop } from "../work/loop.ts";
import type { Worker } from "../work/worker.ts";
import { RelayLease } from "./relay-lease-store.ts";
import { CHECK_EVERY_MS, Relay } from "./relay.ts";
import { OUTBOX_COLLECTION, OutboxStore } from "./store.ts";

interface Needs {
  readonly database: Database;
  /** Where events go; `null`: they stay in the outbox. */
  readonly redis: RedisClient | null;
  readonly instruments: Instruments;
  readonly worker: Worker;
}

interface Outbox extends Subject {
  readonly store: OutboxStore;
}

/** Outgoing events: other subjects append them, this one relays them to Redis. */
export function outbox({ database, redis, instruments, worker }: Needs): Outbox {
  const { owner, leaseMs, pace, now } = worker;
  const telemetry = new OutboxTelemetry(instruments);
  const store = new OutboxStore(database, { relayed: redis !== null });
  const turns = new RelayLease(database);
  if (!redis) return { store };
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
    store,
    loops: [{ loop, wokenBy: [{ collection: OUTBOX_COLLECTION }] }, { loop: watch }],
    // Without it the turn ends by itself.
    stop: () => relay.giveBackTurn().catch(onError),
  };
}
