import { expect, test } from "../../support/testing.ts";
import { listPullRequests, sendSignals } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { completion, projectCreated } from "../../support/signals.ts";
import { lowerCase } from "../../support/stage.ts";
import { sectionOf } from "../../support/description.ts";
import { longStory } from "../../support/sample.ts";

const LABELS = ["ai-generated", "type: feature", "size: XS"];

const scenario = useScenario();

test("a completed implementation becomes a labelled, described pull request", async () => {
  const headSha = await scenario.stage.pushBranch("agent/greeting", {
    "src/greeting.ts": "export const greeting = 'hi';\nexport const farewell = 'bye';\n",
    "docs/greeting.md": "# Greeting\n",
  });
  await scenario.signal(
    projectCreated("greet"),
    completion("greet", {
      headSha,
      title: "Greet all visitors",
      type: "feature",
      summary: "Adds a **greeting**, cc @octocat.",
      changes: ["A module that greets", "A page about it"],
      recommendations: [
        { agent: "reviewer", severity: "info", text: "Translate it" },
        { agent: "security", severity: "critical", text: "Escape the name" },
      ],
      claims: [{ kind: "tests", text: "all 12 tests pass" }],
      agents: [{ name: "coder", model: "model-x", durationMs: 61_000, costUsd: 0.5 }],
      issues: [7],
      requestedBy: "octocat",
    }),
  );
  const opened = await scenario.event("greet", "orb.pull_request.opened");

  const pullRequest = scenario.stage.github.pullRequest(scenario.stage.repository, 1);
  expect(pullRequest).toMatchObject({
    title: "Greet all visitors",
    headRef: "agent/greeting",
    baseRef: "main",
    headSha,
    draft: false,
    labels: lowerCase(LABELS),
    openedByAppId: scenario.stage.githubApp.id,
  });
  const body = pullRequest.body ?? "";
  expect(body).toContain("Adds a **greeting**, cc @\u200boctocat.");
  expect(body).toContain("Closes #7");
  expect(body).toContain("2 files, **+3 −0**");
  expect(body).toContain("| `src/greeting.ts` | source | added | 2 | 0 |");
  expect(body.indexOf("Escape the name")).toBeLessThan(body.indexOf("Translate it"));
  expect(body).toContain("**Tests:** all 12 tests pass");
  expect(body).toContain("coder on model-x, 1 min 1 s, $0.50");

  expect(opened.data).toMatchObject({
    project: "greet",
    adopted: false,
    because: "agent/greeting is 1 commit ahead of main. Labelled feature because the signal says so",
    problems: [],
    pullRequest: {
      number: 1,
      url: `${scenario.stage.github.url}/octo/hello/pull/1`,
      headSha,
      labels: LABELS,
    },
  });
  const [record, ...others] = await listPullRequests(scenario.bot.url, "greet");
  expect(others).toEqual([]);
  expect(record).toMatchObject({ number: 1, status: "open", problem: null });
  const details = await (await scenario.bot.request(`/api/v1/pull-requests/${record?.id}`)).json();
  expect(details).toMatchObject({
    steps: [
      { step: "write", status: "done", detail: "#1" },
      { step: "label", status: "done" },
      { step: "announce", status: "done" },
    ],
    history: [{ what: "opened" }],
  });
  const project = await (await scenario.bot.request("/api/v1/projects/greet")).json();
  expect(project).toMatchObject({ status: "in_review", pullRequests: [{ number: 1, status: "open" }] });
});

test("a later completion updates the bot's text and keeps a person's", async () => {
  await scenario.complete("again", { data: { title: "Once", summary: "First words." } });
  const pullRequest = await scenario.opened("again");
  const { github, repository } = scenario.stage;
  await github.editPullRequest(repository, pullRequest.number, {
    body: `Mine, by hand.\n\n${pullRequest.body}\n\nMine too.`,
  });

  await scenario.completeAgain("again", { data: { title: "Twice", summary: "Second words." } });
  expect(pullRequest.title).toBe("Twice");
  expect(pullRequest.body).toMatch(/^Mine, by hand\.[\s\S]*Second words\.[\s\S]*Mine too\.$/);
  expect(pullRequest.body).not.toContain("First words.");
});

longStory("a title that a person wrote is kept, however many completions follow", async () => {
  await scenario.complete("titled", { data: { title: "By the agent" } });
  const pullRequest = await scenario.opened("titled");
  const { github, repository } = scenario.stage;
  await github.editPullRequest(repository, pullRequest.number, { title: "By a person" });
  for (const minute of [41, 42]) {
    await scenario.completeAgain("titled", { minute, data: { title: `By the agent at ${minute}` } });
    expect(pullRequest.title).toBe("By a person");
  }
});

longStory("an older completion that arrives late changes nothing", async () => {
  await scenario.complete("late", { minute: 50, data: { title: "Newer" } });
  await scenario.event("late", "orb.pull_request.opened");
  await scenario.leaveAlone();
  const mark = scenario.stage.github.requests.mark();
  await scenario.complete("late", { files: null, minute: 10, data: { title: "Older" } });
  await eventually("the late signal done", async () => {
    const pending = await scenario.bot.app.signalStore.model.countDocuments({
      project: "late",
      status: "pending",
    });
    return pending === 0;
  });
  expect(scenario.stage.github.requests.since(mark)).toEqual([]);
});

longStory("a description that is too long is shortened until it fits", async () => {
  const recommendations = Array.from({ length: 500 }, (_, index) => ({
    agent: `agent-${index}`,
    severity: "warning",
    text: `${index} ${"@everyone <b> ".repeat(60)}`,
  }));
  await scenario.complete("long", { data: { summary: "[x](y) ".repeat(40_000), recommendations } });
  expect((await scenario.opened("long")).body?.length).toBeLessThanOrEqual(60_000);
});

longStory("a draft is opened if the signal asks for one", async () => {
  await scenario.complete("wanted", { data: { draft: true } });
  const { data } = await scenario.event("wanted", "orb.pull_request.opened");
  expect(data["pullRequest"]).toMatchObject({ draft: true });
  expect((await scenario.opened("wanted")).draft).toBe(true);
});

test("if the settings say `draft: risky`, a risky change begins as a draft and an ordinary one does not", async () => {
  const repository = await scenario.addRepository("careful", {
    files: { ".github/orb.yml": "draft: risky\n" },
  });
  await scenario.complete("everyday", { repository });
  await scenario.complete("delicate", { repository, files: { "db/migrations/1.sql": "select 1;\n" } });
  await scenario.complete("asked-for", { repository, data: { draft: true } });
  expect((await scenario.opened("everyday")).draft).toBe(false);
  expect((await scenario.opened("delicate")).draft).toBe(true);
  expect((await scenario.opened("asked-for")).draft).toBe(true);
});

longStory("if GitHub offers no drafts, an ordinary pull request is opened, which says so", async () => {
  const repository = await scenario.addRepository("no-drafts", { draftsSupported: false });
  await scenario.complete("no-drafts", { repository, data: { draft: true } });
  const ordinary = await scenario.opened("no-drafts");
  expect(ordinary.draft).toBe(false);
  expect(ordinary.body).toContain(
    "octo/no-drafts does not support draft pull requests, so this is not a draft.",
  );
  const lack = {
    code: "drafts_not_supported",
    reason: "octo/no-drafts does not support draft pull requests, so this is not a draft.",
    remedy: expect.stringContaining("Don't merge it before it is ready") as unknown,
  };
  const { data } = await scenario.event("no-drafts", "orb.pull_request.opened");
  expect(data).toMatchObject({ pullRequest: { draft: false }, problems: [lack] });
  const { shortcomings } = await scenario.listed("no-drafts", ({ status }) => status === "open");
  expect(shortcomings).toEqual([lack]);
});

test("in a change in two repositories each description follows the other pull request; the check waits if the settings say so", async () => {
  const { github } = scenario.stage;
  const files = { ".github/orb.yml": "siblings: wait\n" };
  const api = await scenario.addRepository("api", { files });
  const web = await scenario.addRepository("web");
  for (const repository of [api, web]) {
    const branch = "agent/both";
    await github.pushFiles(repository, { branch, from: "main", files: { "both.ts": "" }, message: "Both" });
    const about = { repository: `octo/${repository.name}`, branch };
    await sendSignals(scenario.bot.url, [completion("both", about, { minute: 30 })]);
  }
  const [first, second] = await eventually("both open", async () => {
    const found = [api, web].map(({ pullRequests }) => [...pullRequests.values()][0]);
    return found.every((each) => each !== undefined) && found;
  });
  await eventually("the links", () => {
    const sections = [first, second].map((each) => each && sectionOf(each, "siblings"));
    return sections[0]?.includes("octo/web") && sections[1]?.includes("octo/api");
  });
  // The other pull request still waits for its checks.
  await github.startCheckRun(web, second?.headSha ?? "", { name: "tests" });
  const own = () => api.checkRuns.find(({ name }) => name === "orb");
  await eventually("the check waiting", () => own()?.status === "in_progress");
  await github.completeCheckRun(web, second?.headSha ?? "", { name: "tests", conclusion: "success" });
  await github.mergePullRequest(web, second?.number ?? 0, { method: "squash" });
  await eventually("the check completed", () => own()?.status === "completed");
  await eventually("the merge in the description", () => first?.body?.includes("merged"));
});
