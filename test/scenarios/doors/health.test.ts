import { Redis } from "ioredis";
import { startRedis } from "../../../script/services/redis-server.ts";
import { ask } from "../../support/bot/api.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { cutOffFrom, cutOffFromRedis } from "../../support/servers/cut-off.ts";
import { startBotProcess } from "../../support/bot/process.ts";
import { setStage } from "../../support/stage.ts";
import { freePort } from "../../../script/services/free-port.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { expect, test } from "../../support/testing.ts";

interface Service {
  readonly status: "up" | "down";
  readonly problem?: { readonly code: string; readonly reason: string; readonly remedy: string } | null;
  readonly facts?: Record<string, unknown>;
}
interface All {
  readonly status: "up" | "down";
  readonly services: Record<string, Service>;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** So that what is rarely asked is asked often. */
const pace = { ...QUICK_PACE, healthMs: 50 };
const NOBODY = { headers: { authorization: "" } };

async function all(bot: Bot, who = {}): Promise<All & { readonly http: number }> {
  const answer = await ask(bot.url, "/health", who);
  return { http: answer.status, ...((await answer.json()) as All) };
}

async function one(bot: Bot, name: string): Promise<Service & { readonly http: number }> {
  const answer = await ask(bot.url, `/health/${name}`);
  return { http: answer.status, ...((await answer.json()) as Service) };
}

/** Waits until a service has this problem, or none. */
async function becomes(bot: Bot, name: string, code: string | null) {
  const seen = await eventually(`${name}: ${code ?? "up"}`, async () => {
    const found = await one(bot, name);
    return (found.problem?.code ?? null) === code && found;
  });
  expect(seen).toMatchObject(
    code === null ? { http: 200, status: "up" } : { http: 503, status: "down", problem: { code } },
  );
  return seen;
}

test("everything is shown with its figures; without a token only whether it is up", async () => {
  await using stores = await freshStores();
  await using bot = await startBot(stores, { pace });
  const { services } = await all(bot);
  expect(Object.keys(services)).toEqual([
    "mongodb",
    "redis",
    "outbox",
    "github",
    "disk",
    "inbox",
    "signals",
    "agenda",
  ]);
  expect(services["mongodb"]).toMatchObject({ status: "up", facts: { answeredInMs: expect.any(Number) } });
  expect(services["inbox"]).toMatchObject({ status: "up", facts: { lagSeconds: 0 } });
  const shown = await all(bot, NOBODY);
  expect(Object.values(shown.services).flatMap((service) => Object.keys(service))).toEqual(
    Object.keys(services).map(() => "status"),
  );
  const unknown = await ask(bot.url, "/health/printer", NOBODY);
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ code: "not_found", detail: expect.any(String) });
});

test("a MongoDB that hangs, goes and comes back is seen, while the process itself stays alive", async () => {
  await using stores = await freshStores();
  await using way = await cutOffFrom(stores.mongodbUri);
  await using bot = await startBot({ ...stores, mongodbUri: way.mongodbUri }, { pace });
  await becomes(bot, "mongodb", null);
  for (const cut of [() => way.hang(), () => way.refuse()]) {
    cut();
    await becomes(bot, "mongodb", "mongodb_unavailable");
    expect((await ask(bot.url, "/readyz", NOBODY)).status).toBe(503);
    expect((await ask(bot.url, "/livez", NOBODY)).status).toBe(200);
    // The gate of the API uses the same facts.
    expect((await ask(bot.url, "/api/v1/projects")).status).toBe(503);
    way.heal();
    await becomes(bot, "mongodb", null);
  }
});

test("a Redis that hangs, goes, or refuses writes is seen, and the process still serves", async () => {
  await using stores = await freshStores();
  await using server = await startRedis();
  await using way = await cutOffFromRedis(server.uri);
  await using bot = await startBot({ ...stores, redisUrl: way.redisUrl }, { pace });
  await becomes(bot, "redis", null);
  for (const cut of [() => way.hang(), () => way.refuse()]) {
    cut();
    await becomes(bot, "redis", "redis_unavailable");
    way.heal();
    await becomes(bot, "redis", null);
  }
  const redis = new Redis(server.uri);
  // No replica will ever confirm a write: https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
  await redis.config("SET", "min-replicas-to-write", "1");
  await becomes(bot, "redis", "redis_refuses_writes");
  const ready = await ask(bot.url, "/readyz", NOBODY);
  expect(await ready.json()).toMatchObject({ checks: { mongodb: "up", redis: "down" } });
  await redis.config("SET", "min-replicas-to-write", "0");
  await becomes(bot, "redis", null);
  redis.disconnect();
});

test("a worker answers for its health and gives its metrics on a port of its own, and nothing else", async () => {
  await using stores = await freshStores();
  await using stage = await setStage();
  const port = await freePort();
  const env = { ROLES: "worker", HOST: "127.0.0.1", HEALTH_PORT: String(port) };
  await using bot = await startBotProcess({ ...stage.surroundings, ...stores }, { env });
  const url = `http://127.0.0.1:${port}`;
  expect(bot.url).toBe(url);
  for (const path of ["/livez", "/readyz", "/health", "/health/redis"])
    expect({ path, status: (await ask(url, path, NOBODY)).status }).toEqual({ path, status: 200 });
  expect(await (await ask(url, "/metrics")).text()).toContain('orb_dependency_up{dependency="redis"} 1');
  for (const path of ["/api/v1/projects", "/docs"]) expect((await fetch(`${url}${path}`)).status).toBe(404);
  const webhook = await fetch(`${url}/api/github/webhooks`, { method: "POST", body: "{}" });
  expect(webhook.status).toBe(404);
});

test("late jobs, late work and full disks are seen, with what to do", async () => {
  await using stores = await freshStores();
  await using bot = await startBot(stores, { pace, startJobs: false });
  const { database, now, workspaceParts } = bot.app;
  const long = new Date(now().getTime() - 10 * MINUTE_MS);
  const jobs = database.native.collection("jobs");
  await jobs.insertOne({ name: "forgotten", nextRunAt: long, lockedAt: null });
  const late = await becomes(bot, "agenda", "jobs_late");
  expect(late).toMatchObject({
    facts: { lateJobs: 1 },
    problem: { remedy: expect.stringContaining("worker") },
  });
  await jobs.updateOne({ name: "forgotten" }, { $set: { lockedAt: now() } });
  await becomes(bot, "agenda", null);

  const usage = { bytes: { total: 100, used: 91, available: 9, usedPercent: 91 }, inodes: null, at: now() };
  const { hosts } = workspaceParts;
  const seen = { root: "/work", realRoot: "/work", hasArchive: false, usage, problem: null };
  await hosts.report("host-1", seen, now());
  await becomes(bot, "disk", null);
  const pressed = { pressureSince: now(), pressureBecause: "91 % are used" };
  await database.transaction((transaction) => hosts.notePressure("host-1", pressed, transaction));
  expect(await becomes(bot, "disk", "disk_full")).toMatchObject({
    facts: { hosts: 1, fullestPercent: 91 },
    problem: { reason: expect.stringContaining("host-1") },
  });
  expect(await all(bot, NOBODY)).toMatchObject({
    http: 503,
    status: "down",
    services: { disk: { status: "down" } },
  });
});
