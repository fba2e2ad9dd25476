import { Redis } from "ioredis";
import { OrbError } from "../../src/errors.ts";

/**
 * Makes sure that a configured Redis answers.
 *
 * @throws OrbError `redis_unreachable`
 */
export async function requireRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 5000, retryStrategy: () => null });
  // connect() fails with the same error; without a listener the client would print it too.
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    const reason = `The server of REDIS_URL does not answer: ${cause instanceof Error ? cause.message : String(cause)}`;
    const remedy = "Start it, correct REDIS_URL, or unset REDIS_URL to have a server started for you.";
    throw new OrbError({ code: "redis_unreachable", reason, remedy }, { cause });
  } finally {
    // Disconnecting a client that has already ended would only make this process wait.
    if (redis.status !== "end") redis.disconnect();
  }
}
