import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { ask, listPullRequests, sendSignals } from "../../support/bot/api.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { LEASE_MS, startBotProcess } from "../../support/bot/process.ts";
import { eventually } from "../../support/eventually.ts";
import { leaveAlone, lookNow } from "../../support/look-now.ts";
import { sampled } from "../../support/sample.ts";
import { completion, projectCreated } from "../../support/signals.ts";
import { lowerCase, setStage, type Stage } from "../../support/stage.ts";
import type { PullRequest } from "../../local-github/state.ts";

const LABELS = ["ai-generated", "type: feature", "size: XS"];
const DATA = { type: "feature", reviewers: ["ines"] };

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  const { github, repository } = stage;
  github.addCollaborator(repository, github.createUser("ines"), "write");
  // A mistake, so that every commit gets a check run.
  const files = { ".github/orb/feature.md": "{% nonsense %}\n" };
  await github.pushFiles(repository, { branch: "main", files, message: "Say it in our words" });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

function pullRequestsFrom(branch: string) {
  return [...stage.repository.pullRequests.values()].filter(({ headRef }) => headRef === branch);
}

function checkRunsOf(pullRequests: readonly PullRequest[]) {
  const commits = new Set(pullRequests.map(({ headSha }) => headSha));
  return stage.repository.checkRuns.filter(({ headSha }) => commits.has(headSha));
}

async function openedEvents(project: string) {
  return (await stage.eventsOnceEach(project)).filter(({ type }) => type === "orb.pull_request.opened");
}

async function stepsOf(url: string, project: string): Promise<string[]> {
  const [record] = await listPullRequests(url, project);
  const response = await ask(url, `/api/v1/pull-requests/${record?.id}`);
  const { steps } = (await response.json()) as { steps: { step: string; status: string }[] };
  return steps.map(({ step, status }) => `${step} ${status}`);
}

test("the same completion, sent 50 times at once over both doors to two processes, opens one pull request", async () => {
  await using one = await startBot(stage.surroundings, { leaseMs: LEASE_MS });
  await using other = await startBotProcess(stage.surroundings);
  await stage.pushBranch("agent/fifty", { "fifty.ts": "export {};\n" });
  const event = completion("fifty", { branch: "agent/fifty", ...DATA });

  const overHttp = Array.from({ length: 25 }, (_, index) =>
    sendSignals(index % 2 === 0 ? one.url : other.url, [event]),
  );
  const overRedis = Array.from({ length: 25 }, () =>
    stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event)),
  );
  const answers = (await Promise.all(overHttp)).flat();
  await Promise.all(overRedis);
  // A later entry in the stream shows that all before it have been read.
  await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(projectCreated("after-fifty")));

  await eventually("the opened event", async () => (await openedEvents("fifty")).length > 0);
  await eventually("the end of the stream", async () => (await stage.events("after-fifty")).length > 0);
  await eventually("no entry pending", async () => {
    const [count] = (await stage.redis.xpending("orb:signals", "orb-bot")) as [number];
    return count === 0;
  });
  expect(answers.filter(({ duplicate }) => !duplicate).length).toBeLessThanOrEqual(1);
  const pullRequests = pullRequestsFrom("agent/fifty");
  expect(pullRequests).toHaveLength(1);
  expect(checkRunsOf(pullRequests)).toHaveLength(1);
  expect(await openedEvents("fifty")).toHaveLength(1);
  expect(await listPullRequests(one.url, "fifty")).toMatchObject([{ status: "open", labels: LABELS }]);
  const seqs = (await stage.events("fifty")).map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
});

const PUBLISHING = sampled(
  "kill points of a run that publishes",
  [
    "claimed",
    "facts",
    "write:started",
    "write:answered",
    "write:done",
    "label:started",
    "label:answered",
    "label:done",
    "review:started",
    "review:answered",
    "review:done",
    "check:started",
    "check:answered",
    "check:done",
    "announce:started",
    "announce:done",
  ],
  // A pull request without a record; everything is done but announced.
  ["write:answered", "announce:started"],
);

const FOLLOWING = sampled(
  "kill points of a run that follows",
  ["looked", "facts", "write:answered", "label:answered", "follow:started", "follow:done"],
  [],
);

describe("after a kill -9 between any two steps the next bot reaches the same state", () => {
  test.each(PUBLISHING)("at %s", async (killAt) => {
    const project = `killed-at-${killAt.replace(":", "-")}`;
    const branch = `agent/${project}`;
    await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
    // Open pull requests of other tests must not bring the victim to its checkpoint.
    await leaveAlone(stage.surroundings.mongodbUri);
    const victim = await startBotProcess(stage.surroundings, { killAt });
    await sendSignals(victim.url, [completion(project, { branch, ...DATA })]);
    expect(await victim.ended).toBe("SIGKILL");

    // Its clock is ahead by the length of a lease, so the dead bot's lease has expired for it.
    await using next = await startBot(stage.surroundings, { now: () => new Date(Date.now() + LEASE_MS) });
    await eventually("the opened event", async () => (await openedEvents(project)).length > 0);
    await eventually("it open", async () => {
      const [record] = await listPullRequests(next.url, project);
      return record?.status === "open";
    });
    // The first look may still be running, and write to the check run.
    await leaveAlone(stage.surroundings.mongodbUri);
    const pullRequests = pullRequestsFrom(branch);
    expect(pullRequests).toMatchObject([
      { state: "open", labels: lowerCase(LABELS), requestedReviewers: [{ login: "ines" }] },
    ]);
    // Neutral until the first look.
    const conclusion: unknown = expect.stringMatching(/^(?:neutral|success)$/);
    expect(checkRunsOf(pullRequests)).toMatchObject([{ name: "orb", conclusion }]);
    expect(await openedEvents(project)).toHaveLength(1);
    expect(await stepsOf(next.url, project)).toEqual([
      "write done",
      "label done",
      "review done",
      "check done",
      "announce done",
    ]);
    expect(await listPullRequests(next.url, project)).toMatchObject([
      { status: "open", labels: LABELS, problem: null, shortcomings: [{ code: "template_invalid" }] },
    ]);
  });
});

describe("after a kill -9 while a pull request is followed the next bot reports once what happened", () => {
  // Without a table: one without rows is an error.
  for (const killAt of FOLLOWING) test(`at ${killAt}`, () => followAfterKill(killAt));
});

async function followAfterKill(killAt: string): Promise<void> {
  const project = `followed-at-${killAt.replace(":", "-")}`;
  const branch = `agent/${project}`;
  await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
  await using first = await startBot(stage.surroundings, { leaseMs: LEASE_MS });
  await sendSignals(first.url, [completion(project, { branch, ...DATA })]);
  await eventually("the opened event", async () => (await openedEvents(project)).length > 0);
  await first[Symbol.asyncDispose]();
  const files = { [`docs/${project}.md`]: "word\n".repeat(80) };
  await stage.github.pushFiles(stage.repository, { branch, files, message: "Go on" });
  await leaveAlone(stage.surroundings.mongodbUri);
  await using victim = await startBotProcess(stage.surroundings, { killAt });
  await lookNow(stage.surroundings.mongodbUri, project);
  expect(await victim.ended).toBe("SIGKILL");

  await using _next = await startBot(stage.surroundings, {
    now: () => new Date(Date.now() + LEASE_MS),
  });
  const [pullRequest] = pullRequestsFrom(branch);
  await eventually("the new head written", () => pullRequest?.labels.includes("size: m"));
  await eventually("the new head reported", async () => (await updatesOf(project)).length > 0);
  expect(pullRequest?.body).toContain(`docs/${project}.md`);
  // One more event, so that a repetition would have come before it.
  const { headSha } = pullRequest ?? {};
  await stage.github.mergePullRequest(stage.repository, pullRequest?.number ?? 0, { method: "squash" });
  await eventually("the merge reported", async () => {
    await lookNow(stage.surroundings.mongodbUri, project);
    return (await stage.events(project)).some(({ type }) => type === "orb.pull_request.merged");
  });
  expect(await updatesOf(project)).toMatchObject([{ data: { pullRequest: { headSha } } }]);
  const seqs = (await stage.eventsOnceEach(project)).map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
}

async function updatesOf(project: string) {
  return (await stage.eventsOnceEach(project)).filter(({ type }) => type === "orb.pull_request.updated");
}
