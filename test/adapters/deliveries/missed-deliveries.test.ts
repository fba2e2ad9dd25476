import { longStory, sampled } from "../../support/sample.ts";
import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { MissedDeliveryStore } from "../../../src/deliveries/missed-store.ts";
import { MissedDeliveries } from "../../../src/deliveries/repair.ts";
import { Database } from "../../../src/mongo/database.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { DeliveryTelemetry } from "../../../src/telemetry/deliveries.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { type GitHubScene, setGitHubScene } from "../github/scene.ts";
import { InboxDoor } from "./inbox-door.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The job's interval. */
const EVERY_MS = 10 * MINUTE_MS;
const EVENTS: ReadonlySet<string> = new Set(["issue_comment", "push"]);
/** GitHub lists so many deliveries at once, and a run requests so many redeliveries. */
const [PAGE, ASKED_MAX] = [100, 200];
const REDELIVERY = "POST /app/hook/deliveries/{delivery_id}/attempts";

let stores: Stores;
let database: Database;
let door: InboxDoor;
let scene: GitHubScene;
let issue: number;
let metrics: Metrics;
let telemetry: DeliveryTelemetry;
let store: MissedDeliveryStore;
/** How far the clocks of GitHub and of the bot are ahead of this machine's. */
let githubMs: number;
let botMs: number;

beforeEach(async () => {
  [githubMs, botMs] = [0, 0];
  metrics = new Metrics();
  telemetry = new DeliveryTelemetry({ log: createLogger({ level: "silent", format: "json" }), metrics });
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  door = await InboxDoor.open(database);
  scene = await setGitHubScene({ now: () => new Date(Date.now() + githubMs) });
  Object.assign(scene.app, { events: ["issue_comment"], webhook: { url: door.url, secret: "secret" } });
  issue = (await scene.github.openIssue(scene.repository, { title: "A", body: "" })).number;
  store = new MissedDeliveryStore(database);
  await database.createIndexes();
});

afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await door.close();
  await database.close();
  await stores[Symbol.asyncDispose]();
});

function missed(): MissedDeliveries {
  return new MissedDeliveries({
    github: scene.gitHub,
    inbox: door,
    store,
    telemetry,
    now: () => new Date(Date.now() + botMs),
    random: () => 0.5,
  });
}

/**
 * Repairs as the scheduled job does, for this time or until nothing is missing.
 *
 * @returns the runs that requested redeliveries: in which minute, and how many
 */
async function repairFor(ms: number): Promise<{ minute: number; asked: number }[]> {
  const beganMs = botMs;
  const runs = [];
  for (;;) {
    const before = redelivered().length;
    const { againInMs = EVERY_MS } = await missed().repair(EVENTS);
    await scene.github.webhooks.drain();
    const asked = redelivered().length - before;
    if (asked > 0) runs.push({ minute: Math.round((botMs - beganMs) / MINUTE_MS), asked });
    if (botMs + againInMs - beganMs > ms || (await store.oldest()) === null) return runs;
    botMs += againInMs;
  }
}

async function raise(count: number): Promise<void> {
  const { github, repository } = scene;
  for (let index = 0; index < count; index++) await github.comment(repository, issue, `Comment ${index}`);
  await github.webhooks.drain();
}

const log = () => scene.github.world.state.hookDeliveries;
/** The metric; `null` if nothing had that outcome. */
async function redeliveries(outcome: string): Promise<number | null> {
  const line = `orb_webhook_redeliveries_total{outcome="${outcome}"} `;
  const found = (await metrics.registry.metrics()).split("\n").find((text) => text.startsWith(line));
  return found === undefined ? null : Number(found.slice(line.length));
}
const redelivered = () => log().filter(({ redelivery }) => redelivery);
const guids = (deliveries: readonly { readonly guid: string }[]) => deliveries.map(({ guid }) => guid).sort();

test("after half an hour without a bot all events arrive soon, 200 a minute, each requested once", async () => {
  door.accepts = "all";
  await raise(20);
  door.accepts = "nothing";
  githubMs = -30 * MINUTE_MS;
  for (let minute = 0; minute < 30; minute++) {
    if (minute === 20) door.accepts = "without-answer";
    if (minute === 22) door.accepts = "nothing";
    await raise(8);
    githubMs += MINUTE_MS;
  }
  const lost = log().filter(({ status, guid }) => status !== "OK" && !door.stored.has(guid));
  expect([log().length, await door.count(), lost.length]).toEqual([260, 36, 224]);

  door.accepts = "all";
  const runs = await repairFor(EVERY_MS);
  expect(guids(redelivered())).toEqual(guids(lost));
  expect(await door.count()).toBe(260);
  expect(await store.oldest()).toBeNull();
  expect(runs).toEqual([
    { minute: 0, asked: 200 },
    { minute: 1, asked: 24 },
  ]);
  const asked = scene.github.requests.all().filter(({ route }) => route.startsWith("/app/hook"));
  expect(asked.length).toBeLessThan(224 + 20);
});

test("once the whole log was read, later runs read only newer deliveries", async () => {
  door.accepts = "nothing";
  githubMs = -2 * HOUR_MS;
  await raise(PAGE + 20);
  githubMs = 0;
  door.accepts = "all";
  await repairFor(EVERY_MS);
  const again = await scene.routesOf(() => missed().repair(EVENTS));
  expect(again).toEqual(["GET /app/hook/deliveries 200"]);
});

test("a redelivery is not requested for an event without a handler", async () => {
  Object.assign(scene.app, { events: ["issue_comment", "issues"] });
  door.accepts = "nothing";
  await scene.github.openIssue(scene.repository, { title: "A", body: "" });
  await raise(1);
  door.accepts = "all";
  await repairFor(EVERY_MS);
  expect(redelivered().map(({ event }) => event)).toEqual(["issue_comment"]);
});

test("a redelivery that fails is requested again after longer and longer waits, and finally given up", async () => {
  door.accepts = "nothing";
  await raise(1);
  expect((await repairFor(HOUR_MS)).map(({ minute }) => minute)).toEqual([0, 3, 9, 21, 45]);
  botMs += 72 * HOUR_MS;
  expect(await repairFor(EVERY_MS)).toEqual([]);
  expect(await store.oldest()).toBeNull();
  expect(await metrics.registry.metrics()).toContain('orb_webhook_redeliveries_total{outcome="lost"} 1');
});

longStory("deliveries that keep failing do not delay those that were not requested yet", async () => {
  door.accepts = "nothing";
  await raise(ASKED_MAX + 20);
  await missed().repair(EVENTS);
  await scene.github.webhooks.drain();
  botMs += EVERY_MS;
  door.accepts = "all";
  await missed().repair(EVENTS);
  await scene.github.webhooks.drain();
  // All of the new ones, and as many of the failed ones as there is room for.
  expect(await store.model.countDocuments({ redeliveries: 0 })).toBe(0);
  expect(await door.count()).toBe(ASKED_MAX);
});

const REFUSALS = [
  "400 Bad Request",
  "403 Resource not accessible by integration",
  "409 Conflict",
  "422 Validation failed, or the endpoint has been spammed.",
] as const;

test.each(sampled("refusals of a redelivery", REFUSALS, [REFUSALS[3]]))(
  "a redelivery that GitHub refuses with %s delays no other and is asked for again",
  async (refusal) => {
    const [status, message] = [Number(refusal.slice(0, 3)), refusal.slice(4)];
    door.accepts = "nothing";
    await raise(5);
    door.accepts = "all";
    scene.github.faults.add({ route: REDELIVERY, fault: { kind: "answer", status, json: { message } } });
    expect(await missed().repair(EVENTS)).toEqual({ againInMs: expect.any(Number) });
    await scene.github.webhooks.drain();
    expect(await door.count()).toBe(4);
    expect(await redeliveries("refused")).toBe(1);
    expect((await repairFor(EVERY_MS)).map(({ minute }) => minute)).toEqual([3]);
    expect(await door.count()).toBe(5);
  },
);

longStory("a redelivery that GitHub always refuses is reported as lost once, after three days", async () => {
  door.accepts = "nothing";
  await raise(3);
  const [first] = log();
  door.accepts = "all";
  scene.github.faults.add({
    route: `POST /app/hook/deliveries/${first?.id}/attempts`,
    times: Infinity,
    fault: { kind: "answer", status: 422, json: { message: "Validation Failed" } },
  });
  await repairFor(HOUR_MS);
  expect(await door.count()).toBe(2);
  expect(await redeliveries("lost")).toBe(0);
  botMs += 72 * HOUR_MS;
  await repairFor(EVERY_MS);
  await repairFor(EVERY_MS);
  expect(await redeliveries("lost")).toBe(1);
});

test("deliveries that GitHub no longer has are reported as lost once", async () => {
  door.accepts = "nothing";
  await raise(3);
  await missed().repair(EVENTS);
  botMs += EVERY_MS;
  githubMs += 73 * HOUR_MS;
  door.accepts = "all";
  await missed().repair(EVENTS);
  await missed().repair(EVENTS);
  expect(await store.oldest()).toBeNull();
  expect(await redeliveries("lost")).toBe(3);
});

longStory("a redelivery at which GitHub always fails does not keep the others away", async () => {
  door.accepts = "nothing";
  await raise(3);
  const [first] = log();
  door.accepts = "all";
  scene.github.faults.add({
    route: `POST /app/hook/deliveries/${first?.id}/attempts`,
    times: Infinity,
    fault: { kind: "error", status: 500, when: "before" },
  });
  await expect(missed().repair(EVENTS)).rejects.toThrow("500");
  botMs += MINUTE_MS;
  await missed().repair(EVENTS);
  await scene.github.webhooks.drain();
  expect(await door.count()).toBe(2);
});

longStory("a cursor that GitHub refuses is not used again", async () => {
  door.accepts = "nothing";
  await raise(PAGE + 20);
  door.accepts = "all";
  const fault = { kind: "answer", status: 422, json: { message: "Validation Failed" } } as const;
  scene.github.faults.add({ route: "GET /app/hook/deliveries", skip: 1, fault });
  await expect(missed().repair(EVENTS)).rejects.toThrow("422");
  expect(await store.mark()).toEqual({ readTo: null, reading: null });
  await repairFor(MINUTE_MS);
  expect(await door.count()).toBe(PAGE + 20);
});

test("at a rate limit the remaining redeliveries wait for as long as GitHub says", async () => {
  door.accepts = "nothing";
  await raise(5);
  door.accepts = "all";
  scene.github.faults.add({
    route: REDELIVERY,
    skip: 2,
    fault: { kind: "secondary-limit", retryAfterS: 300 },
  });
  const { againInMs, resting } = await missed().repair(EVENTS);
  expect(resting).toBe(true);
  expect(againInMs).toBeGreaterThan(240_000);
  expect(redelivered()).toHaveLength(2);
  botMs += againInMs ?? 0;
  scene.wait(againInMs ?? 0);
  await repairFor(EVERY_MS);
  expect(redelivered()).toHaveLength(5);
  expect(await door.count()).toBe(5);
});

test("an outage while the log is read or redeliveries are requested loses nothing", async () => {
  door.accepts = "nothing";
  await raise(PAGE + 20);
  door.accepts = "all";
  const fails = { kind: "error", status: 502, when: "before" } as const;
  scene.github.faults.add({ route: "GET /app/hook/deliveries", skip: 1, fault: fails });
  scene.github.faults.add({ route: REDELIVERY, skip: 50, fault: fails });
  for (let tries = 0; tries < 2; tries++) await expect(missed().repair(EVENTS)).rejects.toThrow();
  botMs += MINUTE_MS;
  await repairFor(EVERY_MS);
  expect(await door.count()).toBe(PAGE + 20);
  expect(redelivered()).toHaveLength(PAGE + 20);
});

test("the age of an old gap is a metric, for an alarm", async () => {
  door.accepts = "nothing";
  await raise(1);
  await missed().repair(EVENTS);
  botMs += 50 * HOUR_MS;
  await missed().repair(EVENTS);
  const [, seconds] = /^orb_webhook_gap_seconds (\S+)$/m.exec(await metrics.registry.metrics()) ?? [];
  expect(Number(seconds)).toBeGreaterThan(49 * 3_600);
});
