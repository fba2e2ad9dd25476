import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { keyPair } from "../../local-github/key-pairs.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { ADMIN_TOKEN, botEnvironment, WEBHOOK_SECRET } from "../../support/bot/environment.ts";
import { type BotProcess, startBotProcess } from "../../support/bot/process.ts";
import { startMain } from "../../support/bot/start-main.ts";
import { eventually } from "../../support/eventually.ts";
import { breakBot } from "../../support/sentry/break-bot.ts";
import { longStory } from "../../support/sample.ts";
import { SentrySink } from "../../support/sentry/sink.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { projectCreated } from "../../support/signals.ts";
import { delivery, post } from "../../support/webhooks/deliveries.ts";

/** What the bot promises, whatever hangs. */
const STOP_MS_MAX = 10_000;
const FROM_A_SIGNAL = "the words of an agent, which are nobody's business. ".repeat(4);

let stores: Stores;
let sink: SentrySink;
let bot: BotProcess;

beforeAll(async () => {
  stores = await freshStores();
  sink = await SentrySink.start();
  const env = {
    SENTRY_DSN: sink.dsn,
    SENTRY_ENVIRONMENT: "staging",
    SENTRY_TRACES_SAMPLE_RATE: "1",
    WORKER_HOST: "host-7",
  };
  bot = await startBotProcess({ mongodbUri: stores.mongodbUri }, { isBreakable: true, env });
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

test("a bug in a route is an event with its place, its release and its deployment", async () => {
  expect(await breakBot(bot.url, { way: "route", message: "a bug of the route" })).toBe(500);
  const event = await sink.event("internal", "http_route", "TypeError");
  expect(event).toMatchObject({
    level: "error",
    release: expect.stringMatching(/^orb-bot@\d+\.\d+\.\d+(\+[0-9a-f]{12})?$/),
    environment: "staging",
    server_name: "host-7",
    tags: { role: "web,worker", user_id: "ADMIN_TOKEN" },
    contexts: { orb: { what: "http_route", method: "POST", route: "/api/v1/breakage" } },
  });
  const { values } = event.exception ?? { values: [] };
  expect(values.map(({ value }) => value)).toEqual([
    "The cause of it: a bug of the route",
    "a bug of the route",
  ]);
  const files = values.at(-1)?.stacktrace?.frames.map(({ filename }) => filename);
  expect(files).toContain("app:///test/support/sentry/breakage.ts");
});

test("failed work is an event with the tags to search by, and its code is its issue", async () => {
  const fields = { project: "p-1", userId: "u-1", agent: "coder", repository: "octo/hello", installation: 7 };
  await breakBot(bot.url, { way: "setback", message: "No room for it.", code: "no_room", fields });
  const event = await sink.event("no_room");
  const tags = {
    project_id: "p-1",
    user_id: "u-1",
    agent_name: "coder",
    repository: "octo/hello",
    installation: "7",
    role: "web,worker",
  };
  expect(event).toMatchObject({ level: "warning", fingerprint: ["no_room"], tags });
  expect(event.exception?.values.at(-1)).toMatchObject({ type: "no_room", value: "No room for it." });
});

test("an outage, which health and metrics report, is no event", async () => {
  await breakBot(bot.url, { way: "setback", message: "Away.", code: "mongodb_unavailable" });
  await breakBot(bot.url, { way: "setback", message: "Not away.", code: "after_the_outage" });
  await sink.event("after_the_outage");
  expect(sink.events.map(({ fingerprint }) => fingerprint?.[0])).not.toContain("mongodb_unavailable");
});

test("no envelope has a secret, a body, a header, a person's folder or words of an agent", async () => {
  const { privateKey } = keyPair(0);
  const planted = {
    token: `ghp_${"a1".repeat(18)}`,
    "token of this bot": `orb_0123456789abcdef_${"Zz9".repeat(14)}Z`,
    "bearer token": `Authorization: Bearer ${"q8w".repeat(12)}`,
    "named value": "password=correct-horse-battery",
    address: "mongodb://root:hunter22hunter@db.example.com/orb",
    "private key": privateKey,
    "webhook secret": WEBHOOK_SECRET,
    "admin token": ADMIN_TOKEN,
    "person's folder": "/home/alice/work/notes.txt",
    words: `Cast to Number failed for value "${FROM_A_SIGNAL}"`,
  };
  const leaks = [
    `ghp_${"a1".repeat(9)}`,
    "Zz9Zz9Zz9",
    "q8wq8wq8w",
    "correct-horse",
    "hunter22",
    privateKey.split("\n")[3] ?? "",
    WEBHOOK_SECRET,
    ADMIN_TOKEN,
    "alice",
    "nobody's business",
    "breakage_body",
    "x-planted",
  ];
  for (const [what, message] of Object.entries(planted)) {
    const code = `planted_${what.replaceAll(/\W/g, "_")}`;
    const fields = { project: message, repository: message, agent: message, id: message, host: message };
    // The body of the request, its headers and a field of the log line that is in no list.
    const more = { ...fields, body: `breakage_body ${message}`, headers: { "x-planted": message } };
    await breakBot(bot.url, { way: "setback", message: `It said: ${message}`, code, fields: more });
    await sink.event(code);
  }
  for (const leak of leaks) expect(sink.raw).not.toContain(leak);
  const cast = await sink.event("planted_words");
  expect(cast.exception?.values.at(-1)?.value).toBe('It said: Cast to Number failed for value "…"');
  const token = await sink.event("planted_token");
  expect(token.exception?.values.at(-1)?.value).toBe("It said: [token removed]");
  expect(token.tags?.["project_id"]).toBe("[token removed]");
});

test("the acknowledgement of a webhook is a trace with its parts", async () => {
  expect((await post(bot.url, delivery("push", { ref: "refs/heads/main" }))).status).toBe(202);
  const [trace] = await eventually("its trace", async () => {
    const found = sink.traces("webhook.acknowledge");
    return found.length > 0 && found;
  });
  expect(trace?.contexts?.["trace"]).toMatchObject({ op: "webhook.acknowledge", status: "ok" });
  expect(trace?.spans?.map(({ description }) => description)).toEqual(["webhook.store"]);
});

longStory("while Sentry is silent the bot works, and SIGTERM ends it with 0", async () => {
  await using silent = await SentrySink.start();
  silent.mood = "hang";
  await using own = await freshStores();
  const env = { SENTRY_DSN: silent.dsn, SENTRY_TRACES_SAMPLE_RATE: "1", LOG_LEVEL: "info" };
  const main = await startMain({ ...botEnvironment({ mongodbUri: own.mongodbUri }), ...env });
  const url = (await main.up) ?? "";
  for (let sent = 0; sent < 50; sent++) {
    expect((await post(url, delivery("push", { ref: "refs/heads/main" }))).status).toBe(202);
  }
  await sendSignals(url, [projectCreated("p-silent")]);
  await eventually("a request to Sentry", async () => silent.requests > 0);
  const startedMs = performance.now();
  main.child.kill("SIGTERM");
  expect(await main.ended).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(STOP_MS_MAX);
});
