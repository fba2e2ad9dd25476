import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CloudEvent } from "cloudevents";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { Redis } from "ioredis";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SIGNAL_DATA, SIGNAL_TYPES } from "../../../src/signals/signal.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { runExample } from "../../support/documents/run-example.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const PAGE = fileURLToPath(new URL("../../../docs/signals.md", import.meta.url));
const examples = await readDocExamples(PAGE);
const ofTest = (name: string) => examples.filter(({ test }) => test === name);
const NOW = new Date("2025-07-01T09:00:00Z");

test("every type of signal has one example, which the bot understands", () => {
  const signals = ofTest("signal").map(({ code }) => JSON.parse(code) as Record<string, unknown>);
  expect(signals.map((event) => parseSignal(event, NOW).type)).toEqual(SIGNAL_TYPES);
  expect(signals.map((event) => new CloudEvent(event).validate())).toEqual(signals.map(() => true));
});

test("the examples have no field that the bot drops", () => {
  const signals = ofTest("signal").map(({ code }) => JSON.parse(code) as Record<string, unknown>);
  const kept = signals.map((event) => parseSignal(event, NOW).data);
  expect(kept).toEqual(signals.map(({ data }) => data));
});

test.each(SIGNAL_TYPES)("the section on %s names all its fields", async (type) => {
  const page = await readFile(PAGE, "utf8");
  const [, section = ""] = page.split(`### ${type}\n`);
  const [table = ""] = section.split("```");
  const named = [...table.matchAll(/`(\w+)/g)].map((match) => match[1]);
  const fields = Object.keys(SIGNAL_DATA[type].shape).filter((field) => field !== "project");
  expect(named).toEqual(expect.arrayContaining(fields));
});

let stores: Stores;
let bot: Bot;
let variables: Record<"ORB_URL" | "ORB_TOKEN" | "REDIS_URL", string>;

beforeAll(async () => {
  stores = await freshStores();
  bot = await startBot(stores);
  variables = { ORB_URL: bot.url, ORB_TOKEN: ADMIN_TOKEN, REDIS_URL: stores.redisUrl };
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

/** The page's example for a door in a language; `place` counts from 0. */
function example(name: "http" | "redis", language: string, place = 0) {
  const found = ofTest(name).filter((each) => each.language === language)[place];
  if (!found) throw new Error(`docs/signals.md has no example ${place + 1} in ${language} for ${name}`);
  return found;
}

test("curl sends a signal, and the second time it is a duplicate", async () => {
  const curl = example("http", "sh");
  const answers = [await runExample(curl, variables), await runExample(curl, variables)];
  expect(answers.map((answer) => JSON.parse(answer) as unknown)).toEqual(
    [false, true].map((duplicate) => ({
      accepted: [{ id: "b1c5c3f6-6a5b-4f0e-9a56-0a4f4f0d1c11", project: "csv-export-1", duplicate }],
    })),
  );
});

test("curl fails with the bot's answer if the token is unknown", async () => {
  const run = runExample(example("http", "sh"), { ...variables, ORB_TOKEN: "orb_unknown" });
  await expect(run).rejects.toMatchObject({ stdout: expect.stringContaining("signals:write") });
});

test("Python sends a signal over HTTP", async () => {
  const answer = await runExample(example("http", "python"), variables);
  expect(answer).toMatch(
    /^\{'accepted': \[\{'id': '[0-9a-f-]+', 'project': 'csv-export-1', 'duplicate': False\}\]\}/,
  );
});

test("Python sends a signal through Redis", async () => {
  const stored = bot.app.signalStore.model.collection.watch([{ $match: { operationType: "insert" } }]);
  // Opens the change stream; from here on it misses nothing.
  await stored.tryNext();
  await runExample(example("redis", "python"), variables);
  expect(await stored.next()).toMatchObject({
    fullDocument: { type: "orb.workspace.active", project: "csv-export-1", door: "redis" },
  });
  await stored.close();
});

test("Python lists what the bot could not read", async () => {
  const redis = new Redis(stores.redisUrl);
  const nonsense = JSON.stringify({ specversion: "1.0", type: "orb.nonsense" });
  await redis.xadd("orb:signals", "*", "event", nonsense);
  await redis.xadd("orb:signals", "*", "event", Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]));
  await redis.xadd("orb:signals", "*", "another", "field");
  await redis.xadd("orb:signals", "*", "event", '{"id":"\\ud800\u202e"}');
  await eventually("all four refused", async () => (await redis.xlen("orb:signals:dead")) === 4);
  redis.disconnect();
  const listed = await runExample(example("redis", "python", 1), variables);
  expect(listed.trim().split("\n")).toEqual([
    expect.stringContaining("not a CloudEvent"),
    expect.stringContaining("no field “event”"),
    expect.stringContaining("not valid UTF-8"),
    expect.stringContaining("source"),
  ]);
});
