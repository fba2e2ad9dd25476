// What the bot depends on, and how it notices that it is away.

import type { Clock } from "./agenda/clock.ts";
import type { Config } from "./config.ts";
import { OrbError } from "./errors.ts";
import type { GitHubSubject } from "./github/subject.ts";
import { type Gates, isAway } from "./http/dependency.ts";
import { ChangeFeed } from "./mongo/change-feed.ts";
import type { Database } from "./mongo/database.ts";
import { answering, type DependencyCheck, ReadinessChecks } from "./monitoring/readiness.ts";
import { connectImpatiently, connectRedis, type RedisClient } from "./redis/client.ts";
import { redisUnavailable } from "./redis/failure.ts";
import type { ProcessTelemetry } from "./telemetry/process.ts";
import type { Apart } from "./work/apart/apart.ts";

/**
 * A read that waits for entries blocks every other command on its connection, so `reader` is for those. A request that is counted
 * waits for a fraction of a second only, on `limits`.
 */
export type Redis = Readonly<Record<"commands" | "reader" | "limits", RedisClient>>;

interface FeedNeeds {
  readonly database: Database;
  readonly clock: Clock;
  readonly telemetry: ProcessTelemetry;
  /** Migrates the database. */
  readonly prepare: () => Promise<void>;
  readonly backOffScale: number;
}

/** If the database is dropped or replaced by an old copy while the bot runs, it is prepared again. */
export function feedOf({ database, clock, telemetry, prepare, backOffScale }: FeedNeeds): ChangeFeed {
  return new ChangeFeed({
    database,
    backOffScale,
    onError: (error) => telemetry.setback("change_feed", error),
    prepare: async () => {
      await prepare().catch((error: unknown) => {
        // During an update a newer version may have migrated the database, and this one still works with it.
        if (!(error instanceof OrbError && error.code === "schema_too_new")) throw error;
      });
      await clock.makeJobs();
    },
  });
}

/** @returns `null` if the configuration names no Redis */
export function connectToRedis(redisUrl: Config["redisUrl"], telemetry: ProcessTelemetry): Redis | null {
  if (redisUrl === null) {
    telemetry.aloneWithoutRedis();
    return null;
  }
  const url = redisUrl.reveal();
  const onError = (error: Error) => telemetry.setback("redis_connection", redisUnavailable(error));
  return {
    commands: connectRedis(url, { onError }),
    reader: connectRedis(url, { onError }),
    limits: connectImpatiently(url, { onError }),
  };
}

/** Whether the process can serve. Only HTTP asks. */
export function readinessOf(
  { appCheck }: Pick<GitHubSubject, "appCheck">,
  { database, redis, telemetry }: { database: Database; redis: Redis | null; telemetry: ProcessTelemetry },
): ReadinessChecks {
  const checks: DependencyCheck[] = [answering("mongodb", () => database.ping(), { isNeeded: true })];
  // Without it webhooks and signals over HTTP are served. Otherwise one Redis would take every instance from its load balancer.
  if (redis) checks.push(answering("redis", () => redis.commands.ping(), { isNeeded: false }));
  checks.push({ name: "github", check: async () => appCheck.state });
  return new ReadinessChecks(checks, (dependency, up) => telemetry.dependencyChecked(dependency, up));
}

/** What requests need, for those that would otherwise wait for it. */
export function gatesOf({ appCheck }: Pick<GitHubSubject, "appCheck">, { primary }: Database): Gates {
  return {
    mongodb: {
      problem: () => (primary.isUp ? null : isAway("mongodb", "it has no primary that answers.")),
      suspect: () => primary.suspect(),
    },
    github: {
      problem: () => {
        const { up, problem } = appCheck.state;
        return up ? null : isAway("github", problem?.reason ?? "it has not answered yet.");
      },
    },
  };
}

/** Closes everything that was opened, the last first. */
export async function closeAll({
  database,
  redis,
  heartbeat,
  apart,
}: {
  readonly database: Database;
  readonly redis: Redis | null;
  readonly heartbeat: { stop(): void };
  /** `null` if others use it too. */
  readonly apart: Apart | null;
}): Promise<void> {
  await apart?.close();
  redis?.commands.disconnect();
  redis?.reader.disconnect();
  redis?.limits.disconnect();
  heartbeat.stop();
  await database.close();
}
