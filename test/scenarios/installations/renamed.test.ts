import { afterEach, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

/** Is called once, at a checkpoint of a run. */
let meanwhile: { readonly at: string; readonly act: () => Promise<unknown> } | null = null;

const scenario = useScenario({
  checkpoint: async (name) => {
    if (meanwhile?.at !== name) return;
    const { act } = meanwhile;
    meanwhile = null;
    await act();
  },
});

afterEach(() => scenario.stage.github.webhooks.faults.clear());

const stored = (project: string) => storedRecord(scenario.bot.app, project);

test("a completion under the old name that comes during a run is not lost when the repository is renamed then", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("busy");
  await scenario.complete("busy", { repository });
  const pullRequest = await scenario.opened("busy");
  await scenario.leaveAlone();
  const renamed = Promise.withResolvers<void>();
  const act = async () => {
    await github.renameRepository(repository, "calm");
    await eventually("the new name", async () => (await stored("busy")).repository === "octo/calm");
    const data = { repository: "octo/busy", summary: "It came during the run." };
    await scenario.complete("busy", { repository, minute: 50, files: null, data });
    await eventually("it stored", async () => (await stored("busy")).round === 3);
    renamed.resolve();
  };
  meanwhile = { at: "looked", act };
  await scenario.complete("busy", { repository, minute: 40, files: null, data: { summary: "Earlier." } });
  await renamed.promise;
  await eventually("the last summary", () => pullRequest.body?.includes("It came during the run."));
  await eventually("all handled", async () => (await stored("busy")).publishedRound === 3);
  expect(repository.pullRequests.size).toBe(1);
  expect(await scenario.bot.app.pullRequestStore.ofProject("busy")).toHaveLength(1);

  const again = { project: "busy", repository: "octo/busy", branch: "agent/busy", summary: "Once more." };
  const body = JSON.stringify(again);
  const preview = await scenario.bot.request("/api/v1/pull-requests/preview", { method: "POST", body });
  expect(await preview.json()).toMatchObject({ would: "update" });
});

test("a renaming whose webhook is lost is seen by the next look, and the marker still proves the pull request", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("quiet");
  await scenario.complete("quiet", { repository });
  const pullRequest = await scenario.opened("quiet");
  const { body } = pullRequest;
  github.webhooks.faults.add({ event: "repository", fault: { kind: "lose" } });
  await github.renameRepository(repository, "still");
  await scenario.lookAgain("quiet");
  await eventually("the new name", async () => (await stored("quiet")).repository === "octo/still");
  expect((await stored("quiet")).repositoryId).toBe(repository.id);
  // As if the answer to the creation had been lost.
  await scenario.editRecord("quiet", { $set: { pullRequest: null, openedAt: null, seen: null } });
  await scenario.complete("quiet", { repository, minute: 50, files: null });
  await eventually("it adopted", async () => (await stored("quiet")).pullRequest?.adopted);
  expect(repository.pullRequests.size).toBe(1);
  expect(pullRequest.body).toContain(/<!-- orb:pull-request .*-->/.exec(body ?? "")?.[0]);
});

test("nothing is done to a repository that took the old name; the record waits for its own, and continues there", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("first");
  await scenario.complete("first", { repository });
  const pullRequest = await scenario.opened("first");
  await scenario.leaveAlone();
  github.webhooks.faults.add({ event: "repository", fault: { kind: "hold" } });
  await github.renameRepository(repository, "former");
  const taker = await scenario.addRepository("first");
  const push = { branch: "agent/first", from: "main", files: { "x.ts": "export {};\n" }, message: "X" };
  await github.pushFiles(taker, push);
  const other = await github.openPullRequest(taker, { head: "agent/first", base: "main", title: "Theirs" });
  expect(other.number).toBe(pullRequest.number);
  const { database, pullRequestStore } = scenario.bot.app;
  const news = () =>
    database.transaction((transaction) =>
      pullRequestStore.nudge({ repository: "octo/first" }, { now: new Date(), transaction }),
    );
  meanwhile = { at: "claimed", act: news };
  const mark = github.requests.mark();
  await scenario.lookAgain("first");
  await scenario.listed("first", ({ problem }) => problem?.code === "repository_replaced");
  const looks = () => github.requests.since(mark).filter(({ path }) => path === "/graphql").length;
  await eventually("a look for the news that came during the first one", () => looks() > 1);
  expect(other).toMatchObject({ title: "Theirs", body: null, labels: [] });
  github.webhooks.release();
  await scenario.listed("first", (record) => record.repository === "octo/former" && record.problem === null);
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  const { data } = await scenario.event("first", "orb.pull_request.merged");
  expect(data["pullRequest"]).toMatchObject({ repository: "octo/former" });
});

longStory(
  "an old renaming that is delivered late is put right by the next look, even if GitHub dates both alike",
  async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("to");
    await scenario.complete("to", { repository });
    await scenario.opened("to");
    github.webhooks.faults.add({ event: "repository", action: "renamed", fault: { kind: "hold" } });
    await github.renameRepository(repository, "fro");
    await github.renameRepository(repository, "to");
    await scenario.leaveAlone();
    github.webhooks.release();
    await scenario.leaveAlone();
    await scenario.lookAgain("to");
    await eventually("the present name", async () => {
      const { repository: named, nudges, nudgesSeen } = await stored("to");
      return named === "octo/to" && nudgesSeen === nudges;
    });
  },
);
