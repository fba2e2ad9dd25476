import { expect, test } from "../../support/testing.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";
import { OrbError } from "../../../src/errors.ts";

let dying = false;

const { scenario, say, answered, stored } = useCommandScenario({
  checkpoint: (name) => {
    // For its record, a process that has lost the lease is as good as dead.
    if (dying && name === "follow:started") {
      throw new OrbError({ code: "lease_lost", reason: "It has expired.", remedy: "None." });
    }
  },
});

test("a pull request with too many writes is left alone, which is reported once; a retry continues", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("circling");
  const pullRequest = await scenario.opened("circling");
  // The check run says so once, on the head that is pushed next.
  await scenario.leaveAlone();
  const writes = Array.from({ length: 30 }, () => new Date());
  await scenario.editRecord("circling", { $set: { "activity.writes": writes } });
  await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/circling");
  const before = pullRequest.body;
  const { data } = await scenario.event("circling", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "loop_broken", remedy: expect.stringContaining("/orb retry") });
  await scenario.listed("circling", ({ problem }) => problem?.code === "loop_broken");
  const run = await eventually("the check run of the new head", () =>
    repository.checkRuns.find(({ name, headSha }) => name === "orb" && headSha === pullRequest.headSha),
  );
  expect(run).toMatchObject({ conclusion: "action_required" });
  // What happens on GitHub is still seen and reported.
  await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
  await scenario.event("circling", "orb.pull_request.checks_passed");
  expect(pullRequest.body).toBe(before);

  const { id } = await scenario.listed("circling", () => true);
  await scenario.bot.request(`/api/v1/pull-requests/${id}/retry`, { method: "POST", body: "{}" });
  await eventually("the new head described", () => pullRequest.body !== before);
  await scenario.listed("circling", ({ problem }) => problem === null);
  expect(await scenario.events("circling", "orb.pull_request.blocked")).toHaveLength(1);
});

test("after too many failed repairs the agents are stopped until a person with write access acts; others change nothing", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("failing");
  const pullRequest = await scenario.opened("failing");
  const failedRepairs = Array.from({ length: 10 }, (_, index) => ({ headSha: `${index}`, at: new Date() }));
  await scenario.editRecord("failing", { $set: { "activity.failedRepairs": failedRepairs } });
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

test("the writes of a process that dies count towards the limit on writes", async () => {
  const { repository } = scenario.stage;
  await scenario.complete("dying");
  await scenario.opened("dying");
  await scenario.leaveAlone();
  const writes = async () => (await stored("dying")).activity.writes.length;
  const before = await writes();
  expect(before).toBeGreaterThan(0);
  dying = true;
  await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/dying");
  await eventually("one more write", async () => (await writes()) > before);
  dying = false;
});
