import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { startMongo } from "../../../script/services/mongo-server.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { requireReplicaSet } from "../../../script/services/replica-set.ts";
import { GIT_STARTER_VARIABLE } from "../../local-github/git/git-process.ts";
import { startGitStarter } from "./git-starter.ts";
import { makeMemoryFolder } from "./memory-folder.ts";
import { removeLeftFolder } from "./remove-left-folder.ts";
import {
  databasePrefix,
  freeDatabasesKey,
  KEY_SECONDS,
  MONGODB_VARIABLE,
  REDIS_VARIABLE,
  RUN_VARIABLE,
} from "./environment.ts";

/** What globalTeardown disposes of; Jest runs both in one process and hands nothing over between them. */
export const started = new AsyncDisposableStack();

/** A bot in a process of its own loads 1 500 modules; compiled before, they take half the time. */
const COMPILE_CACHE = fileURLToPath(new URL("../../../.cache/node-compile", import.meta.url));

/**
 * Jest's globalSetup: one MongoDB and one Redis for the whole run, those of MONGODB_URI and REDIS_URL if set, and
 * the process that starts git for the local GitHub.
 * The workers start afterwards and find them through their environment.
 */
// Jest takes a global setup only as a default export.
// oxlint-disable-next-line import/no-default-export
export default async function startServers(): Promise<void> {
  await moveTemporaryFiles();
  process.env["NODE_COMPILE_CACHE"] ??= COMPILE_CACHE;
  const run = randomUUID().slice(0, 8);
  const [mongodbUri, redisUrl, gitStarter] = await Promise.all([
    provideMongo(run),
    provideRedis(),
    startGitStarter(),
  ]);
  started.use(gitStarter);
  await offerDatabases(redisUrl, run);
  process.env[MONGODB_VARIABLE] = mongodbUri;
  process.env[REDIS_VARIABLE] = redisUrl;
  process.env[RUN_VARIABLE] = run;
  process.env[GIT_STARTER_VARIABLE] = gitStarter.socketPath;
}

/** Into memory, for this process and all that it starts, unless TMPDIR already says where. */
async function moveTemporaryFiles(): Promise<void> {
  if (process.env["TMPDIR"] !== undefined) return;
  const folder = await makeMemoryFolder();
  if (folder === null) return;
  process.env["TMPDIR"] = folder;
  started.defer(() => removeLeftFolder(folder));
}

/** @param run names the run; its databases in a server of MONGODB_URI are dropped at its end */
async function provideMongo(run: string): Promise<string> {
  const uri = process.env["MONGODB_URI"];
  if (uri !== undefined) {
    await requireReplicaSet(uri);
    started.defer(() => dropDatabases(uri, run));
    return uri;
  }
  const server = await startMongo();
  started.use(server);
  return server.uri;
}

async function dropDatabases(uri: string, run: string): Promise<void> {
  await using client = new MongoClient(uri);
  const filter = { name: { $regex: `^${databasePrefix(run)}` } };
  const { databases } = await client.db("admin").admin().listDatabases({ filter, nameOnly: true });
  for (const { name } of databases) await client.db(name).dropDatabase();
}

async function provideRedis(): Promise<string> {
  const url = process.env["REDIS_URL"];
  if (url !== undefined) return url;
  const server = await startRedis();
  started.use(server);
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
    await redis.expire(key, KEY_SECONDS);
  } finally {
    redis.disconnect();
  }
}
