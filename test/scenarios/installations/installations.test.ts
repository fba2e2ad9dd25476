import { describe, expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";
import { eventually } from "../../support/eventually.ts";
import { storedRecord } from "../../support/stored-record.ts";
import { longStory } from "../../support/sample.ts";
import { fullName } from "../../local-github/world.ts";

const scenario = useScenario();

describe("a blocked pull request continues by itself", () => {
  test("once an owner has installed the App", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("late");
    const repository = await scenario.addRepository("work", { owner });
    await scenario.complete("installed-later", { repository });
    const { data } = await scenario.event("installed-later", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "app_not_installed", nextAttemptAt: expect.any(String) });
    await github.install(githubApp, owner, { repositories: "all" });
    expect(await scenario.opened("installed-later")).toMatchObject({ state: "open" });
  });

  longStory("once the repository is added to the installation", async () => {
    const { github, installation, repository: hello } = scenario.stage;
    const repository = await github.createRepository({ owner: hello.owner, name: "added" });
    await scenario.complete("added-later", { repository });
    await scenario.listed("added-later", ({ problem }) => problem?.code === "app_not_installed");
    await github.changeRepositories(installation, { added: [repository] });
    expect(await scenario.opened("added-later")).toMatchObject({ state: "open" });
  });

  test("once the owner has granted the missing permission", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("careful");
    const repository = await scenario.addRepository("work", { owner });
    const { pull_requests: _withheld, ...permissions } = githubApp.permissions;
    const installation = await github.install(githubApp, owner, { repositories: "all", permissions });
    await scenario.complete("granted-later", { repository });
    await scenario.listed("granted-later", ({ problem }) => problem?.code === "permission_missing");
    await github.grantPermissions(installation, githubApp.permissions);
    expect(await scenario.opened("granted-later")).toMatchObject({ state: "open" });
  });

  longStory("once the App is no longer suspended", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("paused");
    const repository = await scenario.addRepository("work", { owner });
    const installation = await github.install(githubApp, owner, { repositories: "all" });
    await github.suspend(installation);
    await scenario.complete("suspended", { repository });
    await scenario.listed("suspended", ({ status }) => status === "blocked");
    await github.unsuspend(installation);
    expect(await scenario.opened("suspended")).toMatchObject({ state: "open" });
  });
});

describe("a pull request that loses the App reports that at once, and continues when the App is back", () => {
  /** Waits until only what happens next causes looks. */
  const atRest = async () => {
    await scenario.stage.github.webhooks.drain();
    await scenario.leaveAlone();
  };

  test("after an owner uninstalls the App and installs it again", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("fickle");
    const repository = await scenario.addRepository("work", { owner });
    const installation = await github.install(githubApp, owner, { repositories: "all" });
    await scenario.complete("removed", { repository });
    const { number } = await scenario.opened("removed");
    await atRest();
    await github.uninstall(installation);
    const { data } = await scenario.event("removed", "orb.pull_request.blocked");
    expect(data).toMatchObject({
      code: "app_not_installed",
      reason: expect.stringContaining("The App is not installed on fickle/work") as unknown,
      remedy: expect.stringContaining("Install the App") as unknown,
    });
    await scenario.listed("removed", ({ problem }) => problem?.code === "app_not_installed");

    await github.closePullRequest(repository, number);
    await github.install(githubApp, owner, { repositories: "all" });
    await scenario.event("removed", "orb.pull_request.closed");
    await scenario.listed("removed", ({ status, problem }) => status === "closed" && problem === null);
  });

  longStory("after an owner suspends the App and unsuspends it", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("wary");
    const repository = await scenario.addRepository("work", { owner });
    const installation = await github.install(githubApp, owner, { repositories: "all" });
    await scenario.complete("paused", { repository });
    const { number } = await scenario.opened("paused");
    await atRest();
    await github.suspend(installation);
    const { data } = await scenario.event("paused", "orb.pull_request.blocked");
    expect(data).toMatchObject({
      code: "installation_suspended",
      remedy: expect.stringContaining("unsuspend the App") as unknown,
    });
    await scenario.listed("paused", ({ problem }) => problem?.code === "installation_suspended");

    await github.mergePullRequest(repository, number, { method: "squash" });
    await github.unsuspend(installation);
    await scenario.event("paused", "orb.pull_request.merged");
    await scenario.listed("paused", ({ status, problem }) => status === "merged" && problem === null);
  });
});

longStory("the pull requests of all repositories follow when their account gets another login", async () => {
  const { github, githubApp } = scenario.stage;
  const owner = github.createOrganization("maiden");
  const names = ["one", "two"];
  const repositories = [];
  for (const name of names) repositories.push(await scenario.addRepository(name, { owner }));
  await github.install(githubApp, owner, { repositories: "all" });
  for (const [index, repository] of repositories.entries()) {
    await scenario.complete(`wed-${names[index]}`, { repository });
    await scenario.opened(`wed-${names[index]}`);
  }
  await github.renameAccount(owner, "married");
  for (const [index, repository] of repositories.entries()) {
    const project = `wed-${names[index]}`;
    await scenario.listed(project, (record) => record.repository === `married/${names[index]}`);
    await scenario.completeAgain(project, { repository, data: { summary: "Under its new name." } });
    expect(repository.pullRequests.size).toBe(1);
    await github.closePullRequest(repository, 1);
    const { data } = await scenario.event(project, "orb.pull_request.closed");
    expect(data["pullRequest"]).toMatchObject({ repository: `married/${names[index]}`, number: 1 });
  }
  // The old name still finds the repository.
  await scenario.complete("wed-late", {
    repository: repositories[0] as Repository,
    data: { repository: "maiden/one" },
  });
  await scenario.listed("wed-late", (record) => record.repository === "married/one");
  expect(await scenario.opened("wed-late")).toMatchObject({ state: "open" });
});

longStory(
  "a repository that is removed from the App keeps its record, with a remedy, and continues when it is added again",
  async () => {
    const { github, installation } = scenario.stage;
    const repository = await scenario.addRepository("taken");
    await scenario.complete("taken", { repository });
    const { number } = await scenario.opened("taken");
    await github.changeRepositories(installation, { removed: [repository] });
    await scenario.listed("taken", ({ problem }) => problem?.code === "app_not_installed");
    await github.mergePullRequest(repository, number, { method: "squash" });
    await github.changeRepositories(installation, { added: [repository] });
    await scenario.event("taken", "orb.pull_request.merged");
    await scenario.listed("taken", ({ status, problem }) => status === "merged" && problem === null);
  },
);

test("what is missing on a pull request for lack of a permission is added as soon as the owner grants it", async () => {
  const { github, githubApp, installation, repository } = scenario.stage;
  await github.grantPermissions(installation, { ...githubApp.permissions, checks: "read" });
  await github.protect(repository, "main", { requiredChecks: ["orb"] });
  await scenario.complete("granted");
  const { headSha } = await scenario.opened("granted");
  const { shortcomings } = await scenario.listed("granted", (record) => record.shortcomings.length > 0);
  expect(shortcomings).toMatchObject([
    { code: "check_run_permission_missing", remedy: expect.stringContaining("Grant the App") },
  ]);

  await github.grantPermissions(installation, githubApp.permissions);
  await scenario.listed("granted", (record) => record.shortcomings.length === 0);
  expect(repository.checkRuns.filter(({ name }) => name === "orb")).toMatchObject([{ headSha }]);
});

/** A next attempt after this time is no busy retry. */
const LONG_MS = 30 * 60_000;

async function followed(project: string, repository: Repository): Promise<void> {
  await eventually(`${project} in ${fullName(repository)}`, async () => {
    const record = await storedRecord(scenario.bot.app, project);
    return record.repository === fullName(repository);
  });
}

test("a pull request follows when its repository is renamed, and later completions find it", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("before");
  await scenario.complete("renamed", { repository });
  const pullRequest = await scenario.opened("renamed");
  await github.renameRepository(repository, "after");
  await followed("renamed", repository);
  await scenario.completeAgain("renamed", { data: { summary: "Under its new name." } });
  expect(pullRequest.body).toContain("Under its new name.");
  expect(repository.pullRequests.size).toBe(1);
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  const { data } = await scenario.event("renamed", "orb.pull_request.merged");
  expect(data["pullRequest"]).toMatchObject({ repository: "octo/after", number: pullRequest.number });
});

longStory(
  "a pull request follows when its repository is transferred to another owner who has the App",
  async () => {
    const { github, githubApp } = scenario.stage;
    const heir = github.createOrganization("heir");
    await github.install(githubApp, heir, { repositories: "all" });
    const repository = await scenario.addRepository("estate");
    await scenario.complete("transferred", { repository });
    const { number } = await scenario.opened("transferred");
    await github.transferRepository(repository, heir);
    await followed("transferred", repository);
    await github.closePullRequest(repository, number);
    const { data } = await scenario.event("transferred", "orb.pull_request.closed");
    expect(data["pullRequest"]).toMatchObject({ repository: "heir/estate", number });
  },
);

longStory(
  "completions for an archived repository are refused, and continue when it is unarchived",
  async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("shelved");
    await scenario.stage.github.pushFiles(repository, {
      branch: "agent/shelved",
      from: "main",
      files: { "shelved.ts": "export {};\n" },
      message: "Greet",
    });
    await github.archive(repository);
    await scenario.complete("shelved", { repository, files: null });
    const { data } = await scenario.event("shelved", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "repository_archived" });
    await github.unarchive(repository);
    expect(await scenario.opened("shelved")).toMatchObject({ state: "open" });
  },
);

test("an open pull request in a deleted repository is rarely tried again, and its problem says why", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("doomed");
  await scenario.complete("doomed", { repository });
  await scenario.opened("doomed");
  await github.deleteRepository(repository);
  const { status, problem } = await scenario.listed("doomed", ({ problem: now }) => {
    const nextAt = now?.nextAttemptAt ?? null;
    return nextAt !== null && Date.parse(nextAt) - Date.now() > LONG_MS;
  });
  expect([status, problem?.code]).toEqual(["open", "app_not_installed"]);
});

longStory(
  "a pull request that has ended rests when its repository is gone, and is not reported as blocked",
  async () => {
    const { github, installation } = scenario.stage;
    const repository = await scenario.addRepository("leaving");
    await scenario.complete("still-open", { repository });
    await scenario.opened("still-open");
    await scenario.complete("long-over", { repository });
    const { number } = await scenario.opened("long-over");
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("long-over", "orb.pull_request.merged");
    await scenario.listed("long-over", ({ status }) => status === "merged");
    await scenario.leaveAlone();
    const { nudges } = await storedRecord(scenario.bot.app, "long-over");
    await github.changeRepositories(installation, { removed: [repository] });
    await scenario.event("still-open", "orb.pull_request.blocked");
    expect((await storedRecord(scenario.bot.app, "long-over")).nudges).toBe(nudges);
    // Even if something makes a look at it due.
    await scenario.lookAgain("long-over");
    await eventually("it at rest", async () => {
      const { work } = await storedRecord(scenario.bot.app, "long-over");
      return work.owner === null && work.dueAt === null;
    });
    expect(await scenario.events("long-over", "orb.pull_request.blocked")).toEqual([]);
    expect(await storedRecord(scenario.bot.app, "long-over")).toMatchObject({
      status: "merged",
      problem: null,
    });
  },
);
