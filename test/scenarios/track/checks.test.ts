import { beforeAll, describe, expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();
const CLAIM = { claims: [{ kind: "tests", text: "All tests pass" }] };

async function open(project: string, data: Record<string, unknown> = {}) {
  await scenario.complete(project, { data });
  return scenario.opened(project);
}

describe("checks fail", () => {
  test("the agents are told what failed and where, once, and of the same head's pass when it is run again", async () => {
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
    const types = (await scenario.stage.events("failing")).map(({ type }) => type);
    expect(types.filter((type) => type === "orb.pull_request.checks_failed")).toHaveLength(1);
    expect((await scenario.history("failing")).map(({ what }) => what)).toEqual([
      "opened",
      "checks_failed",
      "checks_passed",
    ]);
  });

  test("the end of all checks of an App tells as much as that of each", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("suite");
    github.webhooks.faults.add({ event: "check_run", times: Infinity, fault: { kind: "lose" } });
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "failure" });
    const { data } = await scenario.event("suite", "orb.pull_request.checks_failed");
    github.webhooks.faults.clear();
    expect(data["checks"]).toMatchObject([{ name: "unit tests" }]);
  });

  test("those that report commit statuses count as well", async () => {
    const { github, repository } = scenario.stage;
    const { headSha } = await open("coverage");
    const context = "coverage";
    await github.setStatus(repository, headSha, { state: "failure", context, description: "Too low" });
    const { data } = await scenario.event("coverage", "orb.pull_request.checks_failed");
    expect(data["checks"]).toMatchObject([
      { name: "coverage", conclusion: "failure", title: "Too low", annotations: [] },
    ]);
  });

  test("a repair is pushed: the description is true of the new head, and what agents claim is held against its checks", async () => {
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

describe("GitHub refuses what a check says", () => {
  beforeAll(() => {
    const { faults } = scenario.stage.github;
    faults.add({
      route: "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
      fault: { kind: "answer", status: 403, json: { message: "Resource not accessible by integration" } },
    });
  });

  test("the event goes out with less, and says so", async () => {
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
