import { expect, test } from "../support/testing.ts";
import { Redis } from "ioredis";
import { freePort } from "../../script/services/free-port.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { PACE } from "../../src/work/pace.ts";
import { sendSignals } from "../support/bot/api.ts";
import { startBot } from "../support/bot/in-process.ts";
import { eventually } from "../support/eventually.ts";
import { freshStores } from "../support/servers/stores.ts";
import { phaseStarted, projectCreated } from "../support/signals.ts";

const PROJECTS = ["one", "two", "three", "four", "five"];

/** The `seq` of each event in the stream, by project, in the order of the stream. */
async function inStream(url: string): Promise<Map<string, number[]>> {
  const redis = new Redis(url, { disconnectTimeout: 100 });
  const entries = await redis.xrange("orb:events", "-", "+");
  redis.disconnect();
  const byProject = new Map<string, number[]>();
  for (const [, fields] of entries) {
    const { subject, seq } = JSON.parse(fields[1] ?? "null") as { subject: string; seq: number };
    byProject.set(subject, [...(byProject.get(subject) ?? []), seq]);
  }
  return byProject;
}

// At the product's own pace, because a loop rests for a while after an error.
test("if Redis is killed and comes back empty, no event is lost, and signals are read from it again", async () => {
  await using stores = await freshStores();
  const port = await freePort();
  await using first = await startRedis({ port });
  await using bot = await startBot({ ...stores, redisUrl: first.uri }, { pace: PACE });
  const { outboxStore } = bot.app;
  const everythingRelayed = () =>
    eventually("everything relayed", async () => !(await outboxStore.hasUnrelayed()));

  await sendSignals(
    bot.url,
    PROJECTS.map((project) => projectCreated(project)),
  );
  await eventually("their events", async () => (await outboxStore.model.countDocuments()) >= PROJECTS.length);
  await everythingRelayed();

  const [pid] = first.pids;
  if (pid === undefined) throw new Error("Redis has no process");
  process.kill(pid, "SIGKILL");
  await first.stop();
  // Events from while it is down are published when it is back.
  await sendSignals(
    bot.url,
    PROJECTS.map((project) => phaseStarted(project, "research", 1)),
  );

  await using second = await startRedis({ port });
  const redis = new Redis(second.uri, { disconnectTimeout: 100 });
  await redis.xadd("orb:signals", "*", "event", JSON.stringify(projectCreated("over-the-new-redis")));
  await eventually("the signal over the new Redis", async () =>
    bot.app.signalStore.model.exists({ project: "over-the-new-redis" }),
  );
  redis.disconnect();

  const published = await eventually("every event in the new stream", async () => {
    const events = await outboxStore.model.find().lean();
    const seen = await inStream(second.uri);
    const isThere = events.every(({ project, seq }) => seen.get(project)?.includes(seq));
    return events.length > PROJECTS.length && isThere && seen;
  });
  for (const project of PROJECTS) {
    const all = await outboxStore.model.find({ project }).sort({ seq: 1 }).lean();
    expect([...new Set(published.get(project))]).toEqual(all.map(({ seq }) => seq));
  }
});

test("a bot stops even while Redis is down", async () => {
  await using stores = await freshStores();
  await using redis = await startRedis();
  await using bot = await startBot({ ...stores, redisUrl: redis.uri });
  const shown = async () =>
    ((await (await bot.request("/readyz")).json()) as { checks: Record<string, string> }).checks["redis"];
  expect(await shown()).toBe("up");
  // Redis stops first, and then the bot.
  await redis.stop();
  const { reader } = bot.app.redis ?? {};
  await eventually("the reader without a connection", () => reader?.status === "reconnecting");
  await eventually("Redis shown as down", async () => (await shown()) === "down");
});
