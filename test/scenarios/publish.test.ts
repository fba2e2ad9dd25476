import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listPullRequests, sendSignals } from "../support/bot/api.ts";
import { type Bot, startBot } from "../support/bot/in-process.ts";
import { eventually } from "../support/eventually.ts";
import { completion, projectCreated } from "../support/signals.ts";
import { lowerCase, setStage, type Stage } from "../support/stage.ts";

const LABELS = ["ai-generated", "type: feature", "size: XS"];

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

async function signal(...events: unknown[]): Promise<void> {
  await sendSignals(bot.url, events);
}

async function event(project: string, type: string) {
  return eventually(`${type} of ${project}`, async () =>
    (await stage.events(project)).find((one) => one.type === type),
  );
}

test("a completed implementation becomes a labelled, described pull request", async () => {
  const headSha = await stage.pushBranch("agent/greeting", {
    "src/greeting.ts": "export const greeting = 'hi';\nexport const farewell = 'bye';\n",
    "docs/greeting.md": "# Greeting\n",
  });
  await signal(
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
  const opened = await event("greet", "orb.pull_request.opened");

  const pullRequest = stage.github.pullRequest(stage.repository, 1);
  expect(pullRequest).toMatchObject({
    title: "Greet whoever comes in",
    headRef: "agent/greeting",
    baseRef: "main",
    headSha,
    draft: false,
    labels: lowerCase(LABELS),
    openedByAppId: stage.githubApp.id,
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
    because: "agent/greeting is 1 commit ahead of main; feature, for the agent calls it feature",
    problems: [],
    pullRequest: {
      number: 1,
      url: `${stage.github.url}/octo/hello/pull/1`,
      headSha,
      labels: LABELS,
    },
  });
  const [record, ...others] = await listPullRequests(bot.url, "greet");
  expect(others).toEqual([]);
  expect(record).toMatchObject({ number: 1, status: "open", problem: null });
  const details = await (await bot.request(`/api/v1/pull-requests/${record?.id}`)).json();
  expect(details).toMatchObject({
    steps: [
      { step: "write", status: "done", detail: "#1" },
      { step: "label", status: "done" },
      { step: "announce", status: "done" },
    ],
    history: [{ what: "opened" }],
  });
  const project = await (await bot.request("/api/v1/projects/greet")).json();
  expect(project).toMatchObject({ status: "in_review", pullRequests: [{ number: 1, status: "open" }] });
});

test("once the repository is known, a pull request costs three requests, labels included", async () => {
  await stage.pushBranch("agent/warm-up", { "warm-up.ts": "export {};\n" });
  await signal(completion("warm-up", { branch: "agent/warm-up", type: "fix" }));
  await event("warm-up", "orb.pull_request.opened");

  await stage.pushBranch("agent/warm", { "warm.ts": "export {};\n" });
  const mark = stage.github.requests.mark();
  await signal(completion("warm", { branch: "agent/warm", type: "fix" }));
  const opened = await event("warm", "orb.pull_request.opened");
  expect(
    stage.github.requests.since(mark).map(({ method, route, status }) => `${method} ${route} ${status}`),
  ).toEqual([
    "GET /repos/{owner}/{repo}/compare/{basehead} 200",
    "POST /repos/{owner}/{repo}/pulls 201",
    "POST /graphql 200",
  ]);
  expect(opened.data["pullRequest"]).toMatchObject({ labels: ["ai-generated", "type: fix", "size: XS"] });
});

test("a later completion brings the bot's words up to date and leaves a person's alone", async () => {
  await stage.pushBranch("agent/again", { "again.ts": "export const once = 1;\n" });
  await signal(completion("again", { branch: "agent/again", title: "Once", summary: "First words." }));
  const opened = await event("again", "orb.pull_request.opened");
  const { number } = opened.data["pullRequest"] as { number: number };
  const { body } = stage.github.pullRequest(stage.repository, number);
  await stage.github.editPullRequest(stage.repository, number, {
    body: `Mine, by hand.\n\n${body}\n\nMine too.`,
  });

  await stage.pushBranch("agent/again", { "again.ts": "export const once = 1;\nexport const twice = 2;\n" });
  await signal(
    completion("again", { branch: "agent/again", title: "Twice", summary: "Second words." }, { minute: 40 }),
  );
  await event("again", "orb.pull_request.updated");
  const refreshed = stage.github.pullRequest(stage.repository, number);
  expect(refreshed.title).toBe("Twice");
  expect(refreshed.body).toMatch(/^Mine, by hand\.[\s\S]*Second words\.[\s\S]*Mine too\.$/);
  expect(refreshed.body).not.toContain("First words.");
});

test("a title that a person gave stays theirs, however often completion is signalled", async () => {
  await stage.pushBranch("agent/titled", { "titled.ts": "export const a = 1;\n" });
  await signal(completion("titled", { branch: "agent/titled", title: "By the agent" }));
  const opened = await event("titled", "orb.pull_request.opened");
  const { number } = opened.data["pullRequest"] as { number: number };
  await stage.github.editPullRequest(stage.repository, number, { title: "By a person" });
  for (const minute of [41, 42]) {
    await signal(
      completion("titled", { branch: "agent/titled", title: `By the agent at ${minute}` }, { minute }),
    );
    await eventually("one update more", async () => {
      const updates = (await stage.events("titled")).filter(
        ({ type }) => type === "orb.pull_request.updated",
      );
      return updates.length === minute - 40;
    });
    expect(stage.github.pullRequest(stage.repository, number).title).toBe("By a person");
  }
});

test("an older completion that comes late changes nothing", async () => {
  await stage.pushBranch("agent/late", { "late.ts": "export {};\n" });
  await signal(completion("late", { branch: "agent/late", title: "Newer" }, { minute: 50 }));
  await event("late", "orb.pull_request.opened");
  const mark = stage.github.requests.mark();
  await signal(completion("late", { branch: "agent/late", title: "Older" }, { minute: 10 }));
  await eventually("the late signal done", async () => {
    const pending = await bot.app.signalStore.model.countDocuments({ project: "late", status: "pending" });
    return pending === 0;
  });
  expect(stage.github.requests.since(mark)).toEqual([]);
});

test("a draft is opened where the signal asks for one, and an ordinary one where GitHub has no drafts", async () => {
  await stage.pushBranch("agent/draft", { "draft.ts": "export {};\n" });
  await signal(completion("draft", { branch: "agent/draft", draft: true }));
  const draft = await event("draft", "orb.pull_request.opened");
  expect(draft.data["pullRequest"]).toMatchObject({ draft: true });

  stage.repository.draftsSupported = false;
  await stage.pushBranch("agent/no-draft", { "no-draft.ts": "export {};\n" });
  await signal(completion("no-draft", { branch: "agent/no-draft", draft: true }));
  const ordinary = await event("no-draft", "orb.pull_request.opened");
  stage.repository.draftsSupported = true;
  expect(ordinary.data["pullRequest"]).toMatchObject({ draft: false });
});

test("a description that is too long is shortened until it fits", async () => {
  await stage.pushBranch("agent/long", { "long.ts": "export {};\n" });
  const recommendations = Array.from({ length: 500 }, (_, index) => ({
    agent: `agent-${index}`,
    severity: "warning",
    text: `${index} ${"@everyone <b> ".repeat(60)}`,
  }));
  await signal(
    completion("long", { branch: "agent/long", summary: "[x](y) ".repeat(40_000), recommendations }),
  );
  const opened = await event("long", "orb.pull_request.opened");
  const { number } = opened.data["pullRequest"] as { number: number };
  expect(stage.github.pullRequest(stage.repository, number).body?.length).toBeLessThanOrEqual(60_000);
});
