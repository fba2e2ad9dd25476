import { Redis } from "ioredis";
import { backOffMs } from "../work/rules/back-off.ts";

export type RedisClient = Redis;

/** The longest time without an answer. A command that waits for entries must wait for less. */
const ANSWER_MS = 5_000;
/** ioredis keeps the process alive for this long after closing a connection that is already lost. */
const DISCONNECT_TIMEOUT_MS = 200;

/**
 * A connection that reconnects by itself. While Redis is unavailable, a command fails after `answerMs` or one reconnection,
 * instead of queueing without limit: every caller has its own way to wait. A connection on which nothing arrives for
 * `answerMs` while a command waits is closed and made again: a link that went silent gives no error of its own.
 *
 * A command that waits for entries delays every other command on its connection, so it needs a connection of its own.
 * ioredis' `blockingTimeout` is not used: it ends such a command with `null`, which reads as "no entries".
 * https://github.com/redis/ioredis#timeouts
 */
export function connectRedis(
  url: string,
  { onError, answerMs = ANSWER_MS }: { onError: (error: Error) => void; answerMs?: number },
): Redis {
  const client = new Redis(url, {
    // Replies of streams have the shape that Redis documents; in version 3 they are maps, flattened by ioredis.
    protocol: 2,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (failures) => backOffMs("redis_connection", { failures }),
    connectTimeout: answerMs,
    // The first fails the command, the second closes the connection.
    commandTimeout: answerMs,
    socketTimeout: answerMs,
  });
  client.on("error", onError);
  return client;
}

/** After a connection was lost: the longest wait for the next one. */
const RECONNECT_MS_MAX = 500;
/** The longest time without an answer on such a connection, before it is made again. */
const IMPATIENT_ANSWER_MS = 1_000;

/**
 * A connection for questions that must be answered at once or not at all. While there is no connection a command fails
 * immediately, and none is sent a second time. The caller limits how long it waits.
 */
export function connectImpatiently(
  url: string,
  { onError, answerMs = IMPATIENT_ANSWER_MS }: { onError: (error: Error) => void; answerMs?: number },
): Redis {
  const client = new Redis(url, {
    protocol: 2,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (failures) => Math.min(RECONNECT_MS_MAX, backOffMs("redis_connection", { failures })),
    connectTimeout: answerMs,
    socketTimeout: answerMs,
  });
  client.on("error", onError);
  return client;
}
