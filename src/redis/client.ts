import { Redis } from "ioredis";

export type RedisClient = Redis;

const RECONNECT_MS_MAX = 2_000;
const COMMAND_TIMEOUT_MS = 5_000;

/**
 * A connection that comes back by itself. While Redis is away a command fails after one reconnection at the
 * most, instead of queueing without limit: every caller has its own way to wait.
 *
 * @param purpose `blocking-reads` for a connection on which a command may wait for entries: such a one must
 * not be shared, for it holds up every other command, and it has no command time-out
 */
export function connectRedis(
  url: string,
  { purpose, onError }: { purpose: "commands" | "blocking-reads"; onError: (error: Error) => void },
): Redis {
  const client = new Redis(url, {
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, RECONNECT_MS_MAX),
    ...(purpose === "commands" && { commandTimeout: COMMAND_TIMEOUT_MS }),
  });
  client.on("error", onError);
  return client;
}
