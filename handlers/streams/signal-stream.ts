import { OrbError, type Refusal, refusalOf } from "../../src/errors.ts";
import { parseJson } from "../../src/input/parse-json.ts";
import type { RedisClient } from "../../src/redis/client.ts";
import type { StreamEntry } from "../../src/redis/stream-consumer.ts";
import { readArriving } from "../../src/signals/rules/time-ahead.ts";
import { SIGNAL_BYTES_MAX, type Signal } from "../../src/signals/signal.ts";
import type { SignalParts, StreamDoor } from "../../src/signals/subject.ts";

const DEAD_LETTERS_STREAM = "orb:signals:dead";
const DEAD_LETTERS_MAX = 10_000;

/** Takes in the entries that Meta-Agents write to `orb:signals`. Refused entries go to `orb:signals:dead`. */
function handlerOf({ intake, telemetry, now }: SignalParts, redis: RedisClient) {
  return async (entries: readonly StreamEntry[]): Promise<void> => {
    const at = now();
    const signals: Signal[] = [];
    const readable: StreamEntry[] = [];
    for (const entry of entries) {
      try {
        signals.push(readEntry(entry, at));
        readable.push(entry);
      } catch (error) {
        const problem = refusalOf(error);
        await bury(redis, entry, problem);
        telemetry.refused({ door: "redis", problem });
      }
    }
    if (signals.length === 0) return;
    const { conflicts } = await intake.accept(signals, { door: "redis", at });
    for (const { index, problem } of conflicts) {
      const entry = readable[index];
      if (entry) await bury(redis, entry, problem);
    }
  };
}

export const signalStream: StreamDoor = { stream: "orb:signals", group: "orb-bot", handlerOf };

function readEntry({ fields }: StreamEntry, receivedAt: Date): Signal {
  const event = fields.get("event");
  if (!event) throw unreadable("The entry has no field “event”.");
  if (event.length > SIGNAL_BYTES_MAX) {
    throw unreadable(`The event has ${event.length} bytes, more than the limit of ${SIGNAL_BYTES_MAX}.`);
  }
  const parsed = parseJson(event, "The event");
  if ("refused" in parsed) throw unreadable(parsed.refused);
  return readArriving(parsed.value, receivedAt);
}

function unreadable(reason: string): OrbError {
  const remedy =
    "Write one field, “event”, that holds one CloudEvent as JSON; docs/signals.md has an example.";
  return new OrbError({ code: "bad_signal", reason, remedy });
}

/**
 * Runs again if the entry comes again before it is acknowledged: a dead letter may be there twice but is never lost. Of an
 * event that was refused for its length the beginning is kept: an entry may have 512 MB.
 */
async function bury(
  redis: RedisClient,
  { id, fields }: StreamEntry,
  { code, reason, remedy }: Refusal,
): Promise<void> {
  const event = (fields.get("event") ?? Buffer.alloc(0)).subarray(0, SIGNAL_BYTES_MAX);
  const error = JSON.stringify({ code, reason, remedy });
  await redis.xadd(
    DEAD_LETTERS_STREAM,
    "MAXLEN",
    "~",
    DEAD_LETTERS_MAX,
    "*",
    "event",
    event,
    "error",
    error,
    "id",
    id,
  );
}
