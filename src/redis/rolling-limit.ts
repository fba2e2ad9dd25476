import type { RedisClient } from "./client.ts";

/** So many may begin within any stretch of so long. */
export interface RollingWindow {
  readonly max: number;
  readonly lengthMs: number;
}

// Redis runs a script as a whole before anything else, so that two processes never take the same slot. The set holds
// when each began or is about to, under a name of its own; what is too old for every window goes first.
const TAKE = `
local key, name = KEYS[1], ARGV[1]
local now, waitMax, keepMs = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - keepMs)
redis.call('ZREMRANGEBYSCORE', key, now + waitMax + 1, '+inf')
local slot = now
local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
if last[2] then slot = math.max(slot, tonumber(last[2])) end
for index = 5, #ARGV, 2 do
  local max, lengthMs = tonumber(ARGV[index]), tonumber(ARGV[index + 1])
  local oldest = redis.call('ZREVRANGE', key, max - 1, max - 1, 'WITHSCORES')
  if oldest[2] then slot = math.max(slot, tonumber(oldest[2]) + lengthMs) end
end
if slot - now > waitMax then return { string.format('%d', slot), 0 } end
redis.call('ZADD', key, slot, name)
redis.call('PEXPIRE', key, keepMs + waitMax)
return { string.format('%d', slot), 1 }
`;

/**
 * When one more may begin, of all that any process lets begin under `key`; kept for whoever asks, unless it is further
 * away than `waitMaxMs`. Exact as far as the processes' clocks agree, and as long as Redis keeps its memory.
 *
 * @param name of this one among all
 * @throws where Redis is away
 */
export async function takeRollingSlot(
  redis: RedisClient,
  key: string,
  asked: {
    readonly name: string;
    readonly nowMs: number;
    readonly waitMaxMs: number;
    readonly windows: readonly RollingWindow[];
  },
): Promise<{ readonly atMs: number; readonly taken: boolean }> {
  const keepMs = Math.max(...asked.windows.map(({ lengthMs }) => lengthMs));
  const limits = asked.windows.flatMap(({ max, lengthMs }) => [max, lengthMs]);
  const answer = await redis.eval(TAKE, 1, key, asked.name, asked.nowMs, asked.waitMaxMs, keepMs, ...limits);
  const [atMs, taken] = answer as [string, number];
  return { atMs: Number(atMs), taken: taken === 1 };
}
