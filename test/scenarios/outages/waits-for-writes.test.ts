import { expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { PACE_OF_MOVED_CLOCK } from "../../support/bot/pace.ts";
import { eventually } from "../../support/eventually.ts";
import { storedRecord } from "../../support/stored-record.ts";
import { useScenario } from "../../support/scenario.ts";
import type { LoggedRequest } from "../../local-github/http/request-log.ts";
import type { Repository } from "../../local-github/state.ts";

const WINDOW_MS = 60_000;
/** Enough for two pull requests in each window, or for one in a repository that has no labels yet. */
const WRITES_MAX = 5;
/** Three windows of two. */
const COMPLETIONS = 6;
const CREATE = "POST /repos/{owner}/{repo}/pulls";

let passedMs = 0;
const pace = { ...PACE_OF_MOVED_CLOCK, writeWindows: [{ max: WRITES_MAX, lengthMs: WINDOW_MS }] };
const now = () => new Date(Date.now() + passedMs);
const scenario = useScenario({ pace, now }, { webhooks: false });

function openIn({ pullRequests }: Repository): string[] {
  return [...pullRequests.values()].map(({ headRef }) => headRef);
}

/** Waits until no work of the given repository is due, under way, or without an answer. */
async function settled({ name }: Repository): Promise<void> {
  const { model } = scenario.bot.app.pullRequestStore;
  await eventually(`nothing of ${name} due`, async () => {
    const due = [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now() } }];
    return !(await model.exists({ repository: new RegExp(`/${name}$`), $or: due }));
  });
}

function since(mark: ReturnType<typeof scenario.stage.github.requests.mark>): LoggedRequest[] {
  const all = scenario.stage.github.requests.since(mark);
  return all.filter(({ route }) => !route.includes("access_tokens"));
}

/**
 * Lets time pass until all of these pull requests are open, and stops where the next one is due: whole windows could make several
 * due together, and each could be the first.
 */
async function openInTime(projects: readonly string[], repository: Repository): Promise<void> {
  const { model } = scenario.bot.app.pullRequestStore;
  await eventually(`${String(projects)} open`, async () => {
    await settled(repository);
    const types = await Promise.all(projects.map((project) => scenario.types(project)));
    const waiting = projects.filter((_, index) => !types[index]?.includes("orb.pull_request.opened"));
    if (waiting.length === 0) return true;
    const next = await model
      .findOne({ project: { $in: waiting } })
      .sort({ "work.dueAt": 1 })
      .lean();
    passedMs += Math.max(0, (next?.work.dueAt ?? now()).getTime() - now().getTime());
    return false;
  });
}

/** With its labels, so that opening costs two writes. */
async function labelledRepository(name: string): Promise<Repository> {
  const repository = await scenario.addRepository(name);
  await scenario.complete(`${name}-labels`, { repository });
  await openInTime([`${name}-labels`], repository);
  passedMs += 2 * WINDOW_MS;
  await settled(repository);
  return repository;
}

test("completions that wait for writes are opened in their order, ask nothing meanwhile, and hold up nobody else", async () => {
  const { github, githubApp } = scenario.stage;
  const busy = await labelledRepository("busy");
  const projects = Array.from({ length: COMPLETIONS }, (_, index) => `busy-${index}`);
  for (const project of projects) {
    await scenario.complete(project, { repository: busy });
    // Before it has a record, nothing is due, and the next completion could overtake it.
    await scenario.listed(project, () => true);
    await settled(busy);
  }
  const first = projects.slice(0, 2).map((project) => `agent/${project}`);
  expect(openIn(busy).slice(1)).toEqual(first);
  const { problem } = await scenario.listed("busy-5", (record) => record.problem !== null);
  expect(problem).toMatchObject({ code: "rate_limited", nextAttemptAt: expect.any(String) });

  // Another organization has its own count, and every lane is free for it.
  const owner = github.createOrganization("quiet");
  await github.install(githubApp, owner, { repositories: "all" });
  const quiet = await scenario.addRepository("calm", { owner });
  const mark = github.requests.mark();
  await scenario.complete("quiet", { repository: quiet });
  await scenario.opened("quiet");
  expect(openIn(quiet)).toEqual(["agent/quiet"]);
  const { app } = scenario.bot;
  expect(await storedRecord(app, "busy-5")).toMatchObject({ work: { share: "octo", urgent: true } });
  expect(await storedRecord(app, "quiet")).toMatchObject({ work: { share: "quiet", urgent: false } });
  expect(since(mark).filter(({ path }) => path.includes("/busy"))).toEqual([]);

  await openInTime(projects, busy);
  // Two are opened at the same time, so each may change places with its neighbour.
  const places = projects.map((project) => openIn(busy).indexOf(`agent/${project}`) - 1);
  for (const [turn, place] of places.entries()) expect(Math.abs(place - turn)).toBeLessThanOrEqual(1);
  const creations = github.requests.all().filter(({ method, route }) => `${method} ${route}` === CREATE);
  // Nobody tried twice: one for the labels of `busy`, one of `calm`, and the others.
  expect(creations.map(({ status }) => status)).toEqual(Array.from({ length: COMPLETIONS + 2 }, () => 201));
});

test("a pull request that needs more writes than there are goes on where it stopped", async () => {
  const { github, githubApp } = scenario.stage;
  const owner = github.createOrganization("slow");
  await github.install(githubApp, owner, { repositories: "all" });
  const repository = await scenario.addRepository("steps", { owner });
  const others = Array.from({ length: 2 }, (_, index) => `steps-${index}`);
  // The first one has to create three labels as well.
  await scenario.complete("steps", { repository });
  for (const project of others) await scenario.complete(project, { repository });
  await openInTime(["steps", ...others], repository);
  expect(openIn(repository).toSorted()).toEqual(["agent/steps", "agent/steps-0", "agent/steps-1"]);
  const { labels, shortcomings } = await scenario.listed("steps", ({ status }) => status === "open");
  expect({ labels: labels.length, shortcomings }).toEqual({ labels: 3, shortcomings: [] });
});

longStory(
  "a limited installation asks GitHub nothing until the limit ends, and then everything is done",
  async () => {
    const { github } = scenario.stage;
    const repository = await labelledRepository("limited");
    const fault = { kind: "secondary-limit", retryAfterS: 600 } as const;
    github.faults.add({ route: CREATE, fault });
    await scenario.complete("limited-0", { repository });
    await scenario.listed("limited-0", ({ problem }) => problem?.code === "rate_limited");
    await settled(repository);

    const mark = github.requests.mark();
    for (const project of ["limited-1", "limited-2"]) {
      await scenario.complete(project, { repository });
      await scenario.listed(project, ({ problem }) => problem?.code === "rate_limited");
    }
    await settled(repository);
    expect(since(mark)).toEqual([]);
    for (const project of ["limited-0", "limited-1", "limited-2"]) {
      const { model } = scenario.bot.app.pullRequestStore;
      expect((await model.findOne({ project }).lean())?.work.attempts).toBe(0);
    }
    passedMs += 700_000;
    await openInTime(["limited-0", "limited-1", "limited-2"], repository);
  },
);
