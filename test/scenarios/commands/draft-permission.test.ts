import { expect, test } from "../../support/testing.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";

const { scenario, say, answered, botComments, stored, atRest } = useCommandScenario();

/** An owner who has not approved `contents: write` yet. */
async function withhold(): Promise<() => Promise<void>> {
  const { github, githubApp, installation } = scenario.stage;
  await github.grantPermissions(installation, { ...githubApp.permissions, contents: "read" });
  await github.webhooks.drain();
  return () => github.grantPermissions(installation, githubApp.permissions);
}

test.each([
  ["ready", true],
  ["draft", false],
] as const)(
  "%s without contents: write is answered with the remedy, and done once it is granted",
  async (command, draft) => {
    const grant = await withhold();
    const project = `waits-${command}`;
    await scenario.complete(project, { data: { draft } });
    const pullRequest = await scenario.opened(project);
    expect(pullRequest.draft).toBe(draft);
    await answered(await say(pullRequest, `/orb ${command}`), "confused");
    const [comment] = botComments(pullRequest);
    expect(comment).toContain("Resource not accessible by integration");
    expect(comment).toContain("It needs contents: write");
    expect(comment).toContain("The bot then does it by itself");
    const { shortcomings } = await scenario.listed(project, (record) => record.shortcomings.length > 0);
    expect(shortcomings).toMatchObject([{ code: `${command}_permission_missing` }]);

    await atRest(project);
    const mark = scenario.stage.github.requests.mark();
    await scenario.lookAgain(project);
    await atRest(project);
    const again = scenario.stage.github.requests.since(mark);
    expect(again.filter(({ route }) => route === "/graphql")).toHaveLength(1);
    expect((await stored(project)).draftWaits).toMatchObject({ by: "ines", draft: command === "draft" });

    await grant();
    await eventually(`${command} done`, async () => pullRequest.draft !== draft);
    await scenario.listed(project, (record) => record.shortcomings.length === 0);
    await eventually("the wish gone", async () => (await stored(project)).draftWaits === null);
  },
);

test("a draft that can't be marked as ready for lack of contents: write is tried once, and again after the grant", async () => {
  const { github } = scenario.stage;
  const grant = await withhold();
  const files = { ".github/orb.yml": "autoReady: true\n" };
  const repository = await scenario.addRepository("unready", { files });
  await scenario.complete("unready", { repository, data: { draft: true } });
  const pullRequest = await scenario.opened("unready");
  await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
  const { shortcomings } = await scenario.listed("unready", (record) => record.shortcomings.length > 0);
  expect(shortcomings).toMatchObject([
    { code: "ready_permission_missing", remedy: expect.stringContaining("contents: write") as unknown },
  ]);
  await atRest("unready");
  const mark = github.requests.mark();
  await scenario.lookAgain("unready");
  const { shortcomings: still } = await atRest("unready");
  expect(github.requests.since(mark).filter(({ route }) => route === "/graphql")).toHaveLength(1);
  expect(still.map(({ code }) => code)).toEqual(["ready_permission_missing"]);

  await grant();
  await scenario.event("unready", "orb.pull_request.ready");
  expect(pullRequest.draft).toBe(false);
});

test("a person who marks it as ready on GitHub ends the wait", async () => {
  const { github, repository } = scenario.stage;
  await withhold();
  await scenario.complete("by-hand", { data: { draft: true } });
  const pullRequest = await scenario.opened("by-hand");
  await answered(await say(pullRequest, "/orb ready"), "confused");
  await github.setDraft(repository, pullRequest.number, false);
  await scenario.listed("by-hand", ({ shortcomings }) => shortcomings.length === 0);
  await eventually("the end of the wait", async () => (await stored("by-hand")).draftWaits === null);
});
