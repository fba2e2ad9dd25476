import { expect, test } from "@jest/globals";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";

/** Happens once, between two steps of a run. */
let meanwhile: { readonly at: string; readonly act: () => Promise<unknown> } | null = null;

const { scenario, say, answered, stored, atRest } = useCommandScenario({
  checkpoint: async (name) => {
    if (meanwhile?.at !== name) return;
    const { act } = meanwhile;
    meanwhile = null;
    await act();
  },
});
const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";

async function blocked(project: string) {
  return (await scenario.stage.events(project)).filter(({ type }) => type === "orb.pull_request.blocked");
}

test("what is mended while a run is refused for it is not missed", async () => {
  const { repository, github } = scenario.stage;
  const { model } = scenario.bot.app.deliveryStore;
  const settle = async (yaml: string) => {
    await scenario.change(repository, { ".github/orb.yml": yaml });
    await github.webhooks.drain();
    await eventually("the push heard", async () => !(await model.exists({ status: "pending" })));
  };
  await settle("enabled: false\n");
  meanwhile = { at: "facts", act: () => settle("enabled: true\n") };
  await scenario.complete("mended");
  await scenario.opened("mended");
  expect(await blocked("mended")).toEqual([]);
});

test("a completion of an open pull request that was refused for a missing push goes on with the push", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("late-push");
  const pullRequest = await scenario.opened("late-push");
  const push = { from: "agent/late-push", files: { "src/late.ts": "export {};\n" }, message: "Repair" };
  const headSha = await github.pushFiles(repository, { branch: "side", ...push });
  await scenario.complete("late-push", { minute: 40, files: null, data: { headSha, summary: "Repaired." } });
  expect((await scenario.event("late-push", "orb.pull_request.blocked")).data).toMatchObject({
    code: "head_not_pushed",
  });
  const more = { from: headSha, force: true, files: { "src/more.ts": "export {};\n" }, message: "Go on" };
  await github.pushFiles(repository, { branch: "agent/late-push", ...more });
  await eventually("what it said", () => pullRequest.body?.includes("Repaired."));
  await eventually("nothing in its way", async () => (await stored("late-push")).problem === null);
});

test("a completion that came while its pull request was closed goes on when somebody opens it again", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("shut");
  const pullRequest = await scenario.opened("shut");
  await github.closePullRequest(repository, pullRequest.number);
  const { data } = await scenario.event("shut", "orb.pull_request.closed");
  await scenario.complete("shut", { minute: 40, data: { summary: "What came later." } });
  expect((await scenario.event("shut", "orb.pull_request.blocked")).data).toMatchObject({
    code: "pull_request_closed",
  });
  await eventually("another second", () => Date.now() - Date.parse(String(data["at"])) > 1_000);
  await github.reopenPullRequest(repository, pullRequest.number);
  await eventually("what it said", () => pullRequest.body?.includes("What came later."));
  await eventually("nothing in its way", async () => (await stored("shut")).problem === null);
});

test("what somebody asks for while a run meets a limit is answered at once, and is no try", async () => {
  const { faults } = scenario.stage.github;
  await scenario.complete("limited");
  const pullRequest = await scenario.opened("limited");
  await atRest("limited");
  faults.add({ route: COMPARE, fault: { kind: "secondary-limit", retryAfterS: 600 } });
  let asked: Awaited<ReturnType<typeof say>> | null = null;
  meanwhile = { at: "looked", act: async () => (asked = await say(pullRequest, "/orb status")) };
  await scenario.complete("limited", { minute: 40, files: null });
  await answered(await eventually("the question", () => asked), "rocket");
  await atRest("limited");
  expect(await stored("limited")).toMatchObject({ problem: { code: "rate_limited" }, requests: [] });
});
