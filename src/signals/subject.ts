import { lagSeconds, lateWork } from "../health/late-work.ts";
import type { Types } from "mongoose";
import type { Job } from "../agenda/clock.ts";
import { retentionJob } from "../agenda/retention-job.ts";
import type { Problems } from "../http/problem.ts";
import type { Database } from "../mongo/database.ts";
import { OldDocuments } from "../mongo/old-documents.ts";
import type { RedisClient } from "../redis/client.ts";
import { toRedisFailure } from "../redis/failure.ts";
import { StreamConsumer, type StreamEntry } from "../redis/stream-consumer.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { SignalTelemetry } from "../telemetry/signals.ts";
import { leasedLoop, loopTimes } from "../work/leased-loop.ts";
import { Loop } from "../work/loop.ts";
import type { Worker } from "../work/worker.ts";
import { SignalIntake } from "./intake.ts";
import { type SignalHandler, signalQueue, SIGNALS_AT_ONCE } from "./signal-work.ts";
import { SIGNALS_COLLECTION, SignalStore, type StoredSignal } from "./store.ts";

/** How long one read of the stream waits for entries. */
const ENTRIES_WAIT_MS = 1_000;
/** For so long a signal that could not be acted on is counted: nothing else ends that, except its removal. */
const DEAD_COUNTED_MS = 7 * 24 * 3_600_000;

const PROBLEMS: Problems = {
  bad_signal: {
    status: 400,
    meaning:
      "An event is not a CloudEvent 1.0, or its data is not as its type wants it. No event was stored.",
    remedy: "Correct the fields that `detail` names. docs/signals.md has an example of each type.",
  },
  unknown_signal_type: {
    status: 400,
    meaning: "The bot does not know the type of an event. No event was stored.",
    remedy: "Use one of the types that `remedy` lists.",
  },
  signal_conflict: {
    status: 409,
    meaning: "The `source` and `id` of the event belong to another event that is stored already.",
    remedy: "Give each event an id of its own; the same event may be sent again as it was.",
  },
};

/** The parts that the doors of signals use. */
export interface SignalParts {
  readonly intake: SignalIntake;
  readonly telemetry: SignalTelemetry;
  readonly now: () => Date;
}

/** The door of `handlers/streams/`: the stream that it reads, its group, and its handler of entries. */
export interface StreamDoor {
  readonly stream: string;
  readonly group: string;
  handlerOf(parts: SignalParts, redis: RedisClient): (entries: readonly StreamEntry[]) => Promise<void>;
}

interface Needs {
  readonly database: Database;
  /** `reader` is for reads that wait for entries, because such a read blocks every other command on its connection. */
  readonly redis: { readonly commands: RedisClient; readonly reader: RedisClient } | null;
  /** All of them act on each stored signal, in this order. */
  readonly handlers: readonly SignalHandler[];
  readonly doors: readonly Door<SignalParts>[];
  readonly streamDoor: StreamDoor;
  /** How long a signal that was handled is stored. */
  readonly retentionDays: number;
  readonly instruments: Instruments;
  readonly worker: Worker;
}

interface Signals extends Subject {
  readonly store: SignalStore;
}

/** Signals of Meta-Agents: stores them, then handles them. */
export function signals(needs: Needs): Signals {
  const { database, handlers, doors, instruments, worker } = needs;
  const { pace, now } = worker;
  const telemetry = new SignalTelemetry(instruments);
  const store = new SignalStore(database);
  const handle = inOrder(handlers);
  const queue = signalQueue({ store, database, telemetry, worker, handle });
  const loop = leasedLoop(queue, {
    concurrency: SIGNALS_AT_ONCE,
    pace,
    now,
    onError: (error) => telemetry.setback("signal_loop", error),
  });
  const intake = new SignalIntake({ store, telemetry });
  intake.onStored(() => loop.nudge());
  const parts = { intake, telemetry, now };
  const oldest = () => store.oldestPending();
  return {
    store,
    loops: [{ loop, wokenBy: [{ collection: SIGNALS_COLLECTION }] }, ...streamLoops(needs, parts)],
    jobs: [retentionOf(needs, { store, telemetry })],
    routes: bindDoors(doors, parts),
    problems: PROBLEMS,
    health: [lateWork({ name: "signals", what: "the signals", oldest, now, everyMs: pace.healthMs })],
    count: async () => {
      const at = now();
      const since = new Date(at.getTime() - DEAD_COUNTED_MS);
      const [waiting, dead] = await Promise.all([oldest(), store.countDead(since)]);
      telemetry.waits(lagSeconds(waiting, at));
      telemetry.dead(dead);
    },
  };
}

/** What is not handled yet stays, however old it is. */
function retentionOf(
  { retentionDays: days, worker: { now } }: Needs,
  { store: { model }, telemetry }: { store: SignalStore; telemetry: SignalTelemetry },
): Job {
  const handled = { status: { $in: ["done" as const, "dead" as const] } };
  const old = new OldDocuments<StoredSignal, Types.ObjectId>({ model, where: handled, at: "receivedAt" });
  const remove = async (before: Date) => {
    const done = await old.remove(before);
    telemetry.removed(done.removed);
    return [done];
  };
  return retentionJob("signal-retention", { days, now, remove });
}

function inOrder(handlers: readonly SignalHandler[]): SignalHandler {
  return async (signal, context) => {
    const afterCommit: (() => void)[] = [];
    for (const handle of handlers) afterCommit.push(await handle(signal, context));
    return () => {
      for (const report of afterCommit) report();
    };
  };
}

function streamLoops({ redis, streamDoor, worker }: Needs, parts: SignalParts) {
  if (!redis) return [];
  const { owner, pace, now } = worker;
  const { stream, group } = streamDoor;
  const { commands, reader } = redis;
  const waitMs = ENTRIES_WAIT_MS;
  const onLong = parts.telemetry.streamLong.bind(parts.telemetry);
  const named = { stream, group, consumer: owner };
  const consumer = new StreamConsumer({ commands, reader, ...named, waitMs, now, onLong });
  const handle = streamDoor.handlerOf(parts, commands);
  const runOnce = async (stopping: AbortSignal) => {
    const interrupt = () => consumer.interrupt();
    stopping.addEventListener("abort", interrupt, { once: true });
    try {
      await consumer.readBatch(handle);
    } catch (error) {
      if (!stopping.aborted) throw error;
    } finally {
      stopping.removeEventListener("abort", interrupt);
    }
    return !stopping.aborted;
  };
  const onError = (error: unknown) => parts.telemetry.setback("signal_stream", toRedisFailure(error));
  return [{ loop: new Loop({ ...loopTimes(pace), runOnce, onError }) }];
}
