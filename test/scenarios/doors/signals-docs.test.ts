import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CloudEvent } from "cloudevents";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { openDoors } from "../../../handlers/register.ts";
import { createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SIGNAL_DATA, SIGNAL_TYPES } from "../../../src/signals/signal.ts";
import { readDocExamples } from "../../support/doc-examples.ts";
import { runExample } from "../../support/run-example.ts";
import { freshStores } from "../../support/servers/stores.ts";
import type { Stores } from "../../support/servers/stores.ts";

const PAGE = fileURLToPath(new URL("../../../docs/signals.md", import.meta.url));
const examples = await readDocExamples(PAGE);
const ofTest = (name: string) => examples.filter(({ test }) => test === name);
const NOW = new Date("2025-07-01T09:00:00Z");

test("every type of signal has one example, which the bot understands", () => {
  const signals = ofTest("signal").map(({ code }) => JSON.parse(code) as Record<string, unknown>);
  expect(signals.map((event) => parseSignal(event, NOW).type)).toEqual(SIGNAL_TYPES);
  expect(signals.map((event) => new CloudEvent(event).validate())).toEqual(signals.map(() => true));
});

test("the examples use each field that exists, and none that the bot drops", () => {
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

const TOKEN = "orb_0123456789abcdef0123456789abcdef";
let stores: Stores;
let app: Awaited<ReturnType<typeof createApp>>;
let doors: Awaited<ReturnType<typeof openDoors>>;
let variables: Record<"ORB_URL" | "ORB_TOKEN" | "REDIS_URL", string>;

beforeAll(async () => {
  stores = await freshStores();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const config = loadConfig({
    APP_ID: "1",
    PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    WEBHOOK_SECRET: "secret",
    MONGODB_URI: stores.mongodbUri,
    REDIS_URL: stores.redisUrl,
    HOST: "127.0.0.1",
    PORT: "0",
    ADMIN_TOKEN: TOKEN,
    LOG_LEVEL: "fatal",
  });
  app = await createApp(config, { startJobs: false });
  doors = await openDoors(app);
  variables = { ORB_URL: doors.url ?? "", ORB_TOKEN: TOKEN, REDIS_URL: stores.redisUrl };
});

afterAll(async () => {
  await doors.close();
  await app.close();
  await stores[Symbol.asyncDispose]();
});

/** The page's examples for a door in a language, counted from 0. */
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

test("curl ends with the bot's words where the token is not known", async () => {
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
  const stored = app.signalStore.model.collection.watch([{ $match: { operationType: "insert" } }]);
  // Opens the stream; from here on nothing is missed.
  await stored.tryNext();
  await runExample(example("redis", "python"), variables);
  expect(await stored.next()).toMatchObject({
    fullDocument: { type: "orb.workspace.active", project: "csv-export-1", door: "redis" },
  });
  await stored.close();
});

test("Python lists what the bot could not read", async () => {
  const redis = new Redis(stores.redisUrl);
  await redis.xadd("orb:signals", "*", "event", JSON.stringify({ specversion: "1.0", type: "orb.nonsense" }));
  await redis.xread("BLOCK", 30_000, "STREAMS", "orb:signals:dead", "0");
  redis.disconnect();
  expect(await runExample(example("redis", "python", 1), variables)).toContain("source");
});
