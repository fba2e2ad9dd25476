import type { RedisClient } from "./client.ts";
import { PLACE_OF_ID } from "./stream-ids.ts";

/** Entries that one script removes: few enough that Redis serves others after a millisecond or two. */
const REMOVED_AT_ONCE = 10_000;
/** So many scripts run in a row. What a large backlog has beyond that goes the next time. */
const SCRIPTS_MAX = 100;

// Of each group, entries above its last delivered id are unread, and those that it lists as pending are not acknowledged.
// Whole nodes are removed first, up to a limit. If that did not reach the limit, less than a node is left.
const TRIM = `
${PLACE_OF_ID}
local function after(id)
  local ms, number = string.match(id, '(%d+)-(%d+)')
  if #number > 15 then return id end
  return ms .. '-' .. string.format('%d', tonumber(number) + 1)
end
if redis.call('EXISTS', KEYS[1]) == 0 then return { 0, 0, '' } end
local lowest, slowest = nil, ''
for _, facts in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for i = 1, #facts, 2 do group[facts[i]] = facts[i + 1] end
  local needed = after(group['last-delivered-id'])
  if group['pending'] > 0 then
    local pending = redis.call('XPENDING', KEYS[1], group['name'])[2]
    if place(pending) < place(needed) then needed = pending end
  end
  if not lowest or place(needed) < place(lowest) then lowest, slowest = needed, group['name'] end
end
if not lowest then return { 0, redis.call('XLEN', KEYS[1]), '' } end
local limit = tonumber(ARGV[1])
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', lowest, 'LIMIT', limit)
if removed <= limit / 2 then removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', '=', lowest) end
return { removed, redis.call('XLEN', KEYS[1]), slowest }
`;

export interface Trimmed {
  readonly removed: number;
  /** How many entries are left. */
  readonly left: number;
  /** The group that needs the lowest entry; empty if there is none. */
  readonly group: string;
}

/**
 * Removes the entries of a stream that every consumer group has read and acknowledged, also those of other programs. An entry that
 * one group has not read, or not acknowledged, stays with all after it. A stream without groups stays as it is.
 *
 * https://redis.io/docs/latest/commands/xtrim/
 */
export async function trimStream(redis: RedisClient, stream: string): Promise<Trimmed> {
  let removed = 0;
  for (let script = 1; ; script++) {
    const answer = await redis.eval(TRIM, 1, stream, REMOVED_AT_ONCE);
    const [count, left, group] = answer as [number, number, string];
    removed += count;
    if (count <= REMOVED_AT_ONCE / 2 || script === SCRIPTS_MAX) return { removed, left, group };
  }
}
