import { expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("an enterprise's user owns a repository, and those of its people who can be asked are asked", async () => {
  const { github, githubApp } = scenario.stage;
  const owner = github.createUser("octocat_acme");
  const files = { ".github/CODEOWNERS": "* @old- not-an-owner @jane-doe_ACME\n" };
  const repository = await scenario.addRepository("widgets", { owner, files });
  await github.install(githubApp, owner, { repositories: [repository] });
  for (const login of ["jane-doe_ACME", "old-", "tom--b"]) {
    github.addCollaborator(repository, github.createUser(login), "write");
  }
  await scenario.complete("enterprise", {
    repository,
    data: { reviewers: ["tom--b", "not a login", "dependabot[bot]"], requestedBy: "jane-doe_ACME" },
  });
  const { requestedReviewers, body } = await scenario.opened("enterprise");
  expect(requestedReviewers.map(({ login }) => login)).toEqual(["tom--b", "old-", "jane-doe_ACME"]);
  expect(body).toContain("jane-doe_ACME");
  const { shortcomings } = await scenario.listed("enterprise", ({ status }) => status === "open");
  expect(shortcomings.map(({ code }) => code)).toEqual(["reviewer_is_bot", "reviewer_has_no_login"]);
});
