import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { Repository } from "../../local-github/state.ts";
import { fullName } from "../../local-github/world.ts";

const scenario = useScenario();

/** What is asked again after so long is not asked again and again. */
const LONG_MS = 30 * 60_000;

async function followed(project: string, repository: Repository): Promise<void> {
  await eventually(`${project} in ${fullName(repository)}`, async () => {
    const record = await storedRecord(scenario.bot.app, project);
    return record.repository === fullName(repository);
  });
}

test("a repository is renamed: its pull request goes with it, and later completions find it", async () => {
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

test("a repository goes to another owner who has the App: it is followed there", async () => {
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
});

test("an archived repository takes nothing; what came meanwhile goes on when it is opened again", async () => {
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
});

test("a repository is deleted: its open pull request is not asked for again and again, and says what is wrong", async () => {
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
