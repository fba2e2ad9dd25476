import type { Database } from "../mongo/database.ts";
import type { RedisClient } from "../redis/client.ts";
import { fine, type HealthCheck, silent } from "./check.ts";

/** Both together are less than a second, in which the answer must follow the truth; most elections of a primary are shorter. */
const EVERY_MS = 250;
const WITHIN_MS = 700;
/** Redis forgets what was written for the check, if the process ends. */
const KEPT_MS = 60_000;

/** Whether MongoDB's primary answers. No process can serve without it. */
export function mongodbHealth({ primary, ping }: Pick<Database, "primary" | "ping">): HealthCheck {
  const failed = silent("mongodb", { isNeeded: true });
  return {
    name: "mongodb",
    everyMs: EVERY_MS,
    withinMs: WITHIN_MS,
    failed,
    ask: async () => {
      const askedMs = performance.now();
      await ping();
      return primary.isUp ? fine({ answeredInMs: Math.round(performance.now() - askedMs) }) : failed;
    },
  };
}

/**
 * Whether Redis takes writes and gives them back. Without it webhooks and signals over HTTP are served: otherwise one Redis would
 * take every instance from its load balancer.
 *
 * @param owner names this process
 */
export function redisHealth(redis: RedisClient, owner: string): HealthCheck {
  const key = `orb:health:${owner}`;
  const failed = silent("redis", { isNeeded: false });
  const problem = {
    code: "redis_refuses_writes",
    reason:
      "Redis answers, but does not store what it is given: it is a replica, or full, or can't write to its disk.",
    remedy: "Read its log, and check that REDIS_URL names the primary. The bot continues by itself.",
  };
  return {
    name: "redis",
    everyMs: EVERY_MS,
    withinMs: WITHIN_MS,
    failed,
    ask: async () => {
      const askedMs = performance.now();
      const value = String(askedMs);
      const [written, read] = (await redis.pipeline().set(key, value, "PX", KEPT_MS).get(key).exec()) ?? [];
      if (!read || read[0] !== null) return failed;
      if (written?.[0] !== null || read[1] !== value) return { ...failed, problem };
      return fine({ answeredInMs: Math.round(performance.now() - askedMs) });
    },
  };
}
