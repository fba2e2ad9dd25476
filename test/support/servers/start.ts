import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { startMongo } from "../../../script/services/mongo-server.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { requireReplicaSet } from "../../../script/services/replica-set.ts";
import { GIT_STARTER_VARIABLE } from "../../local-github/git/git-process.ts";
import { startGitStarter } from "./git-starter.ts";
import { freeDatabasesKey, MONGODB_VARIABLE, REDIS_VARIABLE, RUN_VARIABLE } from "./environment.ts";

/** What globalTeardown stops; Jest runs both in one process and hands nothing over between them. */
export const started: AsyncDisposable[] = [];

/**
 * Jest's globalSetup: one MongoDB and one Redis for the whole run, those of MONGODB_URI and REDIS_URL if set, and
 * the process that starts git for the local GitHub.
 * The workers start afterwards and find them through their environment.
 */
// Jest takes a global setup only as a default export.
// oxlint-disable-next-line import/no-default-export
export default async function startServers(): Promise<void> {
  const [mongodbUri, redisUrl, gitStarter] = await Promise.all([
    provideMongo(),
    provideRedis(),
    startGitStarter(),
  ]);
  started.push(gitStarter);
  const run = randomUUID().slice(0, 8);
  await offerDatabases(redisUrl, run);
  process.env[MONGODB_VARIABLE] = mongodbUri;
  process.env[REDIS_VARIABLE] = redisUrl;
  process.env[RUN_VARIABLE] = run;
  process.env[GIT_STARTER_VARIABLE] = gitStarter.socketPath;
}

async function provideMongo(): Promise<string> {
  const uri = process.env["MONGODB_URI"];
  if (uri !== undefined) {
    await requireReplicaSet(uri);
    return uri;
  }
  const server = await startMongo();
  started.push(server);
  return server.uri;
}

async function provideRedis(): Promise<string> {
  const url = process.env["REDIS_URL"];
  if (url !== undefined) return url;
  const server = await startRedis();
  started.push(server);
  return server.uri;
}

/** Only empty databases are offered to the tests: a Redis of REDIS_URL may hold what somebody needs. */
async function offerDatabases(redisUrl: string, run: string): Promise<void> {
  const redis = new Redis(redisUrl, { db: 0, maxRetriesPerRequest: 1 });
  try {
    const keyspace = await redis.info("keyspace");
    const [, count] = (await redis.config("GET", "databases")) as [string, string];
    const numbers = Array.from({ length: Number(count) - 1 }, (_, index) => index + 1);
    const empty = numbers.filter((number) => !keyspace.includes(`db${number}:`));
    const key = freeDatabasesKey(run);
    await redis.sadd(key, ...empty);
    await redis.expire(key, 24 * 60 * 60);
  } finally {
    redis.disconnect();
  }
}
