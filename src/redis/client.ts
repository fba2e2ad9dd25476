import { Redis } from "ioredis";
import { backOffMs } from "../work/rules/back-off.ts";

export type RedisClient = Redis;

const COMMAND_TIMEOUT_MS = 5_000;
/** ioredis keeps the process alive for this long after closing a connection that is already lost. */
const DISCONNECT_TIMEOUT_MS = 200;

/**
 * A connection that reconnects by itself. While Redis is unavailable, a command fails after at most one reconnection,
 * instead of queueing without limit: every caller has its own way to wait.
 *
 * @param purpose `blocking-reads` for a connection on which a command may wait for entries: it must not be shared,
 * because it delays every other command, and it has no command time-out
 */
export function connectRedis(
  url: string,
  { purpose, onError }: { purpose: "commands" | "blocking-reads"; onError: (error: Error) => void },
): Redis {
  const client = new Redis(url, {
    // Replies of streams have the shape that Redis documents; in version 3 they are maps, flattened by ioredis.
    protocol: 2,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (failures) => backOffMs("redis_connection", { failures }),
    ...(purpose === "commands" && { commandTimeout: COMMAND_TIMEOUT_MS }),
  });
  client.on("error", onError);
  return client;
}
