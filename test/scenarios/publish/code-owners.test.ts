import { beforeAll, expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";
import type { PullRequest, Repository } from "../../local-github/state.ts";

const scenario = useScenario();
let owned: Repository;

beforeAll(async () => {
  const { github, repository } = scenario.stage;
  owned = await scenario.another("owned", {
    files: { ".github/CODEOWNERS": "* @ines\n/docs/ @olga\n/src/bot/ @orb-bot[bot]\n" },
  });
  for (const login of ["ines", "olga"]) github.addCollaborator(owned, github.createUser(login), "write");
  for (let index = 1; index <= 17; index++)
    github.addCollaborator(repository, github.createUser(`reviewer-${index}`), "write");
});

function asked({ requestedReviewers }: PullRequest): string[] {
  return requestedReviewers.map(({ login }) => login).sort();
}

test("those who own the changed files are asked for a review, and nobody else", async () => {
  await scenario.complete("source", { repository: owned, files: { "src/hi.ts": "export {};\n" } });
  expect(asked(await scenario.opened("source"))).toEqual(["ines"]);
  await scenario.complete("both", {
    repository: owned,
    files: { "src/hi.ts": "export {};\n", "docs/hi.md": "# Hi\n" },
  });
  expect(asked(await scenario.opened("both"))).toEqual(["ines", "olga"]);
});

test("on a draft they are left alone, for GitHub asks them when it is ready", async () => {
  await scenario.complete("draft", { repository: owned, data: { draft: true } });
  const pullRequest = await scenario.opened("draft");
  expect(pullRequest.draft).toBe(true);
  expect(asked(pullRequest)).toEqual([]);
});

test("nor are they asked on one that a person made a draft again, whatever the agents add", async () => {
  const { github } = scenario.stage;
  await scenario.complete("back-to-draft", { repository: owned });
  const pullRequest = await scenario.opened("back-to-draft");
  expect(asked(pullRequest)).toEqual(["ines"]);
  await github.setDraft(owned, pullRequest.number, true);
  await scenario.completeAgain("back-to-draft", { files: { "docs/more.md": "# More\n" } });
  expect(asked(pullRequest)).toEqual(["ines"]);

  await github.setDraft(owned, pullRequest.number, false);
  await scenario.completeAgain("back-to-draft", { minute: 41 });
  expect(asked(pullRequest)).toEqual(["ines", "olga"]);
});

test("a line with the bot itself in it is passed over: the author of a pull request can't review it", async () => {
  await scenario.complete("own", { repository: owned, files: { "src/bot/hi.ts": "export {};\n" } });
  const pullRequest = await scenario.opened("own");
  expect(pullRequest.author.login).toBe("orb-bot[bot]");
  expect(asked(pullRequest)).toEqual(["ines"]);
});

test("more than fifteen are not asked, and who is left out is named", async () => {
  const reviewers = Array.from({ length: 17 }, (_, index) => `reviewer-${index + 1}`);
  await scenario.complete("many", { data: { reviewers } });
  expect(asked(await scenario.opened("many"))).toEqual(reviewers.slice(0, 15).sort());
  const { shortcomings } = await scenario.listed("many", ({ status }) => status === "open");
  expect(shortcomings).toEqual([
    {
      code: "too_many_reviewers",
      reason: "At most 15 reviewers are asked, so these were not asked: reviewer-16, reviewer-17.",
      remedy: expect.any(String) as unknown,
    },
  ]);
});
