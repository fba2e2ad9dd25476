import { beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

const scenario = useScenario();

// Not asked for by the manifest: an owner who wants to see a change of the rules at once grants it.
beforeAll(async () => {
  const { github, githubApp, installation } = scenario.stage;
  githubApp.events.push("branch_protection_rule", "repository_ruleset");
  await github.grantPermissions(installation, { ...installation.permissions, administration: "read" });
  github.expireTokens();
});

/** A draft that gets ready by itself, of which one check has passed and another still runs. */
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

test("a ruleset says which check counts: the draft whose check has passed gets ready at once", async () => {
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

test("classic protection does the same", async () => {
  const { repository, pullRequest } = await halfChecked("protected");
  await scenario.stage.github.protect(repository, "main", {
    requiredChecks: ["tests"],
  });
  await scenario.event("protected", "orb.pull_request.ready");
  expect(pullRequest.draft).toBe(false);
});
