import type { RedisClient } from "../redis/client.ts";
import { PLACE_OF_ID } from "../redis/stream-ids.ts";
import { entryPlace } from "./rules/entry-place.ts";

const EVENTS_STREAM = "orb:events";
/** Older events are dropped. It also limits how many are relayed again after Redis lost everything. */
export const EVENTS_IN_STREAM_MAX = 100_000;

/**
 * Check and write are one step for Redis: it could restart between two steps, and new events would then come before
 * those that must be written again. Redis takes its ids from one clock, so the larger id is the later one.
 */
const ADD_UNLESS_BEHIND = `
${PLACE_OF_ID}
local last = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local facts = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then last = facts[i + 1] end
  end
end
if place(last) < ARGV[1] then return {1, last} end
for i = 3, #ARGV do
  last = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'event', ARGV[i])
end
return {0, last}
`;

export interface Added {
  /** Redis has lost earlier events; then nothing was added. */
  readonly behind: boolean;
  /** The place of the stream's last entry. */
  readonly last: string;
}

/**
 * Adds events to `orb:events`, all of them or none.
 *
 * @param reached the place of the stream's last entry after the last write
 * @param events as JSON; empty to check only
 */
export async function addEvents(
  redis: RedisClient,
  events: readonly string[],
  { reached }: { reached: string },
): Promise<Added> {
  const answer = await redis.eval(
    ADD_UNLESS_BEHIND,
    1,
    EVENTS_STREAM,
    reached,
    EVENTS_IN_STREAM_MAX,
    ...events,
  );
  const [behind, last] = answer as [number, string];
  return { behind: behind === 1, last: entryPlace(last) };
}
