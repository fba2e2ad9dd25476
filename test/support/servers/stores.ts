import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { ConnectionString } from "mongodb-connection-string-url";
import { freeDatabasesKey, MONGODB_VARIABLE, REDIS_VARIABLE, RUN_VARIABLE } from "./environment.ts";

/** An empty database in each of the run's servers, held by one test until it is disposed of. */
export interface Stores extends AsyncDisposable {
  /** Names a database of its own. */
  readonly mongodbUri: string;
  /** Names a numbered database of its own. Redis shares publish/subscribe channels among all databases. */
  readonly redisUrl: string;
}

/**
 * Empty stores that no other test sees, however many run at the same time.
 * Dispose of them (`await using stores = await freshStores()`) after your own clients are closed.
 * Throws when every numbered Redis database is held; the run's own server has 63.
 */
export async function freshStores(): Promise<Stores> {
  const redisUrl = await takeRedisDatabase();
  const mongodbUri = nameMongoDatabase();
  async function dispose(): Promise<void> {
    await Promise.all([dropMongoDatabase(mongodbUri), returnRedisDatabase(redisUrl)]);
  }
  return { mongodbUri, redisUrl, [Symbol.asyncDispose]: dispose };
}

function nameMongoDatabase(): string {
  const uri = new ConnectionString(required(MONGODB_VARIABLE));
  const authDatabase = uri.pathname.slice(1);
  // Without an authSource the database of the URI is the one that knows the user.
  if (uri.username !== "" && !uri.searchParams.has("authSource")) {
    uri.searchParams.set("authSource", authDatabase === "" ? "admin" : authDatabase);
  }
  uri.pathname = `/orb-test-${required(RUN_VARIABLE)}-${randomUUID().slice(0, 8)}`;
  return uri.toString();
}

async function dropMongoDatabase(uri: string): Promise<void> {
  await using client = new MongoClient(uri);
  await client.db().dropDatabase();
}

async function takeRedisDatabase(): Promise<string> {
  const url = new URL(required(REDIS_VARIABLE));
  const number = await onRedis(url, (redis) => redis.spop(freeDatabasesKey(required(RUN_VARIABLE))));
  if (number === null) {
    throw new Error("Every Redis database is held by a test. Dispose of stores, or raise --databases.");
  }
  url.pathname = `/${number}`;
  return url.toString();
}

async function returnRedisDatabase(redisUrl: string): Promise<void> {
  const url = new URL(redisUrl);
  await onRedis(url, (redis) => redis.flushdb());
  const number = url.pathname.slice(1);
  url.pathname = "/0";
  await onRedis(url, (redis) => redis.sadd(freeDatabasesKey(required(RUN_VARIABLE)), number));
}

async function onRedis<T>(url: URL, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url.toString(), { maxRetriesPerRequest: 1 });
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`${variable} is unset: run the tests through Jest, whose global setup sets it`);
  return value;
}
