import { expect, test } from "@jest/globals";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";

const { scenario, say, answered, stored } = useCommandScenario();

test("a pull request that is written to again and again is left alone, which is told once; a retry goes on", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("circling");
  const pullRequest = await scenario.opened("circling");
  // That it is stopped is said once: on the head that is pushed afterwards.
  await scenario.leaveAlone();
  const { model } = scenario.bot.app.pullRequestStore;
  const writes = Array.from({ length: 30 }, () => new Date());
  await eventually("it busy", async () => {
    const { matchedCount } = await model.updateOne(
      { project: "circling", "work.owner": null },
      { $set: { "activity.writes": writes } },
    );
    return matchedCount === 1;
  });
  await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/circling");
  const before = pullRequest.body;
  const { data } = await scenario.event("circling", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "loop_broken", remedy: expect.stringContaining("/orb retry") });
  await scenario.listed("circling", ({ problem }) => problem?.code === "loop_broken");
  const run = await eventually("the check run of the new head", () =>
    repository.checkRuns.find(({ name, headSha }) => name === "orb" && headSha === pullRequest.headSha),
  );
  expect(run).toMatchObject({ conclusion: "action_required" });
  // What happens to it is seen and told all the same.
  await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
  await scenario.event("circling", "orb.pull_request.checks_passed");
  expect(pullRequest.body).toBe(before);

  const { id } = await scenario.listed("circling", () => true);
  await scenario.bot.request(`/api/v1/pull-requests/${id}/retry`, { method: "POST", body: "{}" });
  await eventually("the new head described", () => pullRequest.body !== before);
  await scenario.listed("circling", ({ problem }) => problem === null);
  const blocked = (await scenario.stage.events("circling")).filter(
    ({ type }) => type === "orb.pull_request.blocked",
  );
  expect(blocked).toHaveLength(1);
});

test("agents whose heads fail again and again are stopped until somebody who may write acts; others change nothing", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("failing");
  const pullRequest = await scenario.opened("failing");
  const { model } = scenario.bot.app.pullRequestStore;
  const failedRepairs = Array.from({ length: 10 }, (_, index) => ({ headSha: `${index}`, at: new Date() }));
  await eventually("it failing", async () => {
    const { matchedCount } = await model.updateOne(
      { project: "failing", "work.owner": null },
      { $set: { "activity.failedRepairs": failedRepairs } },
    );
    return matchedCount === 1;
  });
  await scenario.lookAgain("failing");
  const stopped = () => scenario.listed("failing", ({ problem }) => problem?.code === "loop_broken");
  await stopped();
  const stranger = github.createUser("passer-by");
  await say(pullRequest, "/orb refresh", stranger);
  await github.review(repository, pullRequest.number, { event: "APPROVE" });
  await scenario.event("failing", "orb.pull_request.approved");
  await say(pullRequest, "What is going on here?");
  await answered(await say(pullRequest, "/orb status"), "rocket");
  await eventually("both carried out", async () => (await stored("failing")).requestsDone.length === 2);
  expect((await stored("failing")).personActedAt).toBeNull();
  await stopped();

  await answered(await say(pullRequest, "/orb refresh"), "rocket");
  await scenario.listed("failing", ({ problem }) => problem === null);
});
