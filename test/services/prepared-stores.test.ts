import { Redis } from "ioredis";
import { type Db, MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, test } from "../support/testing.ts";
import {
  freeDatabasesKey,
  KEY_SECONDS,
  REDIS_VARIABLE,
  RUN_VARIABLE,
} from "../support/servers/environment.ts";
import { preparedStores } from "../support/servers/prepared-stores.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";

const run = process.env[RUN_VARIABLE] ?? "";
let held: Stores;

/** The tests act as a run of their own, whose prepared databases nobody else takes, with one numbered database. */
beforeAll(async () => {
  held = await freshStores();
  process.env[RUN_VARIABLE] = `${run}-own`;
  const key = freeDatabasesKey(`${run}-own`);
  const redis = new Redis(process.env[REDIS_VARIABLE] ?? "");
  await redis.sadd(key, new URL(held.redisUrl).pathname.slice(1));
  await redis.expire(key, KEY_SECONDS);
  redis.disconnect();
});

afterAll(async () => {
  process.env[RUN_VARIABLE] = run;
  await held[Symbol.asyncDispose]();
});

/** Takes stores, does something in their database, and gives them back. */
async function use<T>(act: (db: Db) => Promise<T>): Promise<{ database: string; result: T }> {
  await using stores = await preparedStores();
  await using client = new MongoClient(stores.mongodbUri);
  const db = client.db();
  return { database: db.databaseName, result: await act(db) };
}

/** What a bot does in a database: prepares it, and writes. */
async function prepare(db: Db): Promise<void> {
  await db.collection("notes").createIndex({ text: 1 });
  await db.collection("notes").insertOne({ text: "mine" });
}

async function found(db: Db) {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const indexes = await db.collection("notes").indexes();
  const documents = await db.collection("notes").countDocuments();
  return { collections: collections.map(({ name }) => name), indexes: indexes.length, documents };
}

test("a database that was given back is used again, with its indexes and without its documents", async () => {
  const { database } = await use(prepare);
  expect(await use(found)).toEqual({
    database,
    result: { collections: ["notes"], indexes: 2, documents: 0 },
  });
});

test.each([
  { what: "a collection", change: (db: Db) => db.createCollection("more") },
  { what: "an index", change: (db: Db) => db.collection("notes").createIndex({ more: 1 }) },
  { what: "a validator", change: (db: Db) => db.command({ collMod: "notes", validator: { text: "no" } }) },
])("a database in which a test has added $what is dropped", async ({ change }) => {
  const usual = await use(prepare);
  const changed = await use<unknown>(change);
  expect(changed.database).toBe(usual.database);
  const next = await use((db) => db.listCollections().toArray());
  expect(next.database).not.toBe(changed.database);
  expect(next.result).toEqual([]);
  await use(prepare);
});
