import { beforeAll, describe, expect, test } from "../../support/testing.ts";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import { eventually } from "../../support/eventually.ts";
import { storedRecord } from "../../support/stored-record.ts";
import { longStory } from "../../support/sample.ts";

const scenario = useScenario();

const CLAIM = { claims: [{ kind: "tests", text: "All tests pass" }] };

async function open(project: string, data: Record<string, unknown> = {}) {
  await scenario.complete(project, { data });
  return scenario.opened(project);
}

describe("failed checks", () => {
  test("are reported once, with what failed and where, and their success on the same head after a re-run", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("failing");
    await github.startCheckRun(repository, headSha, { name: "lint" });
    const annotation = {
      path: "src/failing-30.ts",
      start_line: 1,
      end_line: 1,
      annotation_level: "failure" as const,
      message: "Expected 1, got 2",
    };
    await github.completeCheckRun(repository, headSha, {
      name: "unit tests",
      conclusion: "failure",
      output: { title: "1 of 3 failed", summary: "See below.", annotations: [annotation] },
    });
    await github.completeCheckRun(repository, headSha, { name: "lint", conclusion: "success" });

    const { data } = await scenario.event("failing", "orb.pull_request.checks_failed");
    expect(data["pullRequest"]).toMatchObject({ headSha, draft: false });
    expect(data["checks"]).toMatchObject([
      {
        name: "unit tests",
        conclusion: "failure",
        title: "1 of 3 failed",
        summary: "See below.",
        annotations: [
          { path: "src/failing-30.ts", startLine: 1, level: "failure", message: "Expected 1, got 2" },
        ],
      },
    ]);
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
    await scenario.event("failing", "orb.pull_request.checks_passed");
    expect(await scenario.events("failing", "orb.pull_request.checks_failed")).toHaveLength(1);
    expect((await scenario.history("failing")).map(({ what }) => what)).toEqual([
      "opened",
      "checks_failed",
      "checks_passed",
    ]);
  });

  longStory("are noticed by the end of an App's check suite alone", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("suite");
    github.webhooks.faults.add({ event: "check_run", times: Infinity, fault: { kind: "lose" } });
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "failure" });
    const { data } = await scenario.event("suite", "orb.pull_request.checks_failed");
    github.webhooks.faults.clear();
    expect(data["checks"]).toMatchObject([{ name: "unit tests" }]);
  });

  longStory("may be commit statuses", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("coverage");
    const context = "coverage";
    await github.setStatus(repository, headSha, { state: "failure", context, description: "Too low" });
    const { data } = await scenario.event("coverage", "orb.pull_request.checks_failed");
    expect(data["checks"]).toMatchObject([
      { name: "coverage", conclusion: "failure", title: "Too low", annotations: [] },
    ]);
  });

  test("and a repair that is pushed: the description matches the new head, and claims are compared with its checks", async () => {
    const { github, repository } = scenario.stage;
    const pullRequest = await open("repaired", CLAIM);
    const { headSha } = pullRequest;
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "failure" });
    await scenario.event("repaired", "orb.pull_request.checks_failed");
    await scenario.change(repository, { "src/repaired-30.ts": "export const one = 1;\n" }, "agent/repaired");
    const { data } = await scenario.event("repaired", "orb.pull_request.updated");
    expect(data["because"]).toContain(pullRequest.headSha.slice(0, 7));
    await github.completeCheckRun(repository, pullRequest.headSha, {
      name: "unit tests",
      conclusion: "success",
    });
    await scenario.event("repaired", "orb.pull_request.checks_passed");
    expect(sectionOf(pullRequest, "claims")).toContain(pullRequest.headSha.slice(0, 7));
    expect(pullRequest.headSha).not.toBe(headSha);
  });
});

describe("if GitHub refuses the annotations of a check", () => {
  beforeAll(() => {
    const { faults } = scenario.stage.github;
    faults.add({
      route: "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
      fault: { kind: "answer", status: 403, json: { message: "Resource not accessible by integration" } },
    });
  });

  test("the event is sent without them, and says so", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("refused");
    await github.completeCheckRun(repository, headSha, {
      name: "unit tests",
      conclusion: "failure",
      output: {
        title: "Failed",
        summary: "See below.",
        annotations: [
          {
            path: "a.ts",
            start_line: 1,
            end_line: 1,
            annotation_level: "failure" as const,
            message: "Wrong",
          },
        ],
      },
    });
    const { data } = await scenario.event("refused", "orb.pull_request.checks_failed");
    expect(data["checks"]).toMatchObject([{ name: "unit tests", annotations: [] }]);
    expect(data["incomplete"]).toMatchObject([{ remedy: expect.any(String) }]);
  });
});

describe("`autoReady`", () => {
  const files = { ".github/orb.yml": "autoReady: true\n" };
  const DRAFT = { draft: true };

  test("marks the bot's draft ready once its checks have passed, and reports that", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("ready", { files });
    await scenario.complete("ready", { repository, data: DRAFT });
    const pullRequest = await scenario.opened("ready");
    const { headSha } = pullRequest;
    await github.startCheckRun(repository, headSha, { name: "unit tests" });
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
    const { data } = await scenario.event("ready", "orb.pull_request.ready");
    expect(data["pullRequest"]).toMatchObject({ draft: false });
    expect(pullRequest.draft).toBe(false);
  });

  longStory("does not wait for the bot's own check, even if the base requires it", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("demanding", { files });
    await github.protect(repository, "main", { requiredChecks: ["unit tests", "orb"] });
    await scenario.complete("demanding", { repository, data: DRAFT });
    const { headSha } = await scenario.opened("demanding");
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
    await scenario.event("demanding", "orb.pull_request.ready");
  });

  describe("leaves a draft", () => {
    test("that a person turned back into one, whatever the checks say", async () => {
      const { github } = scenario.stage;
      const repository = await scenario.addRepository("kept", { files });
      await scenario.complete("kept", { repository, data: DRAFT });
      const pullRequest = await scenario.opened("kept");
      const { headSha, number } = pullRequest;
      await github.setDraft(repository, number, false);
      await scenario.event("kept", "orb.pull_request.ready");
      await github.setDraft(repository, number, true);
      await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
      await scenario.event("kept", "orb.pull_request.checks_passed");
      expect(pullRequest.draft).toBe(true);
    });

    longStory("if the settings do not have it", async () => {
      const { github } = scenario.stage;
      const repository = await scenario.addRepository("left");
      await scenario.complete("left", { repository, data: DRAFT });
      const pullRequest = await scenario.opened("left");
      await github.completeCheckRun(repository, pullRequest.headSha, {
        name: "tests",
        conclusion: "success",
      });
      await scenario.event("left", "orb.pull_request.checks_passed");
      expect(pullRequest.draft).toBe(true);
    });
  });
});

describe("a change of the rules", () => {
  // The manifest does not request it: an owner who wants changes of the rules to count at once grants it.
  beforeAll(async () => {
    const { github, githubApp, installation } = scenario.stage;
    githubApp.events.push("branch_protection_rule", "repository_ruleset");
    await github.grantPermissions(installation, { ...installation.permissions, administration: "read" });
    github.expireTokens();
  });

  /** Opens a draft with `autoReady`, of whose checks one has passed and another is still running. */
  async function halfChecked(project: string) {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository(project, {
      files: { ".github/orb.yml": "autoReady: true\n" },
    });
    await scenario.complete(project, { repository, data: { draft: true } });
    const pullRequest = await scenario.opened(project);
    await github.startCheckRun(repository, pullRequest.headSha, { name: "nightly" });
    await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
    await eventually("both checks seen", async () => {
      const { seen } = await storedRecord(scenario.bot.app, project);
      return seen?.checks.pending === 1 && seen.checks.verdict === "pending";
    });
    expect(pullRequest.draft).toBe(true);
    return { repository, pullRequest };
  }

  test("by a ruleset, so that only the passed check is required, marks the draft ready at once", async () => {
    const { repository, pullRequest } = await halfChecked("ruleset");
    await scenario.stage.github.addRuleset(repository, {
      name: "tested",
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [{ context: "tests" }],
            strict_required_status_checks_policy: false,
          },
        },
      ],
    });
    await scenario.event("ruleset", "orb.pull_request.ready");
    expect(pullRequest.draft).toBe(false);
  });

  longStory("by classic protection does the same", async () => {
    const { repository, pullRequest } = await halfChecked("protected");
    await scenario.stage.github.protect(repository, "main", {
      requiredChecks: ["tests"],
    });
    await scenario.event("protected", "orb.pull_request.ready");
    expect(pullRequest.draft).toBe(false);
  });
});

describe("a last commit that says to skip the checks", () => {
  test("leaves the required ones pending: the description and the check run say so, until another commit", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("skipping");
    await github.protect(repository, "main", { requiredChecks: ["build"] });
    await scenario.complete("skipping", {
      repository,
      message: "Add a page [skip ci]",
      data: { title: "Add a page [skip ci]" },
    });
    const pullRequest = await scenario.opened("skipping");
    const NEVER = "GitHub Actions does not run on the last commit";
    expect(pullRequest.title).toBe("Add a page [skip\u200b ci]");
    expect(sectionOf(pullRequest, "merge")).toContain(`- ❌ ${NEVER}, ${pullRequest.headSha.slice(0, 7)}`);
    const run = await eventually("the bot's check run", async () =>
      repository.checkRuns.find((one) => one.name === "orb" && one.headSha === pullRequest.headSha),
    );
    expect(run.output.summary).toContain(NEVER);

    await scenario.completeAgain("skipping", { files: { "more.md": "More.\n" } });
    await eventually(
      "a description without it",
      async () => !sectionOf(pullRequest, "merge")?.includes(NEVER),
    );
  });
});
