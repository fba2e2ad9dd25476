import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { projectCreated } from "../../support/signals.ts";

const scenario = useScenario();
const DAY_MS = 24 * 3600 * 1_000;

// Not asked for by the manifest: an owner who wants branches to be deleted grants it.
beforeAll(async () => {
  const { github, installation } = scenario.stage;
  await github.grantPermissions(installation, { ...installation.permissions, contents: "write" });
});

test("a merge is told with the time it took; the project is merged, and its workspace is to be removed", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("merged"));
  await scenario.complete("merged");
  const pullRequest = await scenario.opened("merged");
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  const { data } = await scenario.event("merged", "orb.pull_request.merged");
  expect(data).toMatchObject({ outcome: "merged", by: "octocat" });
  expect(Number(data["secondsSinceCompletion"])).toBeGreaterThan(0);
  const record = await scenario.listed("merged", ({ status }) => status === "merged");
  expect(record).toMatchObject({ problem: null });
  const { data: cleanup } = await scenario.event("merged", "orb.cleanup.scheduled");
  expect(Date.parse(String(cleanup["dueAt"])) - Date.parse(String(data["at"]))).toBe(7 * DAY_MS);
  const response = await scenario.bot.request("/api/v1/projects/merged");
  expect(await response.json()).toMatchObject({ status: "merged", cleanup: { dueAt: cleanup["dueAt"] } });
  const metrics = await (await scenario.bot.request("/metrics")).text();
  expect(metrics).toContain("orb_pull_request_merge_duration_seconds_count 1");
  expect(metrics).toContain('orb_pull_requests{status="merged"} 1');
  expect(metrics).toContain('orb_projects{status="merged"} 1');
  // Its life is over: nobody looks at it of themselves.
  const stored = await scenario.bot.app.pullRequestStore.model.findOne({ project: "merged" }).lean();
  expect(stored?.seen?.lifecycle).toBe("merged");
});

describe("the settings ask for the branch to go", () => {
  const files = { ".github/orb.yml": "retention: { deleteBranchAfterMerge: true, workspaceDays: 1 }\n" };

  test("without “Contents: write” it stays, and what is missing is said once", async () => {
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

  test("it is deleted once it is merged", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("tidy", { files });
    await scenario.complete("tidy", { repository });
    const { number } = await scenario.opened("tidy");
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("tidy", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/tidy")).toBeNull();
  });

  test("it stays, and nothing else is written, where somebody had put the pull request on hold", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("held", { files });
    await scenario.complete("held", { repository });
    const { number } = await scenario.opened("held");
    await scenario.leaveAlone();
    const { model } = scenario.bot.app.pullRequestStore;
    const hold = { by: "ines", at: new Date() };
    await eventually("it held", async () => {
      const { matchedCount } = await model.updateOne({ project: "held", "work.owner": null }, { hold });
      return matchedCount === 1;
    });
    const mark = github.requests.mark();
    await github.mergePullRequest(repository, number, { method: "squash" });
    await scenario.event("held", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/held")).not.toBeNull();
    const methods = new Set(github.requests.since(mark).map(({ method, path }) => `${method} ${path}`));
    expect([...methods].filter((each) => !/^GET |\/(graphql|access_tokens)$/.test(each))).toEqual([]);
  });

  test("it stays where another pull request uses it", async () => {
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

  test("somebody pushed to it after the merge: nothing of that is lost", async () => {
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

test("a completion that comes after the merge is refused, and the merge is told before that", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("late");
  const { number } = await scenario.opened("late");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.complete("late", { files: { "late.ts": "" }, minute: 40 });
  await scenario.event("late", "orb.pull_request.blocked");
  const told = (await scenario.stage.events("late")).filter(({ type }) =>
    type.startsWith("orb.pull_request."),
  );
  expect(told.map(({ type, data }) => data["code"] ?? type)).toEqual([
    "orb.pull_request.opened",
    "orb.pull_request.merged",
    "pull_request_merged",
  ]);
  await scenario.listed("late", ({ status }) => status === "merged");
});

test("what happens while GitHub does not answer is told once it does", async () => {
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
