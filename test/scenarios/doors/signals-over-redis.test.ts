import { afterAll, afterEach, beforeAll, expect, test } from "../../support/testing.ts";
import { Redis } from "ioredis";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { completion, phaseStarted, projectCreated } from "../../support/signals.ts";

let stores: Stores;
let redis: Redis;
const bots: Bot[] = [];

beforeAll(async () => {
  stores = await freshStores();
  redis = new Redis(stores.redisUrl);
});

afterEach(async () => {
  for (const bot of bots.splice(0)) await bot[Symbol.asyncDispose]();
});

afterAll(async () => {
  redis.disconnect();
  await stores[Symbol.asyncDispose]();
});

async function start(): Promise<Bot> {
  const bot = await startBot(stores);
  bots.push(bot);
  return bot;
}

async function write(event: unknown): Promise<string> {
  const id = await redis.xadd("orb:signals", "*", "event", JSON.stringify(event));
  return id ?? "";
}

async function pendingEntries(): Promise<number> {
  const [count] = (await redis.xpending("orb:signals", "orb-bot")) as [number];
  return count;
}

async function deadLetters(): Promise<{ event: string; error: { code: string }; id: string }[]> {
  const letters = await redis.xrange("orb:signals:dead", "-", "+");
  return letters.map(([, [, event = "", , error = "", , id = ""]]) => ({
    event,
    error: JSON.parse(error),
    id,
  }));
}

async function stored(bot: Bot, project: string): Promise<{ door: string; id: string }[]> {
  return bot.app.signalStore.model.find({ project }, { door: 1, id: 1, _id: 0 }).sort({ time: 1 }).lean();
}

test("an entry is stored and then acknowledged; a repetition changes nothing", async () => {
  const bot = await start();
  const event = projectCreated("over-redis");
  await write(event);
  await write(event);
  await eventually("the signal in the store", async () => (await stored(bot, "over-redis")).length > 0);
  await eventually("no entry pending", async () => (await pendingEntries()) === 0);
  expect(await stored(bot, "over-redis")).toEqual([{ door: "redis", id: event.id }]);
});

test("entries from before the bot's first start, and from while it was down, are read", async () => {
  await write(projectCreated("while-away"));
  const bot = await start();
  await eventually("the first signal", async () => (await stored(bot, "while-away")).length === 1);
  await bots.pop()?.[Symbol.asyncDispose]();
  await write(phaseStarted("while-away", "research", 1));
  const next = await start();
  await eventually("the second signal", async () => (await stored(next, "while-away")).length === 2);
});

test("entries that can't be read go to the dead letters with the reason, and do not block others", async () => {
  const bot = await start();
  const bad: [string, Buffer | string][] = [
    ["event", "{"],
    ["event", Buffer.from([0x7b, 0xff, 0x7d])],
    ["event", JSON.stringify(completion("dead", { branch: "a..b" }))],
    ["event", JSON.stringify({ ...projectCreated("dead"), type: "orb.nothing" })],
    ["event", "x".repeat(1024 * 1024 + 1)],
    ["payload", JSON.stringify(projectCreated("dead"))],
  ];
  const ids = [];
  for (const [field, value] of bad) ids.push(await redis.xadd("orb:signals", "*", field, value));
  await write(projectCreated("after-the-dead"));
  await eventually(
    "the good one behind them",
    async () => (await stored(bot, "after-the-dead")).length === 1,
  );

  const fields = await deadLetters();
  expect(fields.map(({ id }) => id)).toEqual(ids);
  expect(fields.map(({ error }) => error.code)).toEqual([
    "bad_signal",
    "bad_signal",
    "bad_signal",
    "unknown_signal_type",
    "bad_signal",
    "bad_signal",
  ]);
  expect(fields[0]?.event).toBe("{");
  expect(fields[4]?.event).toBe("x".repeat(1024 * 1024));
  expect(fields[2]?.error).toMatchObject({
    reason: expect.stringContaining("branch"),
    remedy: expect.any(String),
  });
  expect(await stored(bot, "dead")).toEqual([]);
  await eventually("no entry pending", async () => (await pendingEntries()) === 0);
});

test("a time in the future, and another event with the id of a stored one, go to the dead letters", async () => {
  const bot = await start();
  const event = phaseStarted("twice", "research", 1);
  await write(event);
  const refused = [
    await write({ ...event, data: { ...event.data, phase: "planning" } }),
    await write({ ...projectCreated("twice"), time: "2126-01-05T09:00:00Z" }),
  ];
  await eventually(
    "both letters",
    async () => (await deadLetters()).filter(({ id }) => refused.includes(id)).length === 2,
  );
  const letters = (await deadLetters()).filter(({ id }) => refused.includes(id));
  const codes = new Map(letters.map(({ id, error }) => [id, error.code]));
  expect(refused.map((id) => codes.get(id))).toEqual(["signal_conflict", "bad_signal"]);
  expect(await stored(bot, "twice")).toEqual([{ door: "redis", id: event.id }]);
});

test("entries of a dead consumer are taken over", async () => {
  const event = projectCreated("orphaned");
  await write(event);
  // A consumer that has read the entry and not acknowledged it; for Redis that is long ago.
  await redis.xreadgroup("GROUP", "orb-bot", "died", "STREAMS", "orb:signals", ">");
  const [entry] = (await redis.xpending("orb:signals", "orb-bot", "-", "+", 1)) as [[string]];
  await redis.call("XCLAIM", "orb:signals", "orb-bot", "died", 0, entry[0], "IDLE", 60_000, "JUSTID");
  const bot = await start();
  await eventually("the orphan in the store", async () => (await stored(bot, "orphaned")).length === 1);
  await eventually("no entry pending", async () => (await pendingEntries()) === 0);
});

test("a running bot goes on reading after the stream and its group were deleted", async () => {
  const bot = await start();
  await write(projectCreated("before-the-flush"));
  await eventually("the first", async () => (await stored(bot, "before-the-flush")).length === 1);
  await redis.del("orb:signals");
  await write(projectCreated("after-the-flush"));
  await eventually("the next", async () => (await stored(bot, "after-the-flush")).length === 1);
});
