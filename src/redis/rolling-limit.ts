import type { RedisClient } from "./client.ts";
import { storeUntil } from "./until.ts";

/** At most `max` may begin within any period of `lengthMs`. */
export interface RollingWindow {
  readonly max: number;
  readonly lengthMs: number;
}

interface Options {
  readonly windows: readonly RollingWindow[];
  /** A slot that is further away is not given: the caller comes again. */
  readonly waitMaxMs: number;
  /** The slots that a place in the line keeps free. */
  readonly reserved: number;
  /** Slots that all places together may keep free. */
  readonly lineMax: number;
  /** How long after its time a place is lost if nobody comes for it. */
  readonly placeKeptMs: number;
}

interface Asking {
  /** Names a place in the line. Without one, the caller comes behind all places and gets none. */
  readonly turn: string | null;
  readonly nowMs: number;
}

interface Slot {
  readonly atMs: number;
  readonly taken: boolean;
}

// Redis runs a script as a whole, so two processes never take the same slot. One set holds the times of the slots that
// were taken, under unique names. The other holds the slots that are kept for those that wait, by their turns.
const ASK = `
local key, pausedKey, line = KEYS[1], KEYS[2], KEYS[3]
local name, turn = ARGV[1], ARGV[2]
local now, waitMax, keepMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local reserved, lineMax, placeKeptMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - keepMs)
redis.call('ZREMRANGEBYSCORE', key, now + waitMax + 1, '+inf')
redis.call('ZREMRANGEBYSCORE', line, '-inf', now - placeKeptMs)

local own, slot = false, math.max(now, tonumber(redis.call('GET', pausedKey) or 0))
if turn ~= '' then
  for index = reserved, 1, -1 do
    local atMs = redis.call('ZSCORE', line, turn .. '/' .. index)
    if atMs then own, slot = turn .. '/' .. index, math.max(slot, tonumber(atMs)) break end
  end
end
-- A turn with a place has waited for all that were before it. The others come behind all places.
local before = own and 0 or redis.call('ZCARD', line)
local function at(set, index)
  local found = redis.call('ZREVRANGE', set, index, index, 'WITHSCORES')
  return found[2] and tonumber(found[2])
end
slot = math.max(slot, before > 0 and at(line, 0) or 0, at(key, 0) or 0)
local writes = name == '' and reserved or 1
for index = 9, #ARGV, 2 do
  local max, lengthMs = tonumber(ARGV[index]), tonumber(ARGV[index + 1])
  local newest = max - math.min(writes, max)
  local oldest
  if newest < before then oldest = math.max(now, at(line, newest)) else oldest = at(key, newest - before) end
  if oldest then slot = math.max(slot, oldest + lengthMs) end
end

local taken = slot - now <= waitMax
if taken and name ~= '' then
  redis.call('ZADD', key, slot, name)
  redis.call('PEXPIRE', key, keepMs + waitMax)
  if own then redis.call('ZREM', line, own) end
elseif turn ~= '' and (own or redis.call('ZCARD', line) + reserved <= lineMax) then
  for index = 1, reserved do redis.call('ZADD', line, slot, turn .. '/' .. index) end
  redis.call('PEXPIRE', line, string.format('%d', at(line, 0) - now + placeKeptMs))
end
return { string.format('%d', slot), taken and 1 or 0 }
`;

/**
 * How many may begin within a time, over all processes together, and a line for those that have to wait. Exact if the
 * processes' clocks agree and Redis loses no data. Each function throws if Redis is unavailable.
 */
export class RollingLimit {
  readonly #redis: RedisClient;
  readonly #options: Options;

  constructor(redis: RedisClient, options: Options) {
    this.#redis = redis;
    this.#options = options;
  }

  /**
   * Takes a slot, unless the next one is too far away. Then the caller's turn gets a place in the line.
   *
   * @param asking.name unique among all slots
   */
  take(key: string, asking: Asking & { readonly name: string }): Promise<Slot> {
    return this.#ask(key, asking);
  }

  /** Gives a turn a place in the line, and says when its slots are free. */
  reserve(key: string, asking: Asking): Promise<Slot> {
    return this.#ask(key, { ...asking, name: "" });
  }

  async leave(key: string, turn: string): Promise<void> {
    const members = Array.from({ length: this.#options.reserved }, (_, index) => `${turn}/${index + 1}`);
    await this.#redis.zrem(lineOf(key), ...members);
  }

  /** Lets no slot begin before `untilMs`. */
  pause(key: string, times: { readonly untilMs: number; readonly nowMs: number }): Promise<void> {
    return storeUntil(this.#redis, pauseOf(key), times);
  }

  async #ask(key: string, { name, turn, nowMs }: Asking & { readonly name: string }): Promise<Slot> {
    const { windows, waitMaxMs, reserved, lineMax, placeKeptMs } = this.#options;
    const keepMs = Math.max(...windows.map(({ lengthMs }) => lengthMs));
    const limits = windows.flatMap(({ max, lengthMs }) => [max, lengthMs]);
    const keys = [key, pauseOf(key), lineOf(key)];
    const rest = [nowMs, waitMaxMs, keepMs, reserved, lineMax, placeKeptMs, ...limits];
    const answer = await this.#redis.eval(ASK, keys.length, ...keys, name, turn ?? "", ...rest);
    const [atMs, taken] = answer as [string, number];
    return { atMs: Number(atMs), taken: taken === 1 };
  }
}

function pauseOf(key: string): string {
  return `${key}:paused`;
}

function lineOf(key: string): string {
  return `${key}:line`;
}
