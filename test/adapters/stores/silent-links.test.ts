import { expect, test } from "../../support/testing.ts";
import { Database, MONGO_LIMITS } from "../../../src/mongo/database.ts";
import { toMongoFailure } from "../../../src/mongo/failure.ts";
import { connectRedis } from "../../../src/redis/client.ts";
import { toRedisFailure } from "../../../src/redis/failure.ts";
import { type StreamEntry, StreamConsumer } from "../../../src/redis/stream-consumer.ts";
import { eventually } from "../../support/eventually.ts";
import { cutOffFrom, cutOffFromRedis } from "../../support/servers/cut-off.ts";
import { freshStores } from "../../support/servers/stores.ts";

const ANSWER_MS = 250;
/** The driver allows no shorter one. */
const HEARTBEAT_MS_MIN = 500;
/** Without limits of ours the driver takes 40 seconds. */
const TEST_MS_MAX = 35_000;

/** The stores may need a moment for a new connection. */
function inTheEnd(what: string, ask: () => Promise<unknown>): Promise<unknown> {
  return eventually(what, async () =>
    ask().then(
      () => true,
      () => false,
    ),
  );
}

function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => "answered",
    (error: unknown) => error,
  );
}

test("on a silent connection to Redis a command fails, and a new connection takes its place", async () => {
  await using stores = await freshStores();
  await using way = await cutOffFromRedis(stores.redisUrl);
  const redis = connectRedis(way.redisUrl, { onError: () => {}, answerMs: ANSWER_MS });
  await redis.set("a", "1");
  way.forget();
  expect(toRedisFailure(await failureOf(redis.get("a")))).toMatchObject({ code: "redis_unavailable" });
  await inTheEnd("an answer", () => redis.get("a"));
  redis.disconnect();
});

test("a silent read of a stream is an error and not an empty answer, and the next one gets the entries", async () => {
  await using stores = await freshStores();
  await using way = await cutOffFromRedis(stores.redisUrl);
  const connect = (url: string) => connectRedis(url, { onError: () => {}, answerMs: ANSWER_MS });
  const [commands, reader] = [connect(stores.redisUrl), connect(way.redisUrl)];
  const consumer = new StreamConsumer({
    commands,
    reader,
    stream: "entries",
    group: "readers",
    consumer: "reader",
    waitMs: ANSWER_MS / 5,
    onLong: () => {},
    now: () => new Date(),
  });
  const handled: string[] = [];
  const read = () =>
    consumer.readBatch(async (entries: readonly StreamEntry[]) => {
      handled.push(...entries.map(({ fields }) => String(fields.get("text"))));
    });
  await read();
  way.forget();
  await commands.xadd("entries", "*", "text", "hello");
  expect(toRedisFailure(await failureOf(read()))).toMatchObject({ code: "redis_unavailable" });
  expect(handled).toEqual([]);
  await inTheEnd("the entry", async () => {
    await read();
    expect(handled).toContain("hello");
  });
  commands.disconnect();
  reader.disconnect();
});

test(
  "a silent link to MongoDB fails what waits for it, and is used again once it is back",
  async () => {
    await using stores = await freshStores();
    await using way = await cutOffFrom(stores.mongodbUri);
    const limits = {
      serverSelectionTimeoutMS: ANSWER_MS,
      connectTimeoutMS: ANSWER_MS,
      heartbeatFrequencyMS: HEARTBEAT_MS_MIN,
    };
    const database = await Database.connect(way.mongodbUri, { ...MONGO_LIMITS, ...limits });
    const things = database.native.collection("things");
    await things.insertOne({});
    way.hang();
    expect(toMongoFailure(await failureOf(things.findOne()))).toMatchObject({ code: "mongodb_unavailable" });
    way.heal();
    await inTheEnd("an answer", () => things.findOne());
    await database.close();
  },
  TEST_MS_MAX,
);

test(
  "a single silent connection to MongoDB is replaced by a new one",
  async () => {
    await using stores = await freshStores();
    await using way = await cutOffFrom(stores.mongodbUri);
    const database = await Database.connect(way.mongodbUri, { ...MONGO_LIMITS, socketTimeoutMS: ANSWER_MS });
    const things = database.native.collection("things");
    await things.insertOne({});
    way.forget();
    await inTheEnd("an answer", () => things.findOne());
    await database.close();
  },
  TEST_MS_MAX,
);
