import type { RedisClient } from "../redis/client.ts";
import { PLACE_OF_ID } from "../redis/stream-ids.ts";
import { BEFORE_ALL, entryPlace } from "./rules/entry-place.ts";

const EVENTS_STREAM = "orb:events";
/** Older events are dropped. It also limits how many are relayed again after Redis lost everything. */
export const EVENTS_IN_STREAM_MAX = 100_000;

/**
 * Check and write are one step for Redis: it could restart between two steps, and new events would then come before
 * those that must be written again. Another relay could also write between two steps, if this process was paused for longer
 * than its turn. Redis takes its ids from one clock, so the larger id is the later one.
 */
const ADD_IF_UNMOVED = `
${PLACE_OF_ID}
local last = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local facts = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then last = facts[i + 1] end
  end
end
if place(last) < ARGV[1] then return {'behind', last} end
if place(last) ~= ARGV[2] then return {'moved', last} end
for i = 4, #ARGV do
  last = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'event', ARGV[i])
end
return {'added', last}
`;

export interface Added {
  /**
   * `behind`: Redis has lost earlier events, and nothing was added. `moved`: somebody has added entries that the caller does
   * not know about, and nothing was added.
   */
  readonly outcome: "added" | "behind" | "moved";
  /** The place of the stream's last entry. */
  readonly last: string;
}

/**
 * Adds events to `orb:events`, all of them or none.
 *
 * @param events as JSON; empty to check only
 * @param reached the place of the stream's last entry after the last write that was marked
 * @param known the place of the last entry that the caller knew before it read the events, at least `reached`
 */
export async function addEvents(
  redis: RedisClient,
  events: readonly string[],
  { reached, known }: { reached: string; known: string },
): Promise<Added> {
  const answer = await redis.eval(
    ADD_IF_UNMOVED,
    1,
    EVENTS_STREAM,
    reached,
    known === BEFORE_ALL ? entryPlace("0-0") : known,
    EVENTS_IN_STREAM_MAX,
    ...events,
  );
  const [outcome, last] = answer as [Added["outcome"], string];
  return { outcome, last: entryPlace(last) };
}
