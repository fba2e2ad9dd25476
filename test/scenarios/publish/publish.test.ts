import { expect, test } from "@jest/globals";
import { listPullRequests } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { completion, projectCreated } from "../../support/signals.ts";
import { lowerCase } from "../../support/stage.ts";

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
      title: "Greet whoever comes in",
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
    title: "Greet whoever comes in",
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

test("a later completion brings the bot's words up to date and leaves a person's alone", async () => {
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

test("a title that a person gave stays theirs, however often completion is signalled", async () => {
  await scenario.complete("titled", { data: { title: "By the agent" } });
  const pullRequest = await scenario.opened("titled");
  const { github, repository } = scenario.stage;
  await github.editPullRequest(repository, pullRequest.number, { title: "By a person" });
  for (const minute of [41, 42]) {
    await scenario.completeAgain("titled", { minute, data: { title: `By the agent at ${minute}` } });
    expect(pullRequest.title).toBe("By a person");
  }
});

test("an older completion that comes late changes nothing", async () => {
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

test("a description that is too long is shortened until it fits", async () => {
  const recommendations = Array.from({ length: 500 }, (_, index) => ({
    agent: `agent-${index}`,
    severity: "warning",
    text: `${index} ${"@everyone <b> ".repeat(60)}`,
  }));
  await scenario.complete("long", { data: { summary: "[x](y) ".repeat(40_000), recommendations } });
  expect((await scenario.opened("long")).body?.length).toBeLessThanOrEqual(60_000);
});
