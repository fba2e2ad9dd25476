import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Fault } from "../../local-github/faults.ts";

const MARKDOWN = "POST /markdown";
const RULES = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
const FILES = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";

let aheadMs = 0;
const scenario = useScenario({ now: () => new Date(Date.now() + aheadMs) });

afterEach(() => {
  scenario.stage.github.faults.clear();
});

const AWAY: Fault = { kind: "error", status: 502, when: "before" };
const FORBIDDEN: Fault = {
  kind: "answer",
  status: 403,
  json: { message: "Resource not accessible by integration", documentation_url: "https://docs.github.com" },
};

/** The opened pull request, without the waits between the bot's attempts. */
async function openedAtLast(project: string) {
  await eventually(`${project} opened`, async () => {
    await scenario.lookAgain(project);
    const events = await scenario.stage.events(project);
    return events.some(({ type }) => type === "orb.pull_request.opened");
  });
  return scenario.opened(project);
}

describe("a pull request is opened even if an optional request fails", () => {
  test.each([
    { name: "is forbidden", project: "proof-forbidden", fault: FORBIDDEN },
    { name: "keeps failing", project: "proof-away", fault: AWAY },
  ])("if the proof $name, the texts are shown in code blocks", async ({ project, fault }) => {
    scenario.stage.github.faults.add({ route: MARKDOWN, times: 100, fault });
    await scenario.complete(project, { data: { summary: "Thanks to @octocat." } });
    const pullRequest = await openedAtLast(project);
    expect(pullRequest.body).toMatch(/```\n[^`]*Thanks to @\u200b?octocat/);
    expect(pullRequest.labels).toContain("ai-generated");
    const { shortcomings } = await scenario.listed(project, ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "description_unproved" }]);
  });

  longStory("if the rules of the base can't be read, the description says so", async () => {
    scenario.stage.github.faults.add({ route: RULES, times: 100, fault: AWAY });
    // Those of main are already known.
    await scenario.stage.pushBranch("next", { "next.ts": "export {};\n" });
    await scenario.complete("no-rules", { data: { base: "next" } });
    expect((await openedAtLast("no-rules")).body).toContain("GitHub answered 502");
  });

  longStory("if the files of a large change can't be listed, the comparison is described", async () => {
    scenario.stage.github.faults.add({ route: FILES, times: 100, fault: AWAY });
    const names = Array.from({ length: 310 }, (_, index) => `src/n${index}.ts`);
    await scenario.complete("unlisted", {
      files: Object.fromEntries(names.map((name) => [name, "export {};\n"])),
    });
    const pullRequest = await openedAtLast("unlisted");
    expect(pullRequest.body).toContain("At least 300 files");
    expect(pullRequest.labels).toContain("ai-generated");
    const { shortcomings } = await scenario.listed("unlisted", ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "files_github_unavailable" }]);
  });

  test("if labels can't be added for a long time, the pull request is announced without them", async () => {
    // Reviewers and the files of the base are already known, so the fault hits only labels and reviews.
    await scenario.complete("known");
    await scenario.opened("known");
    scenario.stage.github.faults.add({ route: "POST /graphql", times: 100, fault: AWAY });
    await scenario.complete("bare");
    expect((await openedAtLast("bare")).labels).toEqual([]);
    const { shortcomings } = await scenario.listed("bare", ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "labels_github_unavailable" }]);

    scenario.stage.github.faults.clear();
    aheadMs += 60_000;
    await scenario.lookAgain("bare");
    await scenario.listed("bare", (record) => record.shortcomings.length === 0);
    expect((await scenario.opened("bare")).labels).toContain("ai-generated");
  });

  test("if the App may not read checks, claims stay unverified", async () => {
    const { github, installation } = scenario.stage;
    const { checks: _checks, statuses: _statuses, ...others } = installation.permissions;
    const before = installation.permissions;
    await github.grantPermissions(installation, others);
    github.expireTokens();
    await scenario.complete("blind", { data: { claims: [{ kind: "tests", text: "All pass" }] } });
    expect((await scenario.opened("blind")).body).toContain("All pass");
    const { shortcomings } = await scenario.listed("blind", ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "checks_permission_missing" }]);
    await github.grantPermissions(installation, before);
    github.expireTokens();
  });
});
