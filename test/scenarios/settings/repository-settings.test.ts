import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { longStory } from "../../support/sample.ts";

const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";

const scenario = useScenario();

/** Commits `.github/orb.yml` to the default branch, as a person does. */
async function writeSettings(yaml: string): Promise<void> {
  await scenario.change(scenario.stage.repository, { ".github/orb.yml": yaml });
}

describe("the settings on the default branch decide which pull requests are opened", () => {
  longStory("none while the bot is disabled, and the refusal says so", async () => {
    await writeSettings("enabled: false\n");
    await scenario.complete("off");
    const { data } = await scenario.event("off", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "bot_disabled", nextAttemptAt: expect.any(String) });
  });

  test("those on hold wait, are reported once, and are opened when the hold is removed", async () => {
    await writeSettings("hold: release week\n");
    await scenario.complete("held");
    const { data } = await scenario.event("held", "orb.pull_request.blocked");
    expect(data).toMatchObject({
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now: release week.",
      nextAttemptAt: expect.any(String) as unknown,
    });
    const waiting = await scenario.listed("held", ({ status }) => status === "queued");
    expect(waiting.problem?.code).toBe("on_hold");

    await scenario.lookAgain("held");
    await scenario.listed("held", ({ problem }) => problem?.nextAttemptAt !== waiting.problem?.nextAttemptAt);
    await writeSettings("hold: false\n");
    await scenario.opened("held");
    expect(await scenario.events("held", "orb.pull_request.blocked")).toHaveLength(1);
  });

  longStory("a hold is reported once, even if a rate limit comes in between", async () => {
    const { faults } = scenario.stage.github;
    await writeSettings("hold: true\n");
    await scenario.complete("held-long");
    await scenario.event("held-long", "orb.pull_request.blocked");
    faults.add({ route: COMPARE, fault: { kind: "secondary-limit", retryAfterS: 1 } });
    await scenario.lookAgain("held-long");
    await scenario.listed("held-long", ({ problem }) => problem?.code === "rate_limited");
    await scenario.listed("held-long", ({ problem }) => problem?.code === "on_hold");
    await writeSettings("");
    await scenario.opened("held-long");
    expect(await scenario.events("held-long", "orb.pull_request.blocked")).toHaveLength(1);
  });

  longStory("a completion that comes while an earlier one is put on hold is decided at once", async () => {
    const { faults } = scenario.stage.github;
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("release/frozen", { ".github/orb.yml": "hold: true\n" });
    const gate = Promise.withResolvers<void>();
    faults.add({ route: COMPARE, fault: { kind: "held", until: gate.promise } });
    await scenario.complete("moved-on", { data: { base: "release/frozen" } });
    const { model } = scenario.bot.app.pullRequestStore;
    const stored = () => model.findOne({ project: "moved-on" }).lean();
    await eventually("the run under way", async () => (await stored())?.work.owner);
    await scenario.complete("moved-on", { files: null, minute: 40, data: { base: "main" } });
    await eventually("the second round", async () => (await stored())?.round === 2);
    gate.resolve();
    expect((await scenario.opened("moved-on")).baseRef).toBe("main");
    await github.deleteBranch(repository, "release/frozen");
  });

  longStory("a hold on one base does not block completions for another", async () => {
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("release/held", { ".github/orb.yml": "hold: true\n" });
    await scenario.complete("held-there", { data: { base: "release/held" } });
    await scenario.listed("held-there", ({ problem }) => problem?.code === "on_hold");
    const { model } = scenario.bot.app.pullRequestStore;
    const held = async () => (await model.findOne({ project: "held-there" }).lean())?.work;
    const before = await held();
    const open = [...repository.pullRequests.values()].filter(({ state }) => state === "open").length;
    await writeSettings(`limits: { openPerRepository: ${open + 1} }\n`);
    // While it is decided again, it might take the free place.
    await eventually("held again", async () => {
      const work = await held();
      return work && before && work.owner === null && work.epoch > before.epoch;
    });
    await scenario.complete("free-here");
    await scenario.opened("free-here");
    await writeSettings("");
    await github.deleteBranch(repository, "release/held");
    await scenario.lookAgain("held-there");
  });

  test("beyond the limit of open pull requests, completions wait in a queue with their position", async () => {
    const { github, repository } = scenario.stage;
    await writeSettings("");
    await scenario.complete("reviewed");
    const first = await scenario.opened("reviewed");
    const open = [...repository.pullRequests.values()].filter(({ state }) => state === "open").length;
    await writeSettings(`limits:\n  openPerRepository: ${open}\n`);
    await scenario.complete("queued-first");
    const waiting = await scenario.listed("queued-first", ({ problem }) => problem !== null);
    expect(waiting).toMatchObject({
      status: "queued",
      queuePosition: 1,
      problem: {
        code: "open_limit_reached",
        reason: expect.stringContaining("next in the queue") as unknown,
      },
    });
    await scenario.complete("queued-second");
    const behind = await scenario.listed("queued-second", ({ problem }) => problem !== null);
    expect(behind.queuePosition).toBe(2);

    await github.closePullRequest(repository, first.number);
    await scenario.opened("queued-first");
    await scenario.lookAgain("queued-second");
    await scenario.listed("queued-second", ({ queuePosition }) => queuePosition === 1);
    expect(
      (await scenario.listed("queued-first", ({ status }) => status === "open")).queuePosition,
    ).toBeNull();
    await writeSettings("");
    await scenario.opened("queued-second");
  });

  test("drafts, areas and reviewers follow the repository's settings", async () => {
    const { github, repository } = scenario.stage;
    const ines = github.createUser("ines");
    github.addCollaborator(repository, ines, "write");
    await writeSettings(
      [
        "draft: always",
        "areas:",
        "  greeting: [src/greet*/**]",
        "labels: { size: false }",
        "reviewers: { people: ['@ines'] }",
      ].join("\n"),
    );
    await scenario.complete("wanted", { files: { "src/greeting/hi.ts": "export {};\n" } });
    const pullRequest = await scenario.opened("wanted");
    expect(pullRequest.draft).toBe(true);
    expect(pullRequest.labels).toContain("area: greeting");
    expect(pullRequest.labels.filter((name) => name.startsWith("size:"))).toEqual([]);
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["ines"]);
  });

  longStory("an agent can't relax the settings on its own branch", async () => {
    const { github, repository } = scenario.stage;
    await writeSettings("draft: always\n");
    await scenario.complete("sly", {
      files: { ".github/orb.yml": "draft: never\n", "src/sly.ts": "export {};\n" },
    });
    const pullRequest = await scenario.opened("sly");
    expect(pullRequest.draft).toBe(true);
    expect(pullRequest.labels).toContain("risk: high");
    // It conflicts with each later change of the settings, and would then report their problems in place of another.
    await github.closePullRequest(repository, pullRequest.number);
  });
});

describe("a settings file that can't be read", () => {
  test("is reported once on the check run, with its line, and the last good one stays in force", async () => {
    const { repository } = scenario.stage;
    await writeSettings("draft: always\n");
    await scenario.complete("good");
    expect((await scenario.opened("good")).draft).toBe(true);

    await writeSettings("draft: always\nreviewer:\n  people: [ines]\n");
    await scenario.complete("bad");
    const pullRequest = await scenario.opened("bad");
    expect(pullRequest.draft).toBe(true);
    const runs = () => [...repository.checkRuns].filter(({ name }) => name === "orb");
    const [run] = await eventually("the check run", () => {
      const found = runs().filter(({ headSha }) => headSha === pullRequest.headSha);
      return found.length > 0 && found;
    });
    expect(run?.output?.summary).toContain("line 2");
    expect(run?.output?.summary).toContain("reviewers");

    await scenario.complete("bad", { files: null, minute: 40, data: { summary: "More." } });
    await scenario.event("bad", "orb.pull_request.updated");
    expect(run?.output?.title).toBe("One thing to fix");

    const before = runs().length;
    await scenario.complete("bad-again");
    expect((await scenario.opened("bad-again")).draft).toBe(true);
    expect(runs()).toHaveLength(before);
    await writeSettings("");
    await scenario.complete("bad", { files: null, minute: 41, data: { summary: "Still more." } });
    await eventually("the check run corrected", () => run?.output?.title === "Nothing to report");
    expect(run?.output?.summary).not.toContain("line 2");
  });
});

longStory("a completion for a closed pull request does not lose the last good settings", async () => {
  const { github, repository } = scenario.stage;
  await writeSettings("draft: always\n");
  await scenario.complete("settled");
  await github.closePullRequest(repository, (await scenario.opened("settled")).number);
  await writeSettings("draft: [always\n");
  await scenario.complete("settled", { files: null, minute: 40 });
  await scenario.event("settled", "orb.pull_request.blocked");
  await scenario.complete("after-it");
  expect((await scenario.opened("after-it")).draft).toBe(true);
  await writeSettings("");
});
