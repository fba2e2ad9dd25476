import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { freshStores } from "../support/servers/stores.ts";

test("stores held at the same time share nothing", async () => {
  await using one = await freshStores();
  await using other = await freshStores();

  await using writer = new MongoClient(one.mongodbUri);
  await using reader = new MongoClient(other.mongodbUri);
  await writer.db().collection("notes").insertOne({ text: "mine" });
  const redis = [new Redis(one.redisUrl), new Redis(other.redisUrl)] as const;
  await redis[0].set("note", "mine");

  expect(await reader.db().collection("notes").countDocuments()).toBe(0);
  expect(await redis[1].get("note")).toBeNull();
  redis.map((client) => client.disconnect());
});

test("the run's MongoDB has transactions and change streams", async () => {
  await using stores = await freshStores();
  await using client = new MongoClient(stores.mongodbUri);
  const notes = client.db().collection("notes");
  await notes.createIndex({ text: 1 });
  const { operationTime: startAtOperationTime } = await client.db().command({ ping: 1 });
  await using changes = notes.watch([], { startAtOperationTime });

  await client.withSession((session) =>
    session.withTransaction(() => notes.insertOne({ text: "committed" }, { session })),
  );

  expect(await changes.next()).toMatchObject({
    operationType: "insert",
    fullDocument: { text: "committed" },
  });
});

test("what was in disposed stores is gone", async () => {
  // Another test may hold the same numbered database by the time we look.
  const key = `note-${randomUUID()}`;
  let left: { mongodbUri: string; redisUrl: string };
  {
    await using stores = await freshStores();
    left = { mongodbUri: stores.mongodbUri, redisUrl: stores.redisUrl };
    await using client = new MongoClient(stores.mongodbUri);
    await client.db().collection("notes").insertOne({ text: "old" });
    const redis = new Redis(stores.redisUrl);
    await redis.set(key, "old");
    redis.disconnect();
  }

  await using client = new MongoClient(left.mongodbUri);
  const redis = new Redis(left.redisUrl);
  expect(await client.db().listCollections().toArray()).toEqual([]);
  expect(await redis.exists(key)).toBe(0);
  redis.disconnect();
});
