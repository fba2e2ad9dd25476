import { Writable } from "node:stream";
import { pino } from "pino";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { preparedStores } from "../../support/servers/prepared-stores.ts";
import type { Stores } from "../../support/servers/stores.ts";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

const PATH = "/api/v1/system/log-level";

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
const logs = { one: pino({ level: "info" }, nowhere()), two: pino({ level: "warn" }, nowhere()) };
let stores: Stores;
let one: Bot;
let two: Bot;

beforeAll(async () => {
  stores = await preparedStores();
  one = await startBot(stores, { log: logs.one });
  two = await startBot(stores, { log: logs.two });
});

afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

const levels = () => [logs.one.level, logs.two.level];

async function set(body: object, query = ""): Promise<Record<string, unknown>> {
  const answer = await one.request(PATH + query, { method: "PUT", body: JSON.stringify(body) });
  return answerOf(answer, 200);
}

test("a level that is set holds in every process, is audited, and can be taken back", async () => {
  expect(await answerOf(await one.request(PATH), 200)).toMatchObject({ level: "info", until: null });
  const shown = await set({ level: "debug", minutes: 10 }, "?reason=looking+for+a+lost+label");
  expect(shown).toMatchObject({ level: "debug", configured: "info", changedBy: "the token ADMIN_TOKEN" });
  expect(Date.parse(String(shown["until"]))).toBeGreaterThan(Date.parse(String(shown["changedAt"])));
  await eventually("debug in both", async () => levels().every((level) => level === "debug"));
  const { items } = await answerOf(await one.request("/api/v1/audit"), 200);
  expect(items).toMatchObject([
    { action: `PUT ${PATH}`, reason: "looking for a lost label", details: expect.stringContaining("debug") },
  ]);
  await answerOf(await one.request(PATH, { method: "DELETE" }), 200);
  await eventually("each at its own again", async () => levels().join(" ") === "info warn");
});

test("a level ends by itself, and nobody can set one without an end", async () => {
  await set({ level: "trace" });
  await eventually("trace in both", async () => levels().every((level) => level === "trace"));
  for (const minutes of [0, 100_000, null]) {
    const wrong = { method: "PUT", body: JSON.stringify({ level: "trace", minutes }) };
    await answerOf(await one.request(PATH, wrong), 400);
  }
  // As if the time had passed.
  const ended = { until: new Date(Date.now() + 500), changedAt: new Date() };
  const { connection } = one.app.database;
  await connection.collection("log_level").updateOne({ _id: "log" as never }, { $set: ended });
  await eventually("each at its own again", async () => levels().join(" ") === "info warn");
  expect(await answerOf(await one.request(PATH), 200)).toMatchObject({ level: "info", until: null });
});
