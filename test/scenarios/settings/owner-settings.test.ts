import { expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";

const scenario = useScenario();

/** Makes an organization with settings for all its repositories, and its repository `work`. */
async function organization(
  login: string,
  { owner, repository }: { owner: string; repository?: string },
): Promise<{ defaults: Repository; work: Repository }> {
  const { github, githubApp } = scenario.stage;
  const account = github.createOrganization(login);
  const defaults = await scenario.addRepository(".github", {
    owner: account,
    files: { ".github/orb.yml": owner },
  });
  const work = await scenario.addRepository("work", {
    owner: account,
    files: repository === undefined ? {} : { ".github/orb.yml": repository },
  });
  await github.install(githubApp, account, { repositories: "all" });
  return { defaults, work };
}

test("an owner's settings are defaults for all repositories, and a repository may override them", async () => {
  const { work } = await organization("acme", {
    owner: "draft: always\nlabels: { size: false }\n",
    repository: "draft: never\n",
  });
  await scenario.complete("defaults", { repository: work, data: { draft: true } });
  const pullRequest = await scenario.opened("defaults");
  expect(pullRequest.draft).toBe(false);
  expect(pullRequest.labels).toContain("ai-generated");
  expect(pullRequest.labels.filter((name) => name.startsWith("size:"))).toEqual([]);
});

test("a repository can't override what the owner locks; an attempt is reported with its line", async () => {
  const { work } = await organization("strict", {
    owner: "draft: always\nlocked: [draft]\n",
    repository: "labels: { size: false }\ndraft: never\n",
  });
  await scenario.complete("locked", { repository: work });
  const pullRequest = await scenario.opened("locked");
  expect(pullRequest.draft).toBe(true);
  expect(pullRequest.labels.filter((name) => name.startsWith("size:"))).toEqual([]);
  expect(work.checkRuns).toMatchObject([{ name: "orb", headSha: pullRequest.headSha }]);
  const summary = work.checkRuns[0]?.output.summary;
  expect(summary).toContain("**.github/orb.yml, line 2:**");
  expect(summary).toContain("The owner's file locks `draft`");
});

test.each([
  { what: "has a mistake", owner: "hasty", file: "draft: allways\n" },
  { what: "is too long to be read", owner: "wordy", file: "# Why we do so.\n".repeat(5_000) },
])("while an owner's file $what, new pull requests wait until it is fixed", async ({ owner, file }) => {
  const { defaults, work } = await organization(owner, { owner: file });
  await scenario.complete(owner, { repository: work });
  const { data } = await scenario.event(owner, "orb.pull_request.blocked");
  expect(data).toMatchObject({
    code: "on_hold",
    reason: expect.stringContaining("The owner's .github/orb.yml can't be read") as unknown,
    nextAttemptAt: expect.any(String) as unknown,
  });
  expect(work.pullRequests.size).toBe(0);

  await scenario.change(defaults, { ".github/orb.yml": "draft: always\n" });
  expect((await scenario.opened(owner)).draft).toBe(true);
});

test("a change of the owner's settings applies at once, also to open pull requests", async () => {
  const { defaults, work } = await organization("swift", { owner: "autoReady: false\n" });
  await scenario.complete("swift", { repository: work, data: { draft: true } });
  const pullRequest = await scenario.opened("swift");
  await scenario.stage.github.completeCheckRun(work, pullRequest.headSha, {
    name: "tests",
    conclusion: "success",
  });
  await scenario.event("swift", "orb.pull_request.checks_passed");
  expect(pullRequest.draft).toBe(true);
  await scenario.change(defaults, { ".github/orb.yml": "autoReady: true\n" });
  await scenario.event("swift", "orb.pull_request.ready");
  expect(pullRequest.draft).toBe(false);
});
