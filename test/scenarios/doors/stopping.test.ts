import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "../../support/testing.ts";
import { startMongo } from "../../../script/services/mongo-server.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { Database } from "../../../src/mongo/database.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";
import { startMain } from "../../support/bot/start-main.ts";
import { eventually } from "../../support/eventually.ts";
import { longStory, sampled } from "../../support/sample.ts";
import { cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { completion, projectCreated } from "../../support/signals.ts";
import { setStage } from "../../support/stage.ts";

/** What the bot promises, whatever hangs. */
const STOP_MS_MAX = 10_000;
/** How long running work may take to finish; short, so that the test is. */
const FINISH_MS = "200";

function signal(pids: readonly number[], name: "SIGSTOP" | "SIGCONT"): void {
  for (const pid of pids) process.kill(pid, name);
}

/** Sends SIGTERM to a process; returns its exit code, and how long it took to exit. */
async function stop({ child, ended }: Awaited<ReturnType<typeof startMain>>) {
  const startedMs = performance.now();
  child.kill("SIGTERM");
  const code = await ended;
  return { code, ms: performance.now() - startedMs };
}

/** A MongoDB, and a way to make it hang. */
const HANGING = {
  "behind a silent link": async () => {
    const stores = await freshStores();
    const way = await cutOffFrom(stores.mongodbUri);
    const dispose = async () => {
      await way[Symbol.asyncDispose]();
      await stores[Symbol.asyncDispose]();
    };
    return { mongodbUri: way.mongodbUri, hang: () => way.hang(), [Symbol.asyncDispose]: dispose };
  },
  frozen: async () => {
    const server = await startMongo();
    const hang = () => signal(server.pids, "SIGSTOP");
    const dispose = async () => {
      signal(server.pids, "SIGCONT");
      await server.stop();
    };
    const mongodbUri = server.uri.replace(/\/(?=\?|$)/, "/frozen");
    return { mongodbUri, hang, [Symbol.asyncDispose]: dispose };
  },
};

test.each(sampled("ways for MongoDB to hang", ["behind a silent link", "frozen"], ["behind a silent link"]))(
  "a process that gets SIGTERM while MongoDB is %s, and a request waits, exits with 0",
  async (how) => {
    await using mongo = await HANGING[how]();
    const env = { ...botEnvironment(mongo), LOG_LEVEL: "info", SHUTDOWN_TIMEOUT_MS: FINISH_MS };
    const bot = await startMain(env);
    const url = (await bot.up) ?? "";
    mongo.hang();
    const unanswered = sendSignals(url, [projectCreated("unanswered")]).catch(() => "refused");
    const { code, ms } = await stop(bot);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(STOP_MS_MAX);
    expect(await unanswered).toBe("refused");
  },
);

test("while Redis is frozen, a process is ready and takes signals over HTTP, and SIGTERM ends it with 0", async () => {
  await using stage = await setStage();
  await using server = await startRedis();
  const surroundings = { ...stage.surroundings, redisUrl: server.uri };
  const env = { ...botEnvironment(surroundings), LOG_LEVEL: "info", SHUTDOWN_TIMEOUT_MS: FINISH_MS };
  const bot = await startMain(env);
  const url = (await bot.up) ?? "";
  signal(server.pids, "SIGSTOP");
  // Its event waits for Redis.
  await sendSignals(url, [projectCreated("not-relayed")]);
  const ready = await eventually("Redis shown as down", async () => {
    const answer = await fetch(`${url}/readyz`);
    const { status, checks } = (await answer.json()) as { status: string; checks: Record<string, string> };
    return checks["redis"] === "down" && { http: answer.status, status, checks };
  });
  expect(ready).toMatchObject({ http: 200, status: "ready", checks: { mongodb: "up" } });
  const { code, ms } = await stop(bot);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(STOP_MS_MAX);
  signal(server.pids, "SIGCONT");
});

longStory(
  "work that waits for an answer of GitHub is given back, and counts as neither a try nor a crash",
  async () => {
    await using stage = await setStage();
    const silent = createServer(() => {});
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const bot = await startMain({
      ...botEnvironment(stage.surroundings),
      GITHUB_API_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      LOG_LEVEL: "info",
      ROLES: "worker",
      SHUTDOWN_TIMEOUT_MS: FINISH_MS,
    });
    await bot.up;
    const event = completion("unfinished", { branch: "agent/unfinished" });
    await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event));
    const database = await Database.connect(stage.surroundings.mongodbUri);
    const store = new PullRequestStore(database);
    const record = async () => (await store.ofProject("unfinished"))[0];
    await eventually("it held by the process", async () => (await record())?.work.owner);
    expect((await stop(bot)).code).toBe(0);
    expect(await record()).toMatchObject({ work: { owner: null, attempts: 0, crashed: [] }, problem: null });
    await database.close();
    silent.close();
  },
);

test("work that waits for its turn to write to GitHub is given back at once", async () => {
  await using stage = await setStage();
  const slow = { ...QUICK_PACE, writeWindows: [{ max: 1, lengthMs: 60_000 }] };
  const bot = await startBot(stage.surroundings, { pace: slow });
  await stage.pushBranch("agent/slow");
  const isWrite = ({ route, method }: { route: string | null; method: string }) =>
    method === "POST" && route === "/repos/{owner}/{repo}/pulls";
  const mark = stage.github.requests.mark();
  await sendSignals(bot.url, [completion("slow", { branch: "agent/slow", type: "feature" })]);
  await eventually("the first write", () => stage.github.requests.since(mark).some(isWrite));
  // It waits for a minute: it is still held, or was given back already.
  const startedMs = performance.now();
  await bot[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(STOP_MS_MAX);
  const database = await Database.connect(stage.surroundings.mongodbUri);
  const [record] = await new PullRequestStore(database).ofProject("slow");
  expect(record).toMatchObject({ work: { owner: null, attempts: 0, crashed: [] } });
  await database.close();
});
