import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ask, listPullRequests, sendSignals } from "../support/bot/api.ts";
import { startBotProcess } from "../support/bot/process.ts";
import { eventually } from "../support/eventually.ts";
import { completion, projectCreated } from "../support/signals.ts";
import { lowerCase, setStage, type Stage } from "../support/stage.ts";

const LABELS = ["ai-generated", "type: feature", "size: XS"];

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

function pullRequestsFrom(branch: string) {
  return [...stage.repository.pullRequests.values()].filter(({ headRef }) => headRef === branch);
}

async function openedEvents(project: string) {
  return (await stage.events(project)).filter(({ type }) => type === "orb.pull_request.opened");
}

async function stepsOf(url: string, project: string): Promise<string[]> {
  const [record] = await listPullRequests(url, project);
  const response = await ask(url, `/api/v1/pull-requests/${record?.id}`);
  const { steps } = (await response.json()) as { steps: { step: string; status: string }[] };
  return steps.map(({ step, status }) => `${step} ${status}`);
}

test("the same completion, sent 50 times at once over both doors to two processes, opens one pull request", async () => {
  await using one = await startBotProcess(stage.surroundings);
  await using other = await startBotProcess(stage.surroundings);
  await stage.pushBranch("agent/fifty", { "fifty.ts": "export {};\n" });
  const event = completion("fifty", { branch: "agent/fifty", type: "feature" });

  const overHttp = Array.from({ length: 25 }, (_, index) =>
    sendSignals(index % 2 === 0 ? one.url : other.url, [event]),
  );
  const overRedis = Array.from({ length: 25 }, () =>
    stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event)),
  );
  const answers = (await Promise.all(overHttp)).flat();
  await Promise.all(overRedis);
  // What comes after them in the stream shows that all of them have been read.
  await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(projectCreated("after-fifty")));

  await eventually("the opened event", async () => (await openedEvents("fifty")).length > 0);
  await eventually("the end of the stream", async () => (await stage.events("after-fifty")).length > 0);
  await eventually("no entry pending", async () => {
    const [count] = (await stage.redis.xpending("orb:signals", "orb-bot")) as [number];
    return count === 0;
  });
  expect(answers.filter(({ duplicate }) => !duplicate).length).toBeLessThanOrEqual(1);
  expect(pullRequestsFrom("agent/fifty")).toHaveLength(1);
  expect(await openedEvents("fifty")).toHaveLength(1);
  expect(await listPullRequests(one.url, "fifty")).toMatchObject([{ status: "open", labels: LABELS }]);
  const seqs = (await stage.events("fifty")).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

describe("killed with -9 between any two steps, the next process ends in the same state", () => {
  test.each([
    "claimed",
    "facts",
    "write:started",
    "write:answered",
    "write:done",
    "label:started",
    "label:answered",
    "label:done",
    "announce:started",
    "announce:done",
  ])("at %s", async (killAt) => {
    const project = `killed-at-${killAt.replace(":", "-")}`;
    const branch = `agent/${project}`;
    await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
    const victim = await startBotProcess(stage.surroundings, { killAt });
    await sendSignals(victim.url, [completion(project, { branch, type: "feature" })]);
    expect(await victim.ended).toBe("SIGKILL");

    await using next = await startBotProcess(stage.surroundings);
    await eventually("the opened event", async () => (await openedEvents(project)).length > 0);
    await eventually("the record at rest", async () => {
      const [record] = await listPullRequests(next.url, project);
      return record?.status === "open";
    });
    expect(pullRequestsFrom(branch)).toMatchObject([{ state: "open", labels: lowerCase(LABELS) }]);
    expect(await openedEvents(project)).toHaveLength(1);
    expect(await stepsOf(next.url, project)).toEqual(["write done", "label done", "announce done"]);
    expect(await listPullRequests(next.url, project)).toMatchObject([
      { status: "open", labels: LABELS, problem: null },
    ]);
  });
});
