import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("into another branch than the default one nothing is closed, and it is said who has to", async () => {
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

test("commits that close other issues or mention people are named before they are merged", async () => {
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
