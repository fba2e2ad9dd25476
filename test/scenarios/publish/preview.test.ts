import { describe, expect, test } from "../../support/testing.ts";
import { listPullRequests } from "../../support/bot/api.ts";
import { useScenario } from "../../support/scenario.ts";

// The tests compare everything before and after, so no webhook may change anything in between.
const scenario = useScenario({}, { webhooks: false });

async function preview(data: Record<string, unknown>, path = "/api/v1/pull-requests/preview") {
  const response = await scenario.bot.request(path, { method: "POST", body: JSON.stringify(data) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Everything on GitHub and in the stores that a pull request could change. */
async function everything() {
  const { repository, redis } = scenario.stage;
  const { app } = scenario.bot;
  return {
    pullRequests: JSON.stringify(
      [...repository.pullRequests.values()].map(({ number, title, body, labels }) => [
        number,
        title,
        body,
        labels,
      ]),
    ),
    labels: repository.labels.size,
    checkRuns: repository.checkRuns.length,
    records: JSON.stringify(await app.pullRequestStore.model.find().lean()),
    projects: await app.projectStore.model.countDocuments(),
    events: await redis.xlen("orb:events"),
  };
}

describe("a preview shows the decision without its effects", () => {
  test("of a completion that was not signalled yet: the pull request that it would open", async () => {
    await scenario.stage.pushBranch("agent/shown", { "src/shown.ts": "export const shown = 1;\n" });
    const before = await everything();
    const data = {
      project: "shown",
      repository: "octo/hello",
      branch: "agent/shown",
      title: "Show it",
      summary: "Shows it, cc @octocat.",
      type: "feature",
      draft: true,
    };
    const { status, body } = await preview(data);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      would: "open",
      title: "Show it",
      draft: true,
      labels: ["ai-generated", "type: feature", "size: XS"],
      reviewers: { people: [], teams: [] },
      problems: [],
    });
    expect(await everything()).toEqual(before);

    await scenario.complete("shown", { files: null, data });
    const opened = await scenario.opened("shown");
    expect(opened).toMatchObject({ title: body["title"], body: body["body"], draft: true });
  });

  test("of an open pull request: what a later completion would change", async () => {
    await scenario.complete("later", { data: { title: "Once" } });
    const opened = await scenario.opened("later");
    await scenario.leaveAlone();
    const [record] = await listPullRequests(scenario.bot.url, "later");
    const before = await everything();
    const unchanged = await preview({}, `/api/v1/pull-requests/${record?.id}/preview`);
    expect(unchanged.body).toMatchObject({ would: "change_nothing", title: "Once", body: opened.body });
    const changed = await preview({
      project: "later",
      repository: "octo/hello",
      branch: "agent/later",
      title: "Twice",
      summary: "Adds a greeting.",
    });
    expect(changed.body).toMatchObject({ would: "update", title: "Twice" });
    expect(await everything()).toEqual(before);
  });

  test("of a pull request that can't be opened: why, and what to do", async () => {
    const nowhere = { project: "p", repository: "octo/hello", branch: "agent/nowhere", summary: "x" };
    expect((await preview(nowhere)).body).toMatchObject({
      would: "refuse",
      title: null,
      problems: [{ code: "branch_missing", remedy: expect.any(String) as unknown }],
    });
    const elsewhere = { ...nowhere, repository: "octo/other" };
    expect((await preview(elsewhere)).body).toMatchObject({ problems: [{ code: "app_not_installed" }] });
  });

  test("of a branch whose pull request a person opened: a refusal, because it is not ours", async () => {
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("agent/by-hand");
    await github.openPullRequest(repository, {
      head: "agent/by-hand",
      base: "main",
      title: "Mine",
      body: "",
    });
    const data = { project: "by-hand", repository: "octo/hello", branch: "agent/by-hand", summary: "x" };
    expect((await preview(data)).body).toMatchObject({
      would: "refuse",
      problems: [{ code: "pull_request_not_ours" }],
    });
  });

  test("of a refused completion whose pull request a person then opened: the same refusal", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("late-hand", { files: null });
    await scenario.event("late-hand", "orb.pull_request.blocked");
    await scenario.stage.pushBranch("agent/late-hand", { "late.ts": "export {};\n" });
    const mine = { head: "agent/late-hand", base: "main", title: "Mine", body: "" };
    await github.openPullRequest(repository, mine);
    const [record] = await listPullRequests(scenario.bot.url, "late-hand");
    expect((await preview({}, `/api/v1/pull-requests/${record?.id}/preview`)).body).toMatchObject({
      would: "refuse",
      problems: [{ code: "pull_request_not_ours" }],
    });
  });

  test("of a large change: also its labels, as far as its files are known", async () => {
    const names = Array.from({ length: 301 }, (_, index) => `src/large-${index}.ts`);
    const files = Object.fromEntries(names.map((name) => [name, "export {};\n"]));
    await scenario.stage.pushBranch("agent/large", files);
    const data = { project: "large", repository: "octo/hello", branch: "agent/large", summary: "x" };
    const { body } = await preview(data);
    expect(body).toMatchObject({
      would: "open",
      labels: expect.arrayContaining(["ai-generated"]) as unknown,
    });
  });

  test("of an invalid request: a clear error, and no request to GitHub", async () => {
    const mark = scenario.stage.github.requests.mark();
    expect(await preview({ project: "p" })).toMatchObject({ status: 400, body: { code: "bad_request" } });
    const unknown = await preview({}, `/api/v1/pull-requests/${"0".repeat(24)}/preview`);
    expect(unknown).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(scenario.stage.github.requests.since(mark)).toEqual([]);
  });

  test("while GitHub is unavailable: an error that says when to try again", async () => {
    await scenario.stage.pushBranch("agent/away");
    const { faults } = scenario.stage.github;
    const placed = faults.add({
      method: "GET",
      times: 1,
      fault: { kind: "error", status: 502, when: "before" },
    });
    const data = { project: "away", repository: "octo/hello", branch: "agent/away", summary: "x" };
    const response = await scenario.bot.request("/api/v1/pull-requests/preview", {
      method: "POST",
      body: JSON.stringify(data),
    });
    placed.remove();
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
  });
});
