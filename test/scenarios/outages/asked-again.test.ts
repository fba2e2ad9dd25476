import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { useScenario } from "../../support/scenario.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";
const HOUR_MS = 3_600_000;

const scenario = useScenario({}, { webhooks: false });

afterEach(() => {
  scenario.stage.github.faults.clear();
});

function answer(status: number, message: string) {
  const json = { message, documentation_url: "https://docs.github.com/rest", status: String(status) };
  return { kind: "answer" as const, status, json };
}

test.each([
  {
    name: "a diff that GitHub did not finish in time",
    project: "slow-diff",
    route: COMPARE,
    fault: answer(422, "Server Error: Sorry, this diff is taking too long to generate."),
    code: "diff_unavailable",
  },
  {
    name: "a diff that is not there yet",
    project: "missing-diff",
    route: COMPARE,
    fault: {
      kind: "answer" as const,
      status: 422,
      json: {
        message: "Validation Failed",
        errors: [{ resource: "PullRequest", field: "diff", code: "not_available" }],
      },
    },
    code: "diff_unavailable",
  },
])("$name is asked again a little later", async ({ project, route, fault, code }) => {
  scenario.stage.github.faults.add({ route, fault });
  await scenario.complete(project);
  expect(await scenario.listed(project, ({ problem }) => problem?.code === code)).toMatchObject({
    status: "queued",
    problem: { nextAttemptAt: expect.any(String) },
  });
  await scenario.lookAgain(project);
  await scenario.opened(project);
  expect(await scenario.listed(project, ({ status }) => status === "open")).toMatchObject({ problem: null });
});

describe("a refusal that GitHub may take back without an event", () => {
  test.each([
    { project: "locked", fault: answer(423, "Locked"), code: "github_refused" },
    { project: "invalid", fault: answer(422, "Validation Failed"), code: "validation_failed" },
    { project: "hidden", fault: answer(404, "Not Found"), code: "not_found" },
    { project: "being-made", fault: answer(409, "Git Repository is empty."), code: "repository_empty" },
    {
      project: "elsewhere",
      fault: answer(404, "No common ancestor between main and agent/elsewhere."),
      code: "no_common_history",
    },
    {
      project: "shelved",
      fault: answer(403, "Repository was archived so is read-only."),
      code: "repository_archived",
    },
    {
      project: "suspended",
      fault: answer(403, "This installation has been suspended"),
      code: "installation_suspended",
    },
  ])("blocks, is published once, and is asked again: $code", async ({ project, fault, code }) => {
    const placed = scenario.stage.github.faults.add({ route: CREATE, times: Infinity, fault });
    await scenario.complete(project);
    const { data } = await scenario.event(project, "orb.pull_request.blocked");
    expect(data).toMatchObject({ code, nextAttemptAt: expect.any(String) });
    const waiting = await scenario.listed(project, ({ status }) => status === "blocked");
    expect(waiting.problem?.nextAttemptAt).toBe(data["nextAttemptAt"]);

    const { hits } = placed;
    await scenario.lookAgain(project);
    const again = await scenario.listed(
      project,
      ({ problem }) =>
        placed.hits > hits && Date.parse(problem?.nextAttemptAt ?? "") - Date.now() > 0.1 * HOUR_MS,
    );
    expect(again.status).toBe("blocked");

    placed.remove();
    await scenario.lookAgain(project);
    await scenario.opened(project);
    expect(await scenario.events(project, "orb.pull_request.blocked")).toHaveLength(1);
  });

  test("blocks a branch without changes until a push whose event is lost", async () => {
    const { github, repository } = scenario.stage;
    const branch = "agent/nothing-yet";
    await github.pushFiles(repository, { branch, files: {}, message: "Begin" });
    await scenario.complete("nothing-yet", { files: null });
    const { data } = await scenario.event("nothing-yet", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "no_changes", nextAttemptAt: expect.any(String) });
    await github.pushFiles(repository, { branch, files: { "b.ts": "b\n" }, message: "Do it" });
    await scenario.lookAgain("nothing-yet");
    expect((await scenario.opened("nothing-yet")).headRef).toBe(branch);
  });

  longStory("of an open pull request is asked again too", async () => {
    await scenario.complete("update");
    await scenario.opened("update");
    await scenario.leaveAlone();
    const placed = scenario.stage.github.faults.add({
      route: COMPARE,
      times: Infinity,
      fault: answer(423, "Locked"),
    });
    await scenario.complete("update", { files: { "more.md": "more\n" }, minute: 45 });
    expect((await scenario.event("update", "orb.pull_request.blocked")).data).toMatchObject({
      code: "github_refused",
      nextAttemptAt: expect.any(String),
    });
    placed.remove();
    await scenario.leaveAlone();
    await scenario.editRecord("update", { $set: { "refused.againAt": new Date(0) } });
    await scenario.lookAgain("update");
    await scenario.event("update", "orb.pull_request.updated");
    const { problem } = await scenario.listed("update", ({ problem: left }) => left === null);
    expect(problem).toBeNull();
  });
});
