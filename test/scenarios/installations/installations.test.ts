import { describe, expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";

const scenario = useScenario();

describe("what waits for the App goes on by itself", () => {
  test("once an owner has installed it", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("late");
    const repository = await scenario.addRepository("work", { owner });
    await scenario.complete("installed-later", { repository });
    const { data } = await scenario.event("installed-later", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "app_not_installed", nextAttemptAt: null });
    await github.install(githubApp, owner, { repositories: "all" });
    expect(await scenario.opened("installed-later")).toMatchObject({ state: "open" });
  });

  test("once the repository is among those that the App may see", async () => {
    const { github, installation, repository: hello } = scenario.stage;
    const repository = await github.createRepository({ owner: hello.owner, name: "added" });
    await scenario.complete("added-later", { repository });
    await scenario.listed("added-later", ({ problem }) => problem?.code === "app_not_installed");
    await github.changeRepositories(installation, { added: [repository] });
    expect(await scenario.opened("added-later")).toMatchObject({ state: "open" });
  });

  test("once the owner has granted what was missing", async () => {
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

  test("once the App is no longer suspended", async () => {
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

describe("what loses the App says so at once, and is whole when it comes back", () => {
  /** Nothing but what happens next sets anything in motion. */
  const atRest = async () => {
    await scenario.stage.github.webhooks.drain();
    await scenario.leaveAlone();
  };

  test("where an owner removes the App, and installs it again", async () => {
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

  test("where an owner suspends the App, and lets it go on", async () => {
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

test("an account gets another login: the pull requests of all its repositories go with it", async () => {
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
  // Whoever knows only the old name finds it too.
  await scenario.complete("wed-late", {
    repository: repositories[0] as Repository,
    data: { repository: "maiden/one" },
  });
  await scenario.listed("wed-late", (record) => record.repository === "married/one");
  expect(await scenario.opened("wed-late")).toMatchObject({ state: "open" });
});

test("a repository that is taken from the App keeps its record, with what to do about it, and comes back whole", async () => {
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
});
