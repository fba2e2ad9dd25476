import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ask, listPullRequests } from "../support/bot/api.ts";
import { type BotProcess, startBotProcess } from "../support/bot/process.ts";
import { eventually } from "../support/eventually.ts";
import { lookNow } from "../support/look-now.ts";
import { completion } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";
import { deathsUntil, type Mortal } from "./deaths.ts";

const INNOCENT = ["innocent-1", "innocent-2", "innocent-3", "innocent-4"];
const CRASHED = "pull_request_crashed";
/** Five processes one after the other, of which three have to be missed first. */
const TEST_MS = 240_000;

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** A bot that dies of whatever it asks of GitHub with this in it, be it before it is ready. */
function startMortal(killAsking: string): Mortal {
  const started = startBotProcess(stage.surroundings, { killAsking }).catch(() => null);
  return {
    ended: started.then((bot) => bot?.ended ?? "SIGKILL"),
    stop: async () => (await started)?.[Symbol.asyncDispose](),
  };
}

/** Signals by Redis, where whichever process lives next finds it. */
async function complete(project: string): Promise<void> {
  const branch = `agent/${project}`;
  await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
  const event = completion(project, { branch });
  await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event));
}

async function told(project: string, type: string): Promise<Record<string, unknown>[]> {
  const events = await stage.eventsOnceEach(project);
  return events.filter((event) => event.type === `orb.pull_request.${type}`).map(({ data }) => data);
}

async function opened(projects: readonly string[]): Promise<boolean> {
  const counts = await Promise.all(projects.map(async (project) => (await told(project, "opened")).length));
  return counts.every((count) => count === 1);
}

async function retry(bot: BotProcess, project: string): Promise<void> {
  const [record] = await listPullRequests(bot.url, project);
  const answer = await ask(bot.url, `/api/v1/pull-requests/${record?.id}/retry`, {
    method: "POST",
    body: "{}",
  });
  expect(answer.status).toBe(202);
}

test(
  "a pull request that three processes died of is set aside, the others are opened, and a retry brings it to life",
  async () => {
    for (const project of [...INNOCENT.slice(0, 2), "poison", ...INNOCENT.slice(2)]) await complete(project);
    const isSettled = async () => (await opened(INNOCENT)) && (await told("poison", "failed")).length > 0;
    const deaths = await deathsUntil("all but one opened", isSettled, () => startMortal("agent%2Fpoison"));
    expect(deaths).toBe(3);
    expect(await told("poison", "failed")).toMatchObject([{ code: CRASHED }]);

    await using healthy = await startBotProcess(stage.surroundings);
    const [aside] = await listPullRequests(healthy.url, "poison");
    expect(aside).toMatchObject({ status: "failed", number: null, problem: { code: CRASHED } });
    await retry(healthy, "poison");
    await eventually("it opened", async () => opened(["poison"]));
    expect(await listPullRequests(healthy.url, "poison")).toMatchObject([{ status: "open", problem: null }]);
  },
  TEST_MS,
);

test(
  "one that kills whoever looks at it is left alone after three deaths, whatever is told of it",
  async () => {
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
    const isAside = async () => (await told(project, "failed")).length > 0;
    expect(await deathsUntil("it set aside", isAside, () => startMortal(killAsking))).toBe(3);

    await using bot = await startBotProcess(stage.surroundings, { killAsking });
    stage.sendWebhooksTo(bot);
    const push = { branch: `agent/${project}`, files: { "more.ts": "export {};\n" }, message: "Go on" };
    const headSha = await stage.github.pushFiles(stage.repository, push);
    await stage.github.webhooks.drain();
    await eventually("the push worked off", async () => {
      const deliveries = await ask(bot.url, "/api/v1/deliveries?status=pending");
      return ((await deliveries.json()) as { items: unknown[] }).items.length === 0;
    });
    const [aside] = await listPullRequests(bot.url, project);
    expect(aside).toMatchObject({ status: "open", problem: { code: CRASHED, nextAttemptAt: null } });
    expect(aside).not.toMatchObject({ headSha });
  },
  TEST_MS,
);
