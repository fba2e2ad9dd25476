// What the bot depends on, and how it notices that it is away.

import type { Clock } from "./agenda/clock.ts";
import { agendaHealth } from "./agenda/health.ts";
import type { JobStore } from "./agenda/job-store.ts";
import type { Config } from "./config.ts";
import { OrbError } from "./errors.ts";
import type { GitHubSubject } from "./github/subject.ts";
import { Health } from "./health/health.ts";
import { mongodbHealth, redisHealth } from "./health/stores.ts";
import { type Gates, isAway } from "./http/dependency.ts";
import { ChangeFeed } from "./mongo/change-feed.ts";
import type { Database } from "./mongo/database.ts";
import { connectImpatiently, connectRedis, type RedisClient } from "./redis/client.ts";
import { redisUnavailable } from "./redis/failure.ts";
import type { Subject } from "./subject.ts";
import type { ProcessTelemetry } from "./telemetry/process.ts";
import type { Pace } from "./work/pace.ts";
import type { Worker } from "./work/worker.ts";
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
  readonly pace: Pick<Pace, "backOffScale">;
}

/** If the database is dropped or replaced by an old copy while the bot runs, it is prepared again. */
export function feedOf({ database, clock, telemetry, prepare, pace }: FeedNeeds): ChangeFeed {
  return new ChangeFeed({
    database,
    backOffScale: pace.backOffScale,
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

interface HealthNeeds {
  readonly database: Database;
  readonly redis: Redis | null;
  readonly subjects: readonly Subject[];
  readonly jobs: JobStore;
  readonly worker: Pick<Worker, "owner" | "now" | "pace">;
  readonly telemetry: ProcessTelemetry;
}

/** Everything that is watched in the background, in the order in which it is shown. */
export function healthOf({ database, redis, subjects, jobs, worker, telemetry }: HealthNeeds): Health {
  const { owner, now, pace } = worker;
  const checks = [
    mongodbHealth({ primary: database.primary, ping: () => database.ping() }),
    ...(redis ? [redisHealth(redis.limits, owner)] : []),
    ...subjects.flatMap(({ health = [] }) => health),
    agendaHealth({ jobs, now, everyMs: pace.healthMs }),
  ];
  return new Health(checks, (service, up) => telemetry.dependencyChecked(service, up));
}

/** What requests need, for those that would otherwise wait for it. */
export function gatesOf(
  { appCheck }: Pick<GitHubSubject, "appCheck">,
  { primary, health }: Pick<Database, "primary"> & { readonly health: Health },
): Gates {
  return {
    mongodb: {
      problem: () =>
        primary.isUp && !health.isAway("mongodb")
          ? null
          : isAway("mongodb", "it has no primary that answers."),
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
