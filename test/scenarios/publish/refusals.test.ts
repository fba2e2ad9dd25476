import { describe, expect, test } from "../../support/testing.ts";
import { longStory, sampledRows } from "../../support/sample.ts";
import { commitIdentity, runGit } from "../../../fixtures/meta-agent/git.ts";
import { ask, listPullRequests } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent, completion, projectCreated } from "../../support/signals.ts";

const scenario = useScenario();

async function blocked(project: string) {
  return (await scenario.event(project, "orb.pull_request.blocked")).data;
}

describe("a refusal has a code, a reason and a remedy, and no pull request is opened", () => {
  const REFUSALS = [
    {
      name: "a missing branch",
      project: "no-branch",
      data: { branch: "agent/nowhere" },
      code: "branch_missing",
      says: "The branch agent/nowhere does not exist on GitHub.",
    },
    {
      name: "a missing base",
      project: "no-base",
      data: { branch: "agent/ready", base: "release/9" },
      code: "base_missing",
      says: "The base branch release/9 does not exist on GitHub.",
    },
    {
      name: "a branch that is its own base",
      project: "own-base",
      data: { branch: "main" },
      code: "base_equals_head",
      says: "main can't be merged into itself.",
    },
    {
      name: "a branch without new commits",
      project: "no-change",
      data: { branch: "agent/nothing" },
      code: "no_changes",
      says: "agent/nothing has no changes that main lacks.",
    },
    {
      name: "a commit that is not on the branch",
      project: "no-commit",
      data: { branch: "agent/ready", headSha: "0123456789012345678901234567890123456789" },
      code: "head_not_pushed",
      says: "The signal names commit 0123456, which is not on agent/ready.",
    },
    {
      name: "a branch without a common history",
      project: "no-history",
      data: { branch: "agent/orphan" },
      code: "no_common_history",
      says: "No common ancestor between main and agent/orphan",
    },
    {
      name: "a repository on which the App is not installed",
      project: "not-installed",
      data: { repository: "octo/other", branch: "agent/ready" },
      code: "app_not_installed",
      says: "The App is not installed on octo/other",
    },
    {
      name: "a repository that does not exist",
      project: "no-repository",
      data: { repository: "nobody/nothing", branch: "agent/ready" },
      code: "app_not_installed",
      says: "nobody/nothing",
    },
  ];
  const taken = sampledRows("refusals to publish", REFUSALS, [
    "a missing base",
    "a commit that is not on the branch",
    "a repository on which the App is not installed",
  ]);

  test.each(taken)("$name", async ({ project, data, code, says }) => {
    await prepareBranches();
    const before = scenario.stage.repository.pullRequests.size;
    await scenario.signal(completion(project, data));
    expect(await blocked(project)).toMatchObject({
      project,
      code,
      reason: expect.stringContaining(says),
      remedy: expect.any(String),
    });
    expect(await listPullRequests(scenario.bot.url, project)).toMatchObject([
      { number: null, status: "blocked", problem: { code, nextAttemptAt: expect.any(String) } },
    ]);
    expect(scenario.stage.repository.pullRequests.size).toBe(before);
  });

  let prepared: Promise<void> | null = null;
  async function prepareBranches(): Promise<void> {
    prepared ??= (async () => {
      await scenario.stage.pushBranch("agent/ready");
      const { gitDir } = scenario.stage.repository;
      await runGit(gitDir, ["branch", "agent/nothing", "main"]);
      const emptyTree = await runGit(gitDir, ["hash-object", "-t", "tree", "-w", "/dev/null"]);
      const author = commitIdentity({ name: "Agent", email: "agent@example.com" }, new Date(0));
      const orphan = await runGit(gitDir, ["commit-tree", emptyTree, "-m", "Begin elsewhere"], author);
      await runGit(gitDir, ["branch", "agent/orphan", orphan]);
      const { owner } = scenario.stage.repository;
      await scenario.stage.github.createRepository({ owner, name: "other", files: { "a.md": "a" } });
    })();
    await prepared;
  }
});

test("a person's pull request is never touched", async () => {
  await scenario.stage.pushBranch("agent/persons", { "persons.ts": "export {};\n" });
  const theirs = await scenario.stage.github.openPullRequest(scenario.stage.repository, {
    head: "agent/persons",
    base: "main",
    title: "By hand",
    body: "Mine <!-- orb:pull-request AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -->",
  });
  await scenario.signal(completion("persons", { branch: "agent/persons" }));
  expect(await blocked("persons")).toMatchObject({
    code: "pull_request_not_ours",
    reason: `#${theirs.number} is open from agent/persons, and this project did not open it.`,
  });
  expect(scenario.stage.github.pullRequest(scenario.stage.repository, theirs.number)).toMatchObject({
    title: "By hand",
    labels: [],
  });
});

longStory("another project's pull request from the same branch is never touched", async () => {
  await scenario.stage.pushBranch("agent/shared", { "shared.ts": "export {};\n" });
  await scenario.signal(completion("shared-first", { branch: "agent/shared", title: "First" }));
  await scenario.listed("shared-first", ({ status }) => status === "open");
  await scenario.signal(completion("shared-second", { branch: "agent/shared", title: "Second" }));
  expect(await blocked("shared-second")).toMatchObject({ code: "pull_request_not_ours" });
});

test("a cancelled project publishes nothing", async () => {
  await scenario.stage.pushBranch("agent/cancelled", { "cancelled.ts": "export {};\n" });
  const cancelled = cloudEvent(
    "orb.project.cancelled",
    { project: "cancelled", reason: "Not wanted" },
    { minute: 20 },
  );
  await scenario.signal(projectCreated("cancelled"), cancelled);
  await eventually("the cancelled project", async () => {
    const project = (await (await ask(scenario.bot.url, "/api/v1/projects/cancelled")).json()) as {
      status?: string;
    };
    return project.status === "cancelled";
  });
  await scenario.signal(completion("cancelled", { branch: "agent/cancelled" }));
  expect(await blocked("cancelled")).toMatchObject({ code: "project_cancelled" });
});

test("a blocked completion is published when it is signalled again after the cause is fixed", async () => {
  await scenario.complete("fixed", { files: null });
  expect(await blocked("fixed")).toMatchObject({ code: "branch_missing" });
  await scenario.complete("fixed", { minute: 45 });
  await scenario.listed("fixed", ({ status, problem }) => status === "open" && problem === null);
});

test("a pull request that a person closed is not opened again", async () => {
  await scenario.complete("closed");
  const { number } = await scenario.opened("closed");
  const { github, repository } = scenario.stage;
  await github.closePullRequest(repository, number);
  const before = repository.pullRequests.size;
  await scenario.complete("closed", { minute: 45 });
  expect(await blocked("closed")).toMatchObject({ code: "pull_request_closed" });
  expect(repository.pullRequests.size).toBe(before);
});

longStory("a pull request that was created before its project was cancelled is still announced", async () => {
  const { faults } = scenario.stage.github;
  await scenario.complete("before-it");
  await scenario.opened("before-it");
  await scenario.signal(projectCreated("cut-off"));
  // The base's rules and files are cached, so the first GraphQL request is the one that adds labels.
  await scenario.leaveAlone();
  faults.add({ route: "POST /graphql", fault: { kind: "secondary-limit", retryAfterS: 2 } });
  await scenario.complete("cut-off");
  await scenario.listed("cut-off", ({ problem }) => problem?.code === "rate_limited");
  await scenario.signal(cloudEvent("orb.project.cancelled", { project: "cut-off" }, { minute: 35 }));
  const { data } = await scenario.event("cut-off", "orb.pull_request.opened");
  expect(data["problems"]).toMatchObject([{ code: "project_cancelled" }]);
  expect(await scenario.listed("cut-off", () => true)).toMatchObject({ status: "open", problem: null });
});
