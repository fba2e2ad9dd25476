import type { RedisClient } from "./client.ts";

/** At most `max` may begin within any period of `lengthMs`. */
export interface RollingWindow {
  readonly max: number;
  readonly lengthMs: number;
}

// Redis runs a script as a whole, so two processes never take the same slot. The set holds the time of each slot under
// a unique name; slots that are too old for every window are removed first.
const TAKE = `
local key, paused, name = KEYS[1], KEYS[2], ARGV[1]
local now, waitMax, keepMs = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - keepMs)
redis.call('ZREMRANGEBYSCORE', key, now + waitMax + 1, '+inf')
local slot = math.max(now, tonumber(redis.call('GET', paused) or 0))
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

// A shorter pause must not end a longer one.
const PAUSE = `
local key, untilMs, now = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
if untilMs > math.max(now, tonumber(redis.call('GET', key) or 0)) then
  redis.call('SET', key, string.format('%d', untilMs), 'PX', string.format('%d', untilMs - now))
end
`;

/**
 * Lets no slot of `key` begin before `untilMs`, in all processes that use it.
 *
 * @throws if Redis is unavailable
 */
export async function pauseRollingSlots(
  redis: RedisClient,
  key: string,
  { untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number },
): Promise<void> {
  await redis.eval(PAUSE, 1, pauseOf(key), untilMs, nowMs);
}

function pauseOf(key: string): string {
  return `${key}:paused`;
}

/**
 * Finds when one more may begin, over all processes that use `key`, and reserves that slot for the caller unless it is
 * more than `waitMaxMs` away. Exact if the processes' clocks agree and Redis loses no data.
 *
 * @param asked.name unique among all slots
 * @throws if Redis is unavailable
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
  const keys = [key, pauseOf(key)];
  const { name, nowMs, waitMaxMs } = asked;
  const answer = await redis.eval(TAKE, keys.length, ...keys, name, nowMs, waitMaxMs, keepMs, ...limits);
  const [atMs, taken] = answer as [string, number];
  return { atMs: Number(atMs), taken: taken === 1 };
}
