import { afterAll, beforeAll, expect, test } from "../support/testing.ts";
import { ask, listPullRequests } from "../support/bot/api.ts";
import { type Bot, startBot } from "../support/bot/in-process.ts";
import { LEASE_MS, startBotProcess } from "../support/bot/process.ts";
import { eventually } from "../support/eventually.ts";
import { lookNow } from "../support/look-now.ts";
import { completion } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";
import { deathsUntil, type Mortal } from "./deaths.ts";

const INNOCENT = ["innocent-1", "innocent-2", "innocent-3", "innocent-4"];
const CRASHED = "pull_request_crashed";

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** A bot that dies of any request to GitHub that contains this text, even before it is ready. */
function startMortal(killAsking: string): Mortal {
  const started = startBotProcess(stage.surroundings, { killAsking }).catch(() => null);
  return {
    ended: started.then((bot) => bot?.ended ?? "SIGKILL"),
    stop: async () => (await started)?.[Symbol.asyncDispose](),
  };
}

/** Signals a completion through Redis, where the next living process finds it. */
async function complete(project: string): Promise<void> {
  const branch = `agent/${project}`;
  await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
  const event = completion(project, { branch });
  await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event));
}

async function reported(project: string, type: string): Promise<Record<string, unknown>[]> {
  const events = await stage.eventsOnceEach(project);
  return events.filter((event) => event.type === `orb.pull_request.${type}`).map(({ data }) => data);
}

async function opened(projects: readonly string[]): Promise<boolean> {
  const counts = await Promise.all(
    projects.map(async (project) => (await reported(project, "opened")).length),
  );
  return counts.every((count) => count === 1);
}

async function retry(bot: Bot, project: string): Promise<void> {
  const [record] = await listPullRequests(bot.url, project);
  const answer = await ask(bot.url, `/api/v1/pull-requests/${record?.id}/retry`, {
    method: "POST",
    body: "{}",
  });
  expect(answer.status).toBe(202);
}

test("a pull request that three processes died of is quarantined, the others are opened, and a retry opens it too", async () => {
  for (const project of [...INNOCENT.slice(0, 2), "poison", ...INNOCENT.slice(2)]) await complete(project);
  const isSettled = async () => (await opened(INNOCENT)) && (await reported("poison", "failed")).length > 0;
  const deaths = await deathsUntil("all but one opened", isSettled, () => startMortal("agent%2Fpoison"));
  expect(deaths).toBe(3);
  expect(await reported("poison", "failed")).toMatchObject([{ code: CRASHED }]);

  await using healthy = await startBot(stage.surroundings, { leaseMs: LEASE_MS });
  const [quarantined] = await listPullRequests(healthy.url, "poison");
  expect(quarantined).toMatchObject({ status: "failed", number: null, problem: { code: CRASHED } });
  await retry(healthy, "poison");
  await eventually("it opened", async () => opened(["poison"]));
  expect(await listPullRequests(healthy.url, "poison")).toMatchObject([{ status: "open", problem: null }]);
});

test("a pull request whose looks kill three processes gets no more looks, whatever webhooks report", async () => {
  const project = "looked-at";
  await complete(project);
  {
    await using _bot = await startBotProcess(stage.surroundings);
    await eventually("it opened", async () => opened([project]));
  }
  const pullRequest = [...stage.repository.pullRequests.values()].find(
    ({ headRef }) => headRef === `agent/${project}`,
  );
  const killAsking = `"number":${pullRequest?.number}`;
  expect(await lookNow(stage.surroundings.mongodbUri, project)).toBe(true);
  const isQuarantined = async () => (await reported(project, "failed")).length > 0;
  expect(await deathsUntil("it quarantined", isQuarantined, () => startMortal(killAsking))).toBe(3);

  await using bot = await startBotProcess(stage.surroundings, { killAsking });
  stage.sendWebhooksTo(bot);
  const push = { branch: `agent/${project}`, files: { "more.ts": "export {};\n" }, message: "Go on" };
  const headSha = await stage.github.pushFiles(stage.repository, push);
  await stage.github.webhooks.drain();
  await eventually("the push handled", async () => {
    const deliveries = await ask(bot.url, "/api/v1/deliveries?status=pending");
    return ((await deliveries.json()) as { items: unknown[] }).items.length === 0;
  });
  const [quarantined] = await listPullRequests(bot.url, project);
  expect(quarantined).toMatchObject({ status: "open", problem: { code: CRASHED, nextAttemptAt: null } });
  expect(quarantined).not.toMatchObject({ headSha });
});
