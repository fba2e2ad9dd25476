import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commitIdentity, runGit } from "../../fixtures/meta-agent/git.ts";
import { ask, listPullRequests, sendSignals } from "../support/bot/api.ts";
import { type Bot, startBot } from "../support/bot/in-process.ts";
import { eventually } from "../support/eventually.ts";
import { cloudEvent, completion, projectCreated } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";

let stage: Stage;
let bot: Bot;

beforeAll(async () => {
  stage = await setStage();
  bot = await startBot(stage.surroundings);
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

async function blocked(project: string) {
  const [event] = await eventually(`the blocked event of ${project}`, async () => {
    const events = (await stage.events(project)).filter(({ type }) => type === "orb.pull_request.blocked");
    return events.length > 0 && events;
  });
  return event?.data;
}

describe("what stands in the way is said with a code, a reason and a remedy, and no pull request is opened", () => {
  test.each([
    {
      name: "a branch that is not there",
      project: "no-branch",
      data: { branch: "agent/nowhere" },
      code: "branch_missing",
      says: "There is no branch agent/nowhere on GitHub.",
    },
    {
      name: "a base that is not there",
      project: "no-base",
      data: { branch: "agent/ready", base: "release/9" },
      code: "base_missing",
      says: "There is no branch release/9 on GitHub to merge into.",
    },
    {
      name: "a branch that is its own base",
      project: "own-base",
      data: { branch: "main" },
      code: "base_equals_head",
      says: "main can't be merged into itself.",
    },
    {
      name: "a branch that has nothing new",
      project: "no-change",
      data: { branch: "agent/nothing" },
      code: "no_changes",
      says: "agent/nothing has nothing that main lacks.",
    },
    {
      name: "a commit that is not on the branch",
      project: "no-commit",
      data: { branch: "agent/ready", headSha: "0123456789012345678901234567890123456789" },
      code: "head_not_pushed",
      says: "does not hold 0123456, which the signal speaks of",
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
  ])("$name", async ({ project, data, code, says }) => {
    await prepareBranches();
    const before = stage.repository.pullRequests.size;
    await sendSignals(bot.url, [completion(project, data)]);
    const told = await blocked(project);
    expect(told).toMatchObject({
      project,
      code,
      reason: expect.stringContaining(says),
      remedy: expect.any(String),
    });
    expect(await listPullRequests(bot.url, project)).toMatchObject([
      { number: null, status: "blocked", problem: { code, nextAttemptAt: null } },
    ]);
    expect(stage.repository.pullRequests.size).toBe(before);
  });

  let prepared: Promise<void> | null = null;
  async function prepareBranches(): Promise<void> {
    prepared ??= (async () => {
      await stage.pushBranch("agent/ready");
      const { gitDir } = stage.repository;
      await runGit(gitDir, ["branch", "agent/nothing", "main"]);
      const emptyTree = await runGit(gitDir, ["hash-object", "-t", "tree", "-w", "/dev/null"]);
      const author = commitIdentity({ name: "Agent", email: "agent@example.com" }, new Date(0));
      const orphan = await runGit(gitDir, ["commit-tree", emptyTree, "-m", "Begin elsewhere"], author);
      await runGit(gitDir, ["branch", "agent/orphan", orphan]);
      const { owner } = stage.repository;
      await stage.github.createRepository({ owner, name: "other", files: { "a.md": "a" } });
    })();
    await prepared;
  }
});

test("a person's pull request is never touched", async () => {
  await stage.pushBranch("agent/persons", { "persons.ts": "export {};\n" });
  const theirs = await stage.github.openPullRequest(stage.repository, {
    head: "agent/persons",
    base: "main",
    title: "By hand",
    body: "Mine <!-- orb:pull-request AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -->",
  });
  await sendSignals(bot.url, [completion("persons", { branch: "agent/persons" })]);
  expect(await blocked("persons")).toMatchObject({
    code: "pull_request_not_ours",
    reason: `#${theirs.number} is open from agent/persons, and this project did not open it.`,
  });
  expect(stage.github.pullRequest(stage.repository, theirs.number)).toMatchObject({
    title: "By hand",
    labels: [],
  });
});

test("another project's pull request from the same branch is never touched either", async () => {
  await stage.pushBranch("agent/shared", { "shared.ts": "export {};\n" });
  await sendSignals(bot.url, [completion("shared-first", { branch: "agent/shared", title: "First" })]);
  await eventually("the first project's pull request", async () => {
    const [record] = await listPullRequests(bot.url, "shared-first");
    return record?.status === "open";
  });
  await sendSignals(bot.url, [completion("shared-second", { branch: "agent/shared", title: "Second" })]);
  expect(await blocked("shared-second")).toMatchObject({ code: "pull_request_not_ours" });
});

test("a cancelled project publishes nothing", async () => {
  await stage.pushBranch("agent/cancelled", { "cancelled.ts": "export {};\n" });
  const cancelled = cloudEvent(
    "orb.project.cancelled",
    { project: "cancelled", reason: "Not wanted" },
    { minute: 20 },
  );
  await sendSignals(bot.url, [projectCreated("cancelled"), cancelled]);
  await eventually("the cancelled project", async () => {
    const project = (await (await ask(bot.url, "/api/v1/projects/cancelled")).json()) as { status?: string };
    return project.status === "cancelled";
  });
  await sendSignals(bot.url, [completion("cancelled", { branch: "agent/cancelled" })]);
  expect(await blocked("cancelled")).toMatchObject({ code: "project_cancelled" });
});

test("what was blocked is published once it is mended and signalled again", async () => {
  await sendSignals(bot.url, [completion("mended", { branch: "agent/mended" })]);
  expect(await blocked("mended")).toMatchObject({ code: "branch_missing" });
  await stage.pushBranch("agent/mended", { "mended.ts": "export {};\n" });
  await sendSignals(bot.url, [completion("mended", { branch: "agent/mended" }, { minute: 45 })]);
  await eventually("the pull request", async () => {
    const [record] = await listPullRequests(bot.url, "mended");
    return record?.status === "open" && record.problem === null;
  });
});

test("a closed pull request is not opened again behind the person's back", async () => {
  await stage.pushBranch("agent/closed", { "closed.ts": "export {};\n" });
  await sendSignals(bot.url, [completion("closed", { branch: "agent/closed" })]);
  const number = await eventually("the pull request", async () => {
    const [record] = await listPullRequests(bot.url, "closed");
    return record?.status === "open" && record.number;
  });
  await stage.github.closePullRequest(stage.repository, number);
  const before = stage.repository.pullRequests.size;
  await sendSignals(bot.url, [completion("closed", { branch: "agent/closed" }, { minute: 45 })]);
  expect(await blocked("closed")).toMatchObject({ code: "pull_request_closed" });
  expect(stage.repository.pullRequests.size).toBe(before);
});
