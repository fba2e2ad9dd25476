import { expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";
import { sectionOf } from "../../support/description.ts";

/** Is called once, at a checkpoint of a run. */
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

test("a fix that comes while a run is being refused is not missed", async () => {
  const { repository, github } = scenario.stage;
  const { model } = scenario.bot.app.deliveryStore;
  const writeSettings = async (yaml: string) => {
    await scenario.change(repository, { ".github/orb.yml": yaml });
    await github.webhooks.drain();
    await eventually("the push handled", async () => !(await model.exists({ status: "pending" })));
  };
  await writeSettings("enabled: false\n");
  meanwhile = { at: "facts", act: () => writeSettings("enabled: true\n") };
  await scenario.complete("fixed");
  await scenario.opened("fixed");
  expect(await scenario.events("fixed", "orb.pull_request.blocked")).toEqual([]);
});

test("a completion that was refused because its commit was not pushed continues with the push", async () => {
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
  await eventually("its summary", () => pullRequest.body?.includes("Repaired."));
  await eventually("no problem left", async () => (await stored("late-push")).problem === null);
});

longStory(
  "a completion that came while its pull request was closed continues when it is reopened",
  async () => {
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
    await eventually("its summary", () => pullRequest.body?.includes("What came later."));
    await eventually("no problem left", async () => (await stored("shut")).problem === null);
  },
);

longStory(
  "a command during a run that meets a rate limit is answered when that ends, and is not another attempt",
  async () => {
    const { faults } = scenario.stage.github;
    await scenario.complete("limited");
    const pullRequest = await scenario.opened("limited");
    await atRest("limited");
    faults.add({ route: COMPARE, fault: { kind: "secondary-limit", retryAfterS: 1 } });
    let asked: Awaited<ReturnType<typeof say>> | null = null;
    meanwhile = { at: "looked", act: async () => (asked = await say(pullRequest, "/orb status")) };
    await scenario.complete("limited", { minute: 40, files: null });
    await answered(await eventually("the question", () => asked), "rocket");
    await eventually("the update", async () => (await stored("limited")).publishedRound === 2);
    expect(await stored("limited")).toMatchObject({ problem: null, requests: [], work: { attempts: 0 } });
  },
);

test("a push while a description is being written is described and reported too", async () => {
  const { repository } = scenario.stage;
  await scenario.complete("moving");
  const pullRequest = await scenario.opened("moving");
  const push = (file: string) => scenario.change(repository, { [file]: "export {};\n" }, "agent/moving");
  let latest = "";
  const act = async () => (latest = await push("src/meanwhile.ts"));
  meanwhile = { at: "write:started", act };
  await push("src/first.ts");
  await eventually("both described", async () => {
    await scenario.lookAgain("moving");
    const files = sectionOf(pullRequest, "files") ?? "";
    return files.includes("src/first.ts") && files.includes("src/meanwhile.ts");
  });
  const updates = await eventually("both reported", async () => {
    const events = await scenario.events("moving", "orb.pull_request.updated");
    return events.length >= 2 && events;
  });
  expect(updates.at(-1)?.data["pullRequest"]).toMatchObject({ headSha: latest });
});

longStory("an event names the repository as it is called at the end of the run", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("early");
  await scenario.complete("moved", { repository });
  const pullRequest = await scenario.opened("moved");
  await scenario.leaveAlone();
  const renamed = Promise.withResolvers<void>();
  meanwhile = {
    at: "claimed",
    act: async () => {
      await github.renameRepository(repository, "late");
      await eventually("the new name", async () => (await stored("moved")).repository === "octo/late");
      renamed.resolve();
    },
  };
  await github.closePullRequest(repository, pullRequest.number);
  await renamed.promise;
  const { data } = await scenario.event("moved", "orb.pull_request.closed");
  expect(data["pullRequest"]).toMatchObject({ repository: "octo/late" });
});
