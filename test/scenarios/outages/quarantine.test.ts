import { expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import type { CommandRequest } from "../../../src/pull-requests/record/command-request.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { eventually } from "../../support/eventually.ts";

const { scenario, say, answered, botComments, stored, atRest } = useCommandScenario();
const CRASHED = { code: "pull_request_crashed", remedy: expect.stringContaining("retry") };

/** Leaves a record as the third process that it crashes does, with these commands waiting. */
async function crashOn(project: string, requests: readonly CommandRequest[] = []): Promise<void> {
  const left = {
    "work.owner": "a dead process",
    "work.dueAt": new Date(0),
    "work.crashed": ["the first", "the second"],
    requests,
  };
  await scenario.editRecord(project, { $set: left });
}

async function quarantine(project: string): Promise<void> {
  await crashOn(project);
  await eventually(`${project} quarantined`, async () => {
    const { problem, work } = await stored(project);
    return problem?.code === CRASHED.code && work.dueAt === null;
  });
}

async function open(project: string) {
  await scenario.complete(project);
  const pullRequest = await scenario.opened(project);
  await atRest(project);
  return pullRequest;
}

async function ask(project: string, command: "retry" | "refresh"): Promise<Response> {
  const { _id } = await stored(project);
  return scenario.bot.request(`/api/v1/pull-requests/${String(_id)}/${command}`, {
    method: "POST",
    body: "{}",
  });
}

test("a pull request that was never opened is reported as failed, with a remedy, and a retry opens it", async () => {
  const { faults } = scenario.stage.github;
  const away = faults.add({
    route: "GET /repos/{owner}/{repo}/compare/{basehead}",
    fault: { kind: "answer", status: 503, json: {} },
    times: Infinity,
  });
  await scenario.complete("never-opened");
  await eventually("an attempt", () => away.hits > 0);
  await quarantine("never-opened");
  away.remove();
  expect((await scenario.event("never-opened", "orb.pull_request.failed")).data).toMatchObject({
    ...CRASHED,
    branch: "agent/never-opened",
    nextAttemptAt: null,
  });
  const listed = await scenario.listed("never-opened", ({ status }) => status === "failed");
  expect(listed.problem).toMatchObject({ ...CRASHED, nextAttemptAt: null });
  const metrics = await (await scenario.bot.request("/metrics")).text();
  expect(metrics).toContain('orb_pull_request_outcomes_total{outcome="set_aside"} 1');
  expect(metrics).toMatch(/^orb_quarantined_pull_requests [1-9]/m);

  expect((await ask("never-opened", "retry")).status).toBe(202);
  await scenario.opened("never-opened");
  expect(await scenario.listed("never-opened", ({ status }) => status === "open")).toMatchObject({
    problem: null,
  });
});

test("an open pull request gets no more looks, whatever happens to it, until a person retries", async () => {
  const { github, repository } = scenario.stage;
  const pullRequest = await open("open");
  await quarantine("open");
  expect((await scenario.event("open", "orb.pull_request.failed")).data).toMatchObject(CRASHED);

  const { looks } = await stored("open");
  const headSha = await github.pushFiles(repository, {
    branch: "agent/open",
    files: { "src/more.ts": "export {};\n" },
    message: "Go on",
  });
  await github.webhooks.drain();
  const { model } = scenario.bot.app.deliveryStore;
  await eventually("the push handled", async () => !(await model.exists({ status: "pending" })));
  await runJob(scenario.bot.app, "reconcile");
  const refused = await ask("open", "refresh");
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: "set_aside" });
  // Without the quarantine a look would be due now.
  await scenario.bot.app.pullRequestStore.model.updateOne({ project: "open" }, { $set: { notBefore: null } });
  await answered(await say(pullRequest, "/orb status"), "rocket");
  await eventually("the status answered", async () => (await stored("open")).requestsDone.length === 1);
  expect(botComments(pullRequest)[0]).toContain("crashed while working on this pull request");
  expect(await atRest("open")).toMatchObject({
    status: "open",
    problem: CRASHED,
    looks,
    work: { dueAt: null },
  });

  await answered(await say(pullRequest, "/orb retry"), "rocket");
  await eventually("the new head seen", async () => (await stored("open")).seen?.headSha === headSha);
  expect(await atRest("open")).toMatchObject({ status: "open", problem: null, work: { crashed: [] } });
});

longStory("another completion ends the quarantine", async () => {
  const pullRequest = await open("completed-again");
  await quarantine("completed-again");
  await scenario.completeAgain("completed-again", { data: { summary: "It is smaller now." } });
  expect(pullRequest.body).toContain("It is smaller now.");
  expect(await atRest("completed-again")).toMatchObject({ problem: null, publishRefused: false });
});

test("commands from before are still answered, unless they crash the process too", async () => {
  const pullRequest = await open("asked");
  const status = { command: "status", door: "comment", by: "ines", commentId: null, at: new Date() } as const;
  await crashOn("asked", [{ ...status, key: "first" }]);
  await eventually("the first answered", async () => (await stored("asked")).requestsDone.includes("first"));
  expect(await atRest("asked")).toMatchObject({ problem: CRASHED, requests: [], work: { dueAt: null } });

  await crashOn("asked", [{ ...status, key: "second" }]);
  await eventually("the second given up", async () =>
    (await stored("asked")).requestsDone.includes("second"),
  );
  expect((await scenario.history("asked")).map(({ what }) => what)).toContain("requests given up");
  expect(await atRest("asked")).toMatchObject({ problem: CRASHED, requests: [], work: { dueAt: null } });

  await answered(await say(pullRequest, "/orb retry"), "rocket");
  await eventually("the problem gone", async () => (await stored("asked")).problem === null);
});
