import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();

test("a pull request that is written to again and again is left alone, which is told once; a retry goes on", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("circling");
  const pullRequest = await scenario.opened("circling");
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
