import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { ConnectionString } from "mongodb-connection-string-url";
import {
  databasePrefix,
  freeDatabasesKey,
  MONGODB_VARIABLE,
  REDIS_VARIABLE,
  RUN_VARIABLE,
} from "./environment.ts";

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
  const mongodbUri = mongoDatabaseUri(newMongoDatabase());
  async function dispose(): Promise<void> {
    await Promise.all([dropMongoDatabase(mongodbUri), returnRedisDatabase(redisUrl)]);
  }
  return { mongodbUri, redisUrl, [Symbol.asyncDispose]: dispose };
}

/** A name that no database has. */
export function newMongoDatabase(): string {
  return databasePrefix(currentRun()) + randomUUID().slice(0, 8);
}

/** The address of a database in the run's MongoDB. */
export function mongoDatabaseUri(name: string): string {
  const uri = new ConnectionString(required(MONGODB_VARIABLE));
  const authDatabase = uri.pathname.slice(1);
  // Without an authSource the database of the URI is the one that knows the user.
  if (uri.username !== "" && !uri.searchParams.has("authSource")) {
    uri.searchParams.set("authSource", authDatabase === "" ? "admin" : authDatabase);
  }
  uri.pathname = `/${name}`;
  return uri.toString();
}

/** Drops the database of an address. */
export async function dropMongoDatabase(uri: string): Promise<void> {
  await using client = new MongoClient(uri);
  await client.db().dropDatabase();
}

/** Takes a free numbered database, and returns its address. @throws Error if every one is held */
export async function takeRedisDatabase(): Promise<string> {
  const url = new URL(required(REDIS_VARIABLE));
  const number = await onRedis((redis) => redis.spop(freeDatabasesKey(currentRun())));
  if (number === null) {
    throw new Error("Every Redis database is held by a test. Dispose of stores, or raise --databases.");
  }
  url.pathname = `/${number}`;
  return url.toString();
}

/** Empties a numbered database, and lets another test take it. */
export async function returnRedisDatabase(redisUrl: string): Promise<void> {
  const number = Number(new URL(redisUrl).pathname.slice(1));
  await onRedis(async (redis) => {
    await redis.select(number);
    await redis.flushdb();
    await redis.select(0);
    await redis.sadd(freeDatabasesKey(currentRun()), number);
  });
}

/** Does something in database 0 of the run's Redis, with a connection of its own. */
export async function onRedis<T>(act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(required(REDIS_VARIABLE), { maxRetriesPerRequest: 1 });
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

/** Names the run. */
export function currentRun(): string {
  return required(RUN_VARIABLE);
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`${variable} is unset: run the tests through Jest, whose global setup sets it`);
  return value;
}
