import { expect, test } from "../../support/testing.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";

let crashAt: string | null = null;
const { scenario, say, answered, botComments, stored, atRest } = useCommandScenario({
  checkpoint: (step) => {
    if (step !== crashAt) return;
    crashAt = null;
    throw new Error("The process died");
  },
});

test.each(["command:status", "command:answered"])(
  "after a crash at %s no comment is repeated",
  async (step) => {
    const project = step.replace(":", "-");
    await scenario.complete(project);
    const pullRequest = await scenario.opened(project);
    await atRest(project);
    crashAt = step;
    await answered(await say(pullRequest, "/orb status"), "rocket");
    await eventually("the command done", async () => (await stored(project)).requestsDone.length === 1);
    expect(crashAt).toBeNull();
    expect(botComments(pullRequest)).toHaveLength(1);
  },
);

test("an answer that GitHub refuses for good does not block other commands", async () => {
  const { faults } = scenario.stage.github;
  await scenario.complete("locked");
  const pullRequest = await scenario.opened("locked");
  const json = { message: "Unable to create comment because issue is locked." };
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const placed = faults.add({ route, fault: { kind: "answer", status: 403, json }, times: Infinity });
  await answered(await say(pullRequest, "/orb status\n/orb draft"), "rocket");
  await eventually("both commands done", async () => (await stored("locked")).requestsDone.length === 2);
  placed.remove();
  expect(placed.hits).toBeGreaterThan(0);
  expect(pullRequest.draft).toBe(true);
  await answered(await say(pullRequest, "/orb ready"), "rocket");
});

test("a merge queue's own commit gets the bot's check once", async () => {
  const { github, githubApp, repository } = scenario.stage;
  await scenario.complete("queued");
  const pullRequest = await scenario.opened("queued");
  crashAt = "command:merge_group";
  const headSha = await github.addToMergeQueue(repository, pullRequest.number);
  await eventually("the check written", async () => (await stored("queued")).requestsDone.length === 1);
  const runs = [...repository.checkRuns.values()].filter((run) => run.headSha === headSha);
  expect(runs).toMatchObject([{ name: "orb", appId: githubApp.id, conclusion: "success" }]);
});

test("a failed pull request stays as it is when its status is asked for, and a retry tries it again", async () => {
  await scenario.complete("stuck");
  const pullRequest = await scenario.opened("stuck");
  await atRest("stuck");
  const { model } = scenario.bot.app.pullRequestStore;
  const problem = { code: "internal", reason: "Something broke.", remedy: "Fix it." };
  await model.updateOne({ project: "stuck" }, { $set: { problem, publishRefused: true } });
  await answered(await say(pullRequest, "/orb status"), "rocket");
  expect(botComments(pullRequest)[0]).toContain("Something broke. Fix it.");
  await eventually("the status answered", async () => (await stored("stuck")).requestsDone.length === 1);
  expect(await atRest("stuck")).toMatchObject({ problem, parked: null, work: { attempts: 0 } });
  await answered(await say(pullRequest, "/orb retry"), "rocket");
  await eventually("the problem gone", async () => (await stored("stuck")).problem === null);
  await eventually("everything regenerated", async () => (await stored("stuck")).refreshAsked === null);
});

test("the API gives the same commands, and refuses them if there is nothing to do", async () => {
  await scenario.complete("by-api");
  await scenario.opened("by-api");
  const { id } = await scenario.listed("by-api", ({ status }) => status === "open");
  const ask = (command: string) =>
    scenario.bot.request(`/api/v1/pull-requests/${id}/${command}`, { method: "POST", body: "{}" });
  const refused = await ask("retry");
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: "nothing_to_retry", remedy: expect.any(String) });
  const accepted = await ask("refresh");
  expect(accepted.status).toBe(202);
  expect(await accepted.json()).toEqual({ id, accepted: "refresh" });
  await eventually("the refresh done", async () => {
    const { requestsDone, refreshAsked } = await stored("by-api");
    return requestsDone.length === 1 && refreshAsked === null;
  });
  expect(await ask("refresh").then((answer) => answer.status)).toBe(202);
});
