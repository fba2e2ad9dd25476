import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";

const scenario = useScenario();

/** Classic protection and a ruleset on `main`, which overlap. */
async function protect(repository: Repository): Promise<void> {
  const { github } = scenario.stage;
  await github.protect(repository, "main", {
    requiredApprovals: 1,
    requiredChecks: ["build"],
    requireConversationResolution: true,
  });
  await github.addRuleset(repository, {
    name: "careful",
    rules: [
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 2,
          require_code_owner_review: true,
          dismiss_stale_reviews_on_push: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
      {
        type: "required_status_checks",
        parameters: {
          required_status_checks: [{ context: "unit tests" }],
          strict_required_status_checks_policy: true,
        },
      },
      { type: "required_signatures" },
      { type: "required_linear_history" },
    ],
  });
}

function linesOf(section: string | null): string[] {
  return (section ?? "").split("\n").filter((line) => line.startsWith("- "));
}

test("where nothing is asked for, nothing is said", async () => {
  const repository = await scenario.addRepository("easy-going");
  await scenario.complete("easy-going", { repository });
  expect(sectionOf(await scenario.opened("easy-going"), "merge")).toBe("");
});

test("without a look into classic protection, GitHub's summary stands in for it, and that is said", async () => {
  const repository = await scenario.addRepository("outlined");
  await protect(repository);
  await scenario.complete("outlined", { repository });
  const lines = linesOf(sectionOf(await scenario.opened("outlined"), "merge"));
  expect(lines).toEqual([
    "- 2 approvals, one of them from a code owner if the files have one",
    "- `unit tests` passes",
    "- `build` passes",
    "- Every conversation resolved",
    "- ✅ Branch up to date with `main`",
    "- Signed commits",
    "- A linear history: squash or rebase",
    expect.stringMatching(/^- The bot sees only a summary of the branch protection.*“Administration: read”/),
  ]);
});

test("protection and rulesets are one list, in which the stricter counts", async () => {
  const { github, githubApp } = scenario.stage;
  const owner = github.createOrganization("trusting");
  const repository = await scenario.addRepository("all-shown", { owner });
  const permissions = { ...githubApp.permissions, administration: "read" as const };
  await github.install(githubApp, owner, { repositories: [repository], permissions });
  await protect(repository);
  await scenario.complete("all-shown", { repository });
  const pullRequest = await scenario.opened("all-shown");
  const lines = linesOf(sectionOf(pullRequest, "merge"));
  expect(lines).toEqual([
    "- 2 approvals, one of them from a code owner if the files have one",
    "- `build` passes",
    "- `unit tests` passes",
    "- Every conversation resolved",
    "- ✅ Branch up to date with `main`",
    "- Signed commits",
    "- A linear history: squash or rebase",
  ]);

  await github.completeCheckRun(repository, pullRequest.headSha, { name: "build", conclusion: "success" });
  await scenario.change(repository, { "meanwhile.md": "Meanwhile.\n" });
  await scenario.completeAgain("all-shown", { files: null });
  const later = sectionOf(pullRequest, "merge");
  expect(later).toContain("- ✅ `build` passed");
  expect(later).toContain("- ⏳ `unit tests` has not reported yet");
  expect(later).toContain("- ❌ Branch up to date with `main`: it is 1 commit behind");
});
