import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { projectCreated, cloudEvent } from "../../support/signals.ts";
import { longStory } from "../../support/sample.ts";
import type { PullRequest } from "../../local-github/state.ts";

const scenario = useScenario();

const DAY_MS = 24 * 3600 * 1_000;

test("a merge is reported with the time it took; the project is merged, and its clean-up is scheduled", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("merged"));
  await scenario.complete("merged", { data: { type: "bugfix" } });
  const pullRequest = await scenario.opened("merged");
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  const { data } = await scenario.event("merged", "orb.pull_request.merged");
  expect(data).toMatchObject({ outcome: "merged", by: "octocat" });
  expect(Number(data["secondsSinceCompletion"])).toBeGreaterThan(0);
  const record = await scenario.listed("merged", ({ status }) => status === "merged");
  expect(record).toMatchObject({ problem: null });
  const { data: cleanup } = await scenario.event("merged", "orb.cleanup.scheduled");
  expect(Date.parse(String(cleanup["dueAt"])) - Date.parse(String(data["at"]))).toBe(DAY_MS);
  const response = await scenario.bot.request("/api/v1/projects/merged");
  expect(await response.json()).toMatchObject({ status: "merged", cleanup: { dueAt: cleanup["dueAt"] } });
  const metrics = await (await scenario.bot.request("/metrics")).text();
  expect(metrics).toContain("orb_pull_request_merge_duration_seconds_count 1");
  expect(metrics).toContain('orb_pull_requests{status="merged"} 1');
  expect(metrics).toContain('orb_projects{status="merged"} 1');
  expect(metrics).toContain('orb_projects_in_phase{status="merged",phase="implementation"} 1');
  for (const outcome of ["opened", "merged"]) {
    expect(metrics).toContain(`orb_pull_request_results_total{change_type="fix",outcome="${outcome}"} 1`);
  }
  // No more looks become due.
  const stored = await scenario.bot.app.pullRequestStore.model.findOne({ project: "merged" }).lean();
  expect(stored?.seen?.lifecycle).toBe("merged");
});

describe("if the settings want the branch to be deleted", () => {
  const files = { ".github/orb.yml": "retention: { deleteBranchAfterMerge: true, workspaceDays: 1 }\n" };

  test("it stays without “Contents: write”, and the missing permission is reported once", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("untidy", { files });
    await scenario.complete("untidy", { repository });
    const { number } = await scenario.opened("untidy");
    const refused = github.faults.add({
      route: "DELETE /repos/{owner}/{repo}/git/refs/{ref}",
      fault: { kind: "answer", status: 403, json: { message: "Resource not accessible by integration" } },
    });
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("untidy", "orb.pull_request.merged");
    const { shortcomings } = await scenario.listed("untidy", ({ status }) => status === "merged");
    expect(shortcomings).toMatchObject([{ code: "branch_permission_missing" }]);
    const mark = github.requests.mark();
    await eventually("another look", async () => {
      await scenario.lookAgain("untidy");
      return github.requests.since(mark).length > 0;
    });
    refused.remove();
    expect(refused.hits).toBe(1);
    expect(await github.branchSha(repository, "agent/untidy")).not.toBeNull();
  });

  test("it is deleted after the merge", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("tidy", { files });
    await scenario.complete("tidy", { repository });
    const { number } = await scenario.opened("tidy");
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("tidy", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/tidy")).toBeNull();
  });

  longStory("it stays, and nothing else is written, if the pull request is on hold", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("held", { files });
    await scenario.complete("held", { repository });
    const { number } = await scenario.opened("held");
    await scenario.leaveAlone();
    await scenario.editRecord("held", { $set: { hold: { by: "ines", at: new Date() } } });
    const mark = github.requests.mark();
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("held", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/held")).not.toBeNull();
    const methods = new Set(github.requests.since(mark).map(({ method, path }) => `${method} ${path}`));
    expect([...methods].filter((each) => !/^GET |\/(graphql|access_tokens)$/.test(each))).toEqual([]);
  });

  longStory("it stays if another pull request uses it", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("stacked", { files });
    await scenario.complete("stacked", { repository });
    const { number } = await scenario.opened("stacked");
    await github.pushFiles(repository, {
      branch: "upon",
      from: "agent/stacked",
      files: { "upon.ts": "" },
      message: "Go on",
    });
    await github.openPullRequest(repository, { head: "upon", base: "agent/stacked", title: "Upon" });
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("stacked", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/stacked")).not.toBeNull();
  });

  longStory("it stays if somebody pushed to it after the merge", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("pushed-on", { files });
    await scenario.complete("pushed-on", { repository });
    const { number } = await scenario.opened("pushed-on");
    // A look that is already due could see the merge before the push.
    await scenario.leaveAlone();
    github.webhooks.faults.add({ action: "closed", fault: { kind: "hold" } });
    github.webhooks.faults.add({ event: "push", times: 2, fault: { kind: "hold" } });
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.change(repository, { "later.ts": "" }, "agent/pushed-on");
    github.webhooks.release();
    await scenario.event("pushed-on", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/pushed-on")).not.toBeNull();
  });
});

/** Completes a project of which the run is interrupted when the pull request has just been created. */
async function interrupted(project: string): Promise<PullRequest> {
  const { github, repository } = scenario.stage;
  // The base's rules and files are cached, so the first GraphQL request is the one that adds labels.
  await scenario.complete(`before-${project}`);
  await scenario.opened(`before-${project}`);
  await scenario.leaveAlone();
  github.faults.add({ route: "POST /graphql", fault: { kind: "secondary-limit", retryAfterS: 1 } });
  await scenario.complete(project);
  await scenario.listed(project, ({ problem }) => problem?.code === "rate_limited");
  const found = [...repository.pullRequests.values()].find(({ headRef }) => headRef === `agent/${project}`);
  if (!found) throw new Error("It was not created");
  return found;
}

async function moves(project: string): Promise<string[]> {
  const types = await scenario.types(project);
  return types.filter((type) => type.startsWith("orb.pull_request.")).map((type) => type.slice(17));
}

longStory("one that a person merges before it is finished is reported as opened and as merged", async () => {
  const { github, repository } = scenario.stage;
  const { number } = await interrupted("quickly-merged");
  await github.mergePullRequest(repository, number, { method: "squash" });
  const record = await scenario.listed("quickly-merged", ({ status }) => status === "merged");
  expect(record).toMatchObject({ number, problem: null, shortcomings: [] });
  await scenario.event("quickly-merged", "orb.pull_request.merged");
  expect(await moves("quickly-merged")).toEqual(["opened", "merged"]);
});

longStory("one that a person closes before it is finished is finished when it is reopened", async () => {
  const { github, repository } = scenario.stage;
  const pullRequest = await interrupted("quickly-closed");
  await github.closePullRequest(repository, pullRequest.number);
  const { data } = await scenario.event("quickly-closed", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "pull_request_closed" });
  expect(await moves("quickly-closed")).toEqual(["opened", "closed", "blocked"]);
  expect(pullRequest.labels).toEqual([]);
  await eventually("another second", () => Date.now() - Number(pullRequest.closedAt) > 1_000);
  await github.reopenPullRequest(repository, pullRequest.number);
  await eventually("its labels", () => pullRequest.labels.includes("ai-generated"));
  await scenario.listed("quickly-closed", ({ status, problem }) => status === "open" && problem === null);
});

test("a completion after the merge is refused, and the merge is reported first", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("late");
  const { number } = await scenario.opened("late");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.complete("late", { files: { "late.ts": "" }, minute: 40 });
  await scenario.event("late", "orb.pull_request.blocked");
  const events = (await scenario.stage.events("late")).filter(({ type }) =>
    type.startsWith("orb.pull_request."),
  );
  expect(events.map(({ type, data }) => data["code"] ?? type)).toEqual([
    "orb.pull_request.opened",
    "orb.pull_request.merged",
    "pull_request_merged",
  ]);
  await scenario.listed("late", ({ status }) => status === "merged");
});

longStory("a merge while GitHub does not answer is reported once it does", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("away");
  const { number } = await scenario.opened("away");
  const away = github.faults.add({
    route: "POST /graphql",
    times: Infinity,
    fault: { kind: "error", status: 502, when: "before" },
  });
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.listed("away", ({ problem }) => problem?.code === "github_unavailable");
  away.remove();
  await scenario.event("away", "orb.pull_request.merged");
  await scenario.listed("away", ({ status, problem }) => status === "merged" && problem === null);
});

test("a close schedules the clean-up, and reopening the pull request cancels it", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("reopened"));
  await scenario.complete("reopened");
  const { number } = await scenario.opened("reopened");
  await github.closePullRequest(repository, number);
  const { data } = await scenario.event("reopened", "orb.pull_request.closed");
  expect(data).toMatchObject({ outcome: "closed", pullRequest: { number } });
  await scenario.listed("reopened", ({ status }) => status === "closed");
  await scenario.event("reopened", "orb.cleanup.scheduled");

  // GitHub's times are in seconds, and two events of the same second have no order.
  await eventually("another second", () => Date.now() - Date.parse(String(data["at"])) > 1_000);
  await github.reopenPullRequest(repository, number);
  await scenario.event("reopened", "orb.cleanup.cancelled");
  await scenario.listed("reopened", ({ status }) => status === "open");
  const updated = await scenario.events("reopened", "orb.pull_request.updated");
  expect(updated).toMatchObject([{ data: { because: "Reopened" } }]);
  const project = await scenario.bot.request("/api/v1/projects/reopened");
  expect(await project.json()).toMatchObject({ status: "in_review", cleanup: null });

  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("reopened", "orb.pull_request.merged");
});

longStory("a project that its Meta-Agent cancels after the merge stays merged", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("cancelled-late"));
  await scenario.complete("cancelled-late");
  const { number } = await scenario.opened("cancelled-late");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("cancelled-late", "orb.pull_request.merged");
  await scenario.signal(
    cloudEvent("orb.project.cancelled", { project: "cancelled-late", reason: "Too late." }),
  );
  await scenario.signal(projectCreated("after-cancelled-late"));
  await scenario.event("after-cancelled-late", "orb.project.updated");
  const project = await scenario.bot.request("/api/v1/projects/cancelled-late");
  expect(await project.json()).toMatchObject({ status: "merged" });
});

longStory(
  "a pull request that is turned into a draft and closed at once is listed as a closed draft",
  async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("draft-closed");
    const { number } = await scenario.opened("draft-closed");
    await scenario.leaveAlone();
    await github.setDraft(repository, number, true);
    await github.closePullRequest(repository, number);
    await scenario.event("draft-closed", "orb.pull_request.closed");
    await expect(scenario.listed("draft-closed", ({ status }) => status === "closed")).resolves.toMatchObject(
      {
        draft: true,
      },
    );
  },
);
