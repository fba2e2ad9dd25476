import type { Redis } from "ioredis";
import type { Count } from "./rules/counted.ts";

/**
 * The log of a subject is a string with the time of each request that was admitted within the window, the oldest first, eight
 * bytes each, in microseconds. A request is admitted if all its subjects have room, and is then added to all their logs;
 * otherwise to none. Redis runs a script as a whole, so nothing comes between the look and the count.
 *
 * The clock is Redis' own. Seen from a log it never runs backwards: if the newest entry is later than now, the clock was set
 * back, or another server with another clock has taken over. Then the whole log moves back, so that its newest entry is of now:
 * no distance between entries becomes shorter, and nobody waits longer than a window. A clock that was set forward opens a
 * window once.
 *
 * Most requests only append, which leaves the time to live as it is, and entries that no longer count stay in front. The log is
 * written as a whole, for three windows, if half of it no longer counts, or if its first entry is two windows old: so its last
 * entry always lives for a window.
 *
 * KEYS: the logs. ARGV: the window in microseconds, 1 to count or 0 to look, and the limit of each log.
 * Answer: Redis' time, and for each log its entries, the time until the oldest leaves, and the time until there is room.
 */
const SCRIPT = `
local call, pack, read = redis.call, struct.pack, struct.unpack
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local window = tonumber(ARGV[1])
local past = now - window
-- Redis ends a key by whole milliseconds, so up to one too early.
local life = math.ceil(window * 3 / 1000) + 1

-- What is left of a log: its text, where entries begin that count, how many those are, and whether it was moved.
local function look(log)
  if not log then return '', 1, 0, false end
  local size, begin, isMoved = #log, 1, false
  local ahead = read('d', log, size - 7) - now
  if ahead > 0 then
    local entries = {}
    for at = 1, size, 8 do entries[#entries + 1] = pack('d', read('d', log, at) - ahead) end
    log, isMoved = table.concat(entries), true
  end
  while begin <= size and read('d', log, begin) <= past do begin = begin + 8 end
  return log, begin, (size + 1 - begin) / 8, isMoved
end

-- Writes a log if that is needed. Returns its entries, the time until the oldest leaves, and the time until there is room.
local function note(key, log, begin, used, isMoved, limit, counts)
  local oldest = begin <= #log and read('d', log, begin) or now
  if counts then
    if isMoved or log == '' or 2 * begin > #log or read('d', log) <= past - window then
      call('SET', key, string.sub(log, begin) .. pack('d', now), 'PX', life)
    else
      call('APPEND', key, pack('d', now))
    end
    return used + 1, oldest - past, 0
  end
  if isMoved then call('SET', key, log, 'PX', life) end
  local wait = used >= limit and read('d', log, begin + 8 * (used - limit)) - past or 0
  return used, used > 0 and oldest - past or 0, wait
end

-- Without the tables below it takes a third less time.
if #KEYS == 1 then
  local limit = tonumber(ARGV[3])
  local log, begin, used, isMoved = look(call('GET', KEYS[1]))
  return { now, note(KEYS[1], log, begin, used, isMoved, limit, used < limit and ARGV[2] == '1') }
end

local logs, counts = {}, ARGV[2] == '1'
for index, log in ipairs(call('MGET', unpack(KEYS))) do
  logs[index] = { look(log) }
  if logs[index][3] >= tonumber(ARGV[index + 2]) then counts = false end
end
local answer = { now }
for index, key in ipairs(KEYS) do
  local log, begin, used, isMoved = unpack(logs[index])
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3] =
    note(key, log, begin, used, isMoved, tonumber(ARGV[index + 2]), counts)
end
return answer
`;

const FIELDS = 3;

/** As ioredis adds it: it sends the hash of the script, and in the same call the whole script to a server that does not have it. */
interface WithSlidingLog {
  orbSlidingLog(keyCount: number, ...rest: readonly (string | number)[]): Promise<number[]>;
}

export interface LogQuestion {
  readonly keys: readonly string[];
  /** The limit of each key. */
  readonly limits: readonly number[];
  readonly windowMs: number;
  /** Whether an admitted request is counted, or only looked at. */
  readonly counts: boolean;
}

export interface LogAnswer {
  /** Redis' time, in microseconds. */
  readonly atUs: number;
  /** In the order of the keys. */
  readonly counts: readonly Count[];
}

/** Call it once for a connection, before `askLog`. */
export function defineLog(redis: Pick<Redis, "defineCommand">): void {
  redis.defineCommand("orbSlidingLog", { lua: SCRIPT });
}

/** @throws ioredis' error if Redis does not answer, or refuses */
export function askLog(redis: Redis, { keys, limits, windowMs, counts }: LogQuestion): Promise<LogAnswer> {
  const client = redis as unknown as WithSlidingLog;
  const window = windowMs * 1_000;
  return client
    .orbSlidingLog(keys.length, ...keys, window, counts ? 1 : 0, ...limits)
    .then((answer) => ({ atUs: answer[0] ?? 0, counts: countsIn(answer, limits) }));
}

function countsIn(answer: readonly number[], limits: readonly number[]): Count[] {
  return limits.map((limit, index) => {
    const at = 1 + index * FIELDS;
    const [used = 0, freesInUs = 0, waitUs = 0] = [answer[at], answer[at + 1], answer[at + 2]];
    return { used, limit, freesInMs: freesInUs / 1_000, waitMs: waitUs / 1_000 };
  });
}
