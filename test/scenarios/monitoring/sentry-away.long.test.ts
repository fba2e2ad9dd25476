import { expect, test } from "../../support/testing.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { startBotProcess } from "../../support/bot/process.ts";
import { startMain } from "../../support/bot/start-main.ts";
import { eventually } from "../../support/eventually.ts";
import { breakBot } from "../../support/sentry/break-bot.ts";
import { SentrySink } from "../../support/sentry/sink.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { delivery, post } from "../../support/webhooks/deliveries.ts";

const STOP_MS_MAX = 10_000;
const PUSH = { ref: "refs/heads/main" };
const WARNING = "failures and traces are not reported";
/** Of a process: `src/monitoring/sentry/sentry-monitor.ts`. */
const REPORTS_A_MINUTE_MAX = 60;
const MESSAGES = 400;

/** A DSN, and a Sentry that is as it says. */
async function sinkThat(mood: SentrySink["mood"]) {
  const sink = await SentrySink.start();
  sink.mood = mood;
  return { dsn: sink.dsn, [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose]() };
}

async function withDsn(dsn: string) {
  return { dsn, [Symbol.asyncDispose]: async () => {} };
}

test.each([
  ["refuses everything", () => sinkThat("refuse"), "sentry_unavailable"],
  ["is limited", () => sinkThat("limit"), "sentry_unavailable"],
  ["is not there", () => withDsn("http://key@127.0.0.1:9/7"), "sentry_unavailable"],
  ["has no such name", () => withDsn("https://key@sentry.invalid/7"), "sentry_unavailable"],
  ["is not named by the DSN", () => withDsn("https://sentry.example.com/the-secret"), "bad_sentry_dsn"],
])("a bot whose Sentry %s works, says so once, and ends with 0", async (_what, open, code) => {
  await using sentry = await open();
  await using stores = await freshStores();
  const env = { SENTRY_DSN: sentry.dsn, SENTRY_TRACES_SAMPLE_RATE: "1", LOG_LEVEL: "info" };
  const main = await startMain({ ...botEnvironment(stores), ...env });
  const url = (await main.up) ?? "";
  const warnings = () => main.lines.filter(({ msg }) => msg === WARNING);
  for (let sent = 0; sent < 20; sent++) expect((await post(url, delivery("push", PUSH))).status).toBe(202);
  await eventually("a warning", async () => warnings().length > 0);
  for (let sent = 0; sent < 20; sent++) expect((await post(url, delivery("push", PUSH))).status).toBe(202);
  const startedMs = performance.now();
  main.child.kill("SIGTERM");
  expect(await main.ended).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(STOP_MS_MAX);
  expect(warnings()).toEqual([
    expect.objectContaining({ level: "warn", problem: expect.objectContaining({ code }) }),
  ]);
  expect(main.errors()).toBe("");
  expect(JSON.stringify(main.lines)).not.toContain("the-secret");
});

test("what was not sent yet is sent when the bot stops", async () => {
  await using sink = await SentrySink.start();
  await using stores = await freshStores();
  const env = { SENTRY_DSN: sink.dsn, SENTRY_TRACES_SAMPLE_RATE: "1", LOG_LEVEL: "info" };
  const main = await startMain({ ...botEnvironment(stores), ...env });
  const url = (await main.up) ?? "";
  const posted = post(url, delivery("push", PUSH));
  expect((await posted).status).toBe(202);
  main.child.kill("SIGTERM");
  expect(await main.ended).toBe(0);
  expect(sink.traces("webhook.acknowledge")).toHaveLength(1);
});

test.each([
  ["an uncaught exception", "uncaught", "TypeError"],
  ["a promise that nobody waits for", "rejected", "TypeError"],
] as const)("%s ends the process as without Sentry, and is a fatal event", async (_what, way, name) => {
  await using sink = await SentrySink.start();
  await using stores = await freshStores();
  const env = { SENTRY_DSN: sink.dsn };
  const bot = await startBotProcess({ mongodbUri: stores.mongodbUri }, { isBreakable: true, env });
  await breakBot(bot.url, { way, message: `crash of ghp_${"a1".repeat(18)}` }).catch(() => null);
  expect(await bot.ended).toBeNull();
  const event = await sink.event("internal", "uncaught", name);
  expect(event).toMatchObject({ level: "fatal", tags: { role: "web,worker" } });
  expect(event.exception?.values.at(-1)).toMatchObject({ type: name, value: "crash of [token removed]" });
});

test("a start that fails is an event", async () => {
  await using sink = await SentrySink.start();
  await using stores = await freshStores();
  const taken = new URL(sink.dsn).port;
  const env = { SENTRY_DSN: sink.dsn, PORT: taken, LOG_LEVEL: "info" };
  const main = await startMain({ ...botEnvironment(stores), ...env });
  expect(await main.ended).toBe(1);
  expect(await sink.event("cannot_listen")).toMatchObject({ contexts: { orb: { what: "start" } } });
});

test("a storm of causes is reported so often a minute, and no more", async () => {
  await using sink = await SentrySink.start();
  await using stores = await freshStores();
  const env = { SENTRY_DSN: sink.dsn };
  await using bot = await startBotProcess({ mongodbUri: stores.mongodbUri }, { isBreakable: true, env });
  // What differs in numbers alone is one cause.
  const letters = (index: number) =>
    index.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz".charAt(Number(digit)));
  const startedMs = performance.now();
  for (let sent = 0; sent < MESSAGES; sent++) {
    await breakBot(bot.url, {
      way: "setback",
      message: `cause ${letters(sent)}`,
      code: `cause_${letters(sent)}`,
    });
  }
  await eventually("the reports", async () => sink.events.length >= REPORTS_A_MINUTE_MAX);
  const minutes = 1 + Math.floor((performance.now() - startedMs) / 60_000);
  expect(sink.events.length).toBeLessThanOrEqual(REPORTS_A_MINUTE_MAX * (1 + minutes));
  expect(sink.events.length).toBeLessThan(MESSAGES);
});
