import type { RedisClient } from "./client.ts";

// A shorter time must not replace a longer one.
const STORE = `
local key, untilMs, now = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
if untilMs > math.max(now, tonumber(redis.call('GET', key) or 0)) then
  redis.call('SET', key, string.format('%d', untilMs), 'PX', string.format('%d', untilMs - now))
end
`;

/**
 * Stores a time in milliseconds that all processes read, unless a later one is stored. Redis forgets it when it has passed.
 *
 * @throws if Redis is unavailable
 */
export async function storeUntil(
  redis: RedisClient,
  key: string,
  { untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number },
): Promise<void> {
  await redis.eval(STORE, 1, key, untilMs, nowMs);
}

/** @returns the stored time, or 0 @throws if Redis is unavailable */
export async function readUntil(redis: RedisClient, key: string): Promise<number> {
  return Number((await redis.get(key)) ?? 0);
}
