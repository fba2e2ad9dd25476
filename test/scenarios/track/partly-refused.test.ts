import { expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";
import { eventually } from "../../support/eventually.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { PullRequest } from "../../local-github/state.ts";

const scenario = useScenario();

/** Opens a pull request of an owner who does not grant everything. */
async function openedWithout(permission: "statuses" | "members", project: string, data = {}) {
  const { github, githubApp } = scenario.stage;
  const owner = github.createOrganization(project);
  const repository = await scenario.addRepository("work", { owner });
  const { [permission]: _withheld, ...permissions } = githubApp.permissions;
  await github.install(githubApp, owner, { repositories: "all", permissions });
  return {
    owner,
    repository,
    open: async (): Promise<PullRequest> => {
      await scenario.complete(project, { repository, data });
      return scenario.opened(project);
    },
  };
}

test("without statuses: read the verdict on checks is unknown, and reviews and the merge are still reported", async () => {
  const { github } = scenario.stage;
  const claims = [{ kind: "tests", text: "All tests pass" }];
  const { repository, open } = await openedWithout("statuses", "partial", { claims });
  const { number, headSha } = await open();
  await github.setStatus(repository, headSha, { context: "ci/deploy", state: "failure" });
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
  await scenario.lookAgain("partial");
  const { shortcomings } = await scenario.listed("partial", (record) => record.shortcomings.length > 0);
  expect(shortcomings).toMatchObject([
    {
      code: "checks_permission_missing",
      remedy: expect.stringContaining("It needs statuses: read.") as unknown,
    },
  ]);
  const { seen } = await storedRecord(scenario.bot.app, "partial");
  expect(seen?.checks).toMatchObject({ verdict: "none", unread: true, requiredPassed: false, pending: 0 });
  expect(await scenario.events("partial", "orb.pull_request.checks_passed")).toEqual([]);

  const ada = github.createUser("ada");
  github.addCollaborator(repository, ada, "write");
  await github.review(repository, number, { by: ada, event: "APPROVE" });
  await scenario.event("partial", "orb.pull_request.approved");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("partial", "orb.pull_request.merged");
  await scenario.listed("partial", ({ status }) => status === "merged");
});

test("a check that is known to have failed is reported, even if others are refused", async () => {
  const { github } = scenario.stage;
  const { repository, open } = await openedWithout("statuses", "half-red");
  const { headSha } = await open();
  await github.setStatus(repository, headSha, { context: "ci/deploy", state: "success" });
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "failure" });
  const { data } = await scenario.event("half-red", "orb.pull_request.checks_failed");
  expect(data["checks"]).toMatchObject([{ name: "unit tests", conclusion: "failure" }]);
});

test("a person is asked for a review next to a team that the App may not see, and remembered", async () => {
  const { github } = scenario.stage;
  const { owner, repository, open } = await openedWithout("members", "with-team");
  const mona = github.createUser("mona");
  github.addCollaborator(repository, mona, "write");
  const team = github.createTeam(owner, "core");
  const pullRequest = await open();
  pullRequest.requestedTeams.push(team.slug);
  await scenario.completeAgain("with-team", { data: { reviewers: ["mona"], summary: "For Mona." } });
  expect(pullRequest.requestedReviewers).toEqual([mona]);
  const record = await eventually("at rest", async () => {
    const found = await storedRecord(scenario.bot.app, "with-team");
    return found.work.owner === null && found;
  });
  expect(record.shortcomings).toEqual([]);
  expect(record.pullRequest?.reviewersAsked).toEqual(["mona"]);
  expect(record.steps.find(({ step }) => step === "review")).toMatchObject({
    status: "done",
    detail: "mona",
  });
});

test("a server that lacks what a look needs is not asked again soon, and the remedy is to update it", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("old-server");
  const { number } = await scenario.opened("old-server");
  await scenario.leaveAlone();
  const message = "Field 'headRefOid' doesn't exist on type 'PullRequest'";
  const path = ["query Snapshot", "repository", "pullRequest", "headRefOid"];
  const placed = github.faults.add({
    route: "POST /graphql",
    times: 100,
    fault: { kind: "answer", status: 200, json: { errors: [{ path, message }] } },
  });
  await scenario.lookAgain("old-server");
  const { data } = await scenario.event("old-server", "orb.pull_request.blocked");
  expect(data).toMatchObject({
    code: "server_outdated",
    reason: `GitHub answered 200: ${message}`,
    remedy: expect.stringMatching(/update it .* It lacks PullRequest\.headRefOid\.$/) as unknown,
    nextAttemptAt: expect.any(String) as unknown,
  });
  expect(placed.hits).toBe(1);
  placed.remove();
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("old-server", "orb.pull_request.merged");
});
