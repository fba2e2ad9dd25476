import { expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { PullRequest, Repository } from "../../local-github/state.ts";

// The clock stands still, so that nothing that is cached becomes old.
const now = new Date();
const scenario = useScenario({ now: () => now });

interface About {
  readonly project: string;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
}

test.each<{ how: string; refresh: (about: About) => Promise<unknown> }>([
  {
    how: "a comment",
    refresh: ({ repository, pullRequest }) =>
      scenario.stage.github.comment(repository, pullRequest.number, "/orb refresh"),
  },
  {
    how: "the button",
    refresh: async ({ repository }) => {
      const run = await eventually("the check run", () =>
        repository.checkRuns.find(({ name }) => name === "orb"),
      );
      await scenario.stage.github.pressCheckRunButton(repository, run, "refresh");
    },
  },
  {
    how: "the API",
    refresh: async ({ project }) => {
      const { _id } = await storedRecord(scenario.bot.app, project);
      const { status } = await scenario.bot.request(`/api/v1/pull-requests/${String(_id)}/refresh`, {
        method: "POST",
        body: "{}",
      });
      expect(status).toBe(202);
    },
  },
])("a refresh by $how shows the rules of the base as they are now", async ({ how, refresh }) => {
  const { github } = scenario.stage;
  const project = how.replaceAll(/\W/g, "-").toLowerCase();
  const repository = await scenario.addRepository(project, {
    // The mistake gives it a check run, and with it the button.
    files: { ".github/orb.yml": "draft: allways\n" },
  });
  await scenario.complete(project, { repository });
  const pullRequest = await scenario.opened(project);
  expect(pullRequest.body).not.toContain("2 approvals");
  await github.addRuleset(repository, {
    name: "reviewed",
    rules: [
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 2,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  });
  await github.protect(repository, "main", { requiredChecks: ["unit tests"] });
  await refresh({ project, repository, pullRequest });
  await eventually("both rules", () => {
    const body = pullRequest.body ?? "";
    return body.includes("2 approvals") && body.includes("unit tests");
  });
});
