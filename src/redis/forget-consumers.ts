import type { RedisClient } from "./client.ts";

// In one step: a consumer that reads between two steps would lose the entries that it was just given.
const FORGET = `
for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #facts, 2 do consumer[facts[i]] = facts[i + 1] end
  if consumer['pending'] == 0 and consumer['idle'] > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer['name'])
  end
end
`;

/**
 * Removes the consumers of a group that hold no entry and have not asked for one for longer than `idleMs`: each process has a
 * name of its own, and Redis keeps the names of dead ones.
 */
export async function forgetConsumers(
  redis: RedisClient,
  { stream, group, idleMs }: { readonly stream: string; readonly group: string; readonly idleMs: number },
): Promise<void> {
  await redis.eval(FORGET, 1, stream, group, idleMs);
}
