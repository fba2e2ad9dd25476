import { expect, test, describe } from "../../support/testing.ts";
import { sectionOf, renderedOnGitHub } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent } from "../../support/signals.ts";
import { longStory } from "../../support/sample.ts";
import type { Repository } from "../../local-github/state.ts";
import type { Mark } from "../../local-github/http/request-log.ts";

const scenario = useScenario();

describe("claims of agents", () => {
  const data = { claims: [{ kind: "tests", text: "All 12 tests pass" }] };

  test("are unverified until a check on the same commit confirms them", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("confirmed", { data });
    const pullRequest = await scenario.opened("confirmed");
    const commit = pullRequest.headSha.slice(0, 7);
    expect(sectionOf(pullRequest, "claims")).toContain(`Not verified by CI yet (\`${commit}\`):`);

    await github.completeCheckRun(repository, pullRequest.headSha, {
      name: "unit tests",
      conclusion: "success",
    });
    await scenario.completeAgain("confirmed", { files: null, data });
    const section = sectionOf(pullRequest, "claims");
    expect(section).toContain("- ✅ **Tests:** All 12 tests pass");
    expect(section).toContain(`Verified by CI: \`unit tests\` passed on \`${commit}\``);
  });

  test("are contradicted by a failed check, even if another check passed", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("contradicted", { data });
    const pullRequest = await scenario.opened("contradicted");
    const { headSha } = pullRequest;
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
    await github.setStatus(repository, headSha, { context: "ci/integration", state: "failure" });
    await scenario.completeAgain("contradicted", { files: null, data });
    const section = sectionOf(pullRequest, "claims");
    expect(section).toContain("- ❌ **Tests:** All 12 tests pass");
    expect(section).toContain("Contradicted by CI: `ci/integration` failed");
  });

  longStory("are not verified by a check on another commit", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("elsewhere", { data });
    const pullRequest = await scenario.opened("elsewhere");
    const before = pullRequest.headSha;
    await github.completeCheckRun(repository, before, { name: "unit tests", conclusion: "success" });
    await scenario.completeAgain("elsewhere", { data });
    expect(pullRequest.headSha).not.toBe(before);
    const section = sectionOf(pullRequest, "claims");
    expect(section).toContain(`Not verified by CI yet (\`${pullRequest.headSha.slice(0, 7)}\`):`);
    expect(section).not.toContain("✅");
  });

  longStory("are not verified by the bot's own check run", async () => {
    const repository = await scenario.addRepository("own-check", {
      files: { ".github/orb/feature.md": "{% nonsense %}" },
    });
    const claims = [{ kind: "tests", text: "All 12 tests pass" }];
    await scenario.complete("own-check", { repository, data: { type: "feature", claims } });
    const pullRequest = await scenario.opened("own-check");
    expect(repository.checkRuns).toMatchObject([{ name: "orb", headSha: pullRequest.headSha }]);
    await scenario.completeAgain("own-check", { files: null, data: { type: "feature", claims } });
    expect(sectionOf(pullRequest, "claims")).toContain("Not verified by CI yet");
  });
});

describe("the plan", () => {
  function planned(project: string, areas: readonly string[], minute = 10) {
    const phase = { project, phase: "planning", agent: "planner" };
    return cloudEvent("orb.phase.completed", { ...phase, plan: { areas, steps: [] } }, { minute });
  }

  test("is compared with the change: areas that were not touched and files that were not planned are named", async () => {
    await scenario.signal(planned("strayed", ["src/greet/**", "docs/**"]));
    await scenario.complete("strayed", {
      files: { "src/greet/hi.ts": "export {};\n", "script/deploy.sh": "true\n" },
    });
    const section = sectionOf(await scenario.opened("strayed"), "plan");
    expect(section).toContain("- **Not planned:** `script/deploy.sh`");
    expect(section).toContain("- **Planned but not changed:** `docs/**`");
  });

  longStory("that came last counts; if the change follows it, one sentence says so", async () => {
    await scenario.signal(planned("kept", ["docs/**"], 10), planned("kept", ["src/**"], 20));
    await scenario.complete("kept", { files: { "src/hi.ts": "export {};\n" } });
    const section = sectionOf(await scenario.opened("kept"), "plan");
    expect(section).toContain("As planned: every planned area is changed, and nothing else.");
  });

  longStory("is not mentioned if there is none", async () => {
    await scenario.complete("planless");
    expect(sectionOf(await scenario.opened("planless"), "plan")).toBe("");
  });
});

describe("requirements for merging", () => {
  /** Protects `main` by classic protection and by a ruleset, which overlap. */
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

  longStory("are not mentioned if there are none", async () => {
    const repository = await scenario.addRepository("easy-going");
    await scenario.complete("easy-going", { repository });
    expect(sectionOf(await scenario.opened("easy-going"), "merge")).toBe("");
  });

  longStory(
    "come from GitHub's summary if the App may not read classic protection, with a note",
    async () => {
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
        expect.stringMatching(
          /^- The bot sees only a summary of the branch protection.*“Administration: read”/,
        ),
      ]);
    },
  );

  test("are one list of protection and rulesets, with the stricter rule", async () => {
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
});

describe("issues and mentions in commits", () => {
  test("a pull request into another branch than the default closes no issue, and the description says why", async () => {
    const { github, repository } = scenario.stage;
    const issue = await github.openIssue(repository, { title: "Ours" });
    await scenario.change(repository, { "release.md": "1.0\n" }, "release");
    await scenario.complete("backport", { data: { base: "release", issues: [issue.number] } });
    const pullRequest = await scenario.opened("backport");
    expect(pullRequest.baseRef).toBe("release");
    const section = sectionOf(pullRequest, "issues");
    expect(section).toContain(`- For #${issue.number}`);
    expect(section).toContain(
      "GitHub closes issues only when a pull request is merged into the default branch, `main`",
    );
    await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
    expect(issue.state).toBe("open");
  });

  test("the description names commits that close other issues or mention people", async () => {
    const { github, repository } = scenario.stage;
    const own = await github.openIssue(repository, { title: "Ours" });
    const other = await github.openIssue(repository, { title: "Somebody else's" });
    await scenario.complete("surprising", {
      message: `Fixes #${own.number}, closes #${other.number}, thanks @octocat`,
      data: { issues: [own.number] },
    });
    const pullRequest = await scenario.opened("surprising");
    const section = sectionOf(pullRequest, "merge");
    expect(section).toContain(
      `- \`${pullRequest.headSha.slice(0, 7)}\` says \`closes #${other.number}\`, which closes that issue, and mentions \`@octocat\``,
    );
    expect(section).not.toContain(`#${own.number}\``);
  });
});

describe("issues and mentions in agents' texts", () => {
  const MARKDOWN = "POST /markdown";

  function proofs(mark: Mark): number {
    return scenario.stage.github.requests
      .since(mark)
      .filter(({ route, method }) => `${method} ${route}` === MARKDOWN).length;
  }

  test("mention nobody, and close only the project's own issues", async () => {
    const { github, repository } = scenario.stage;
    const own = await github.openIssue(repository, { title: "Ours" });
    const other = await github.openIssue(repository, { title: "Somebody else's" });
    await scenario.complete("harmless", {
      data: {
        issues: [own.number],
        summary: `Fixes #${own.number} and fixes #${other.number}. Thanks @octocat and @octo/reviewers!`,
        changes: [`Closes #${other.number}`, "See ![pixel](https://tracker.example/p.png)"],
      },
    });
    const pullRequest = await scenario.opened("harmless");
    const html = await renderedOnGitHub(pullRequest, github);
    expect(html).not.toContain("user-mention");
    expect(html).not.toContain("team-mention");
    expect(html).not.toContain("<img");
    await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
    expect(own.state).toBe("closed");
    expect(other.state).toBe("open");
  });

  test("a section in which GitHub would render a mention is put into a code block before it is published", async () => {
    const { github } = scenario.stage;
    const mark = github.requests.mark();
    // As if GitHub's rendering found a mention that the sanitiser missed.
    const placed = github.faults.add({
      route: MARKDOWN,
      times: 1,
      fault: {
        kind: "answer",
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        json: '<p>Thanks to <a class="user-mention" href="https://github.com/octocat">@octocat</a>.</p>',
      },
    });
    await scenario.complete("proved", { data: { summary: "Thanks to @octocat.", changes: ["One thing"] } });
    const pullRequest = await scenario.opened("proved");
    placed.remove();
    expect(proofs(mark)).toBeGreaterThan(1);
    expect(pullRequest.body).toContain("One thing");
    expect(pullRequest.body).toMatch(/```\n[^`]*Thanks to @\u200b?octocat/);
    const { shortcomings } = await scenario.listed("proved", ({ status }) => status === "open");
    expect(shortcomings).toEqual([]);
  });

  longStory("a text without anything that GitHub acts on needs no proof", async () => {
    const { requests } = scenario.stage.github;
    const mark = requests.mark();
    await scenario.complete("plain", { data: { summary: "Adds a greeting." } });
    await scenario.opened("plain");
    expect(proofs(mark)).toBe(0);
  });
});
