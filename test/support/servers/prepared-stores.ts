import type { Redis } from "ioredis";
import { type CollectionInfo, type Db, MongoClient } from "mongodb";
import { MIGRATIONS_COLLECTION } from "../../../src/mongo/migrate.ts";
import { failedBodies } from "../testing.ts";
import { KEY_SECONDS, preparedDatabasesKey, preparedShapeKey } from "./environment.ts";
import {
  currentRun,
  dropMongoDatabase,
  mongoDatabaseUri,
  newMongoDatabase,
  onRedis,
  returnRedisDatabase,
  type Stores,
  takeRedisDatabase,
} from "./stores.ts";

/**
 * Stores without a document, for a whole bot in this process. Another bot of the run may have prepared the database: its
 * collections and indexes exist, and a bot runs all its migrations there, as in a new database. To create 25 collections with 70
 * indexes costs more than half of what a bot needs to start and stop.
 *
 * For tests about an empty database, indexes or migrations, and for bots in processes of their own, which may still write when
 * they were killed: `freshStores`. Dispose of them after the bot is closed and your own clients are.
 */
export async function preparedStores(): Promise<Stores> {
  const failedBefore = failedBodies();
  const redisUrl = await takeRedisDatabase();
  const name = (await takePrepared()) ?? newMongoDatabase();
  const mongodbUri = mongoDatabaseUri(name);
  async function giveBack(): Promise<void> {
    // What a failed test has begun may still write.
    if (failedBodies() > failedBefore) await dropMongoDatabase(mongodbUri);
    else await offer(name);
  }
  return {
    mongodbUri,
    redisUrl,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([giveBack(), returnRedisDatabase(redisUrl)]);
    },
  };
}

async function offer(name: string): Promise<void> {
  const key = preparedDatabasesKey(currentRun());
  await onRedis((redis) => redis.multi().sadd(key, name).expire(key, KEY_SECONDS).exec());
}

/** The name of an emptied database; `null` if none is free. */
async function takePrepared(): Promise<string | null> {
  return onRedis(async (redis) => {
    for (;;) {
      const name = await redis.spop(preparedDatabasesKey(currentRun()));
      if (name === null || (await empty(name, redis))) return name;
    }
  });
}

/**
 * Deletes all documents of a database, except the fingerprints of its collections and indexes: with them a start creates none.
 * That is done when the database is taken, and not when it is given back: the bot before has been closed for longer then, and the
 * last databases of a run need not be emptied at all.
 *
 * @returns `false` if a test has changed more than documents; the database is dropped then
 */
async function empty(name: string, redis: Redis): Promise<boolean> {
  // A majority, because a bot reads what a majority has. Each further connection would cost as much as several commands.
  const options = { maxPoolSize: 1, writeConcern: { w: "majority" } } as const;
  await using client = new MongoClient(mongoDatabaseUri(name), options);
  const db = client.db();
  const collections = await db.listCollections().toArray();
  if (!(await isUsual(await shapeOf(db, collections), redis))) {
    await db.dropDatabase();
    return false;
  }
  const names = collections.map((each) => each.name).filter((each) => each !== MIGRATIONS_COLLECTION);
  for (const each of await withDocuments(db, names)) await db.collection(each).deleteMany({});
  const $unset = { applied: 1, owner: 1, until: 1 };
  await db.collection(MIGRATIONS_COLLECTION).updateMany({}, { $unset });
  return true;
}

/** Those of the collections that are not empty, in one request: most of a bot's collections are empty in most tests. */
async function withDocuments(db: Db, names: readonly string[]): Promise<string[]> {
  const [first, ...rest] = names;
  if (first === undefined) return [];
  const one = (name: string) => [{ $limit: 1 }, { $project: { _id: { $literal: name } } }];
  const others = rest.map((coll) => ({ $unionWith: { coll, pipeline: one(coll) } }));
  const found = db.collection(first).aggregate<{ _id: string }>([...one(first), ...others]);
  return (await found.toArray()).map(({ _id }) => _id);
}

/** What remains of a database when its documents are deleted: collections with their options, and the number of indexes. */
async function shapeOf(db: Db, collections: readonly CollectionInfo[]): Promise<string> {
  const { indexes } = await db.stats();
  const sorted = collections.toSorted((one, other) => one.name.localeCompare(other.name));
  return JSON.stringify([indexes, ...sorted.map(({ name, type, options }) => ({ name, type, options }))]);
}

/** Whether a database has the shape of the run's first prepared one. */
async function isUsual(shape: string, redis: Redis): Promise<boolean> {
  const key = preparedShapeKey(currentRun());
  await redis.set(key, shape, "EX", KEY_SECONDS, "NX");
  return (await redis.get(key)) === shape;
}
