import { expect, test, beforeAll, describe } from "../../support/testing.ts";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import { longStory } from "../../support/sample.ts";
import type { PullRequest, Repository } from "../../local-github/state.ts";

import type { Fault } from "../../local-github/faults.ts";

const scenario = useScenario();

function asked({ requestedReviewers }: PullRequest): string[] {
  return requestedReviewers.map(({ login }) => login).sort();
}

describe("labels", () => {
  const LABELER = `documentation:
- changed-files:
  - any-glob-to-any-file: 'docs/**'
server:
- changed-files:
  - any-glob-to-any-file: ['src/api/**', 'src/server/**']
never:
- changed-files:
  - any-glob-to-any-file: 'nowhere/**'
`;

  test("area labels come from the repository's labeler.yml", async () => {
    const repository = await scenario.addRepository("areas", { files: { ".github/labeler.yml": LABELER } });
    const before = { ...repository.labels.get("documentation") };
    await scenario.complete("areas", {
      repository,
      files: { "src/api/routes.ts": "export {};\n", "docs/routes.md": "# Routes\n" },
    });
    const { labels } = await scenario.opened("areas");
    expect(labels).toEqual(expect.arrayContaining(["documentation", "server"]));
    expect(labels).not.toContain("never");
    // Existing labels stay as they are; a missing one gets a colour and a description.
    expect(repository.labels.get("documentation")).toEqual(before);
    expect(repository.labels.get("server")).toMatchObject({
      name: "server",
      color: expect.stringMatching(/^[0-9a-f]{6}$/) as unknown,
      description: "Changes server",
    });
  });

  test("missing labels are created once, with a colour and a description", async () => {
    const repository = await scenario.addRepository("bare");
    await scenario.complete("bare", { repository, data: { type: "feature" } });
    await scenario.opened("bare");
    expect(repository.labels.get("type: feature")).toMatchObject({
      name: "type: feature",
      color: "1f883d",
      description: "Adds something new for users",
    });
    const count = repository.labels.size;
    await scenario.complete("bare-again", { repository, data: { type: "feature" } });
    expect((await scenario.opened("bare-again")).labels).toContain("type: feature");
    expect(repository.labels.size).toBe(count);
  });

  longStory(
    "in a repository with more labels than are listed, all are added, and none is taken for one that a person removed",
    async () => {
      const { github } = scenario.stage;
      const repository = await scenario.addRepository("thousands");
      for (let index = 0; index < 1_100; index++) {
        const name = `a-${index}`;
        const label = { ...github.world.newIdentity("LA"), name, color: "ededed", description: null };
        repository.labels.set(name, label);
      }
      await scenario.complete("thousands", { repository, data: { type: "fix" } });
      const pullRequest = await scenario.opened("thousands");
      expect(pullRequest.labels).toEqual(["ai-generated", "type: fix", "size: xs"]);
      const files = Object.fromEntries(
        Array.from({ length: 30 }, (_, at) => [`src/${at}.ts`, "x\n".repeat(40)]),
      );
      await scenario.completeAgain("thousands", { files, data: { type: "fix" } });
      expect(pullRequest.labels.toSorted()).toEqual(["ai-generated", "risk: high", "size: xl", "type: fix"]);
      // They exist now, and are found although no list has them.
      const count = repository.labels.size;
      await scenario.complete("thousands-more", { repository, data: { type: "fix" } });
      expect((await scenario.opened("thousands-more")).labels).toEqual([
        "ai-generated",
        "type: fix",
        "size: xs",
      ]);
      expect(repository.labels.size).toBe(count);
      const { shortcomings } = await scenario.listed("thousands-more", ({ status }) => status === "open");
      expect(shortcomings).toEqual([]);
    },
  );

  longStory("a high-risk change is labelled, and the description gives the reasons", async () => {
    const repository = await scenario.addRepository("risky", {
      files: { ".github/orb.yml": "protectedPaths: [src/billing/**]\n" },
    });
    await scenario.complete("risky", {
      repository,
      files: {
        "src/billing/price.ts": "export {};\n",
        "db/migrations/0001_prices.sql": "select 1;\n",
        ".github/workflows/ci.yml": "on: push\n",
      },
    });
    const pullRequest = await scenario.opened("risky");
    expect(pullRequest.labels).toContain("risk: high");
    const section = sectionOf(pullRequest, "risk");
    expect(section).toContain("**High**, because:");
    expect(section).toContain("- It changes protected paths: src/billing/price.ts.");
    expect(section).toContain("- It changes migrations: db/migrations/0001");
    expect(section).toContain("- It changes CI workflows: .github/workflows/ci.yml.");
  });

  longStory(
    "if the change does not match the agent's type, the label follows the change, and the description says so",
    async () => {
      await scenario.complete("misnamed", {
        files: { "docs/guide.md": "# Guide\n" },
        data: { type: "feature" },
      });
      const pullRequest = await scenario.opened("misnamed");
      expect(pullRequest.labels).toContain("type: docs");
      expect(pullRequest.labels).not.toContain("type: feature");
      expect(sectionOf(pullRequest, "risk")).toContain("The agent calls it feature, but");
      expect(pullRequest.labels).not.toContain("risk: high");
    },
  );
});

describe("code owners", () => {
  let owned: Repository;

  beforeAll(async () => {
    const { github, repository } = scenario.stage;
    owned = await scenario.addRepository("owned", {
      files: { ".github/CODEOWNERS": "* @ines\n/docs/ @olga\n/src/bot/ @orb-bot[bot]\n" },
    });
    for (const login of ["ines", "olga"]) github.addCollaborator(owned, github.createUser(login), "write");
    for (let index = 1; index <= 17; index++)
      github.addCollaborator(repository, github.createUser(`reviewer-${index}`), "write");
  });

  test("only the owners of the changed files are asked for a review", async () => {
    await scenario.complete("source", { repository: owned, files: { "src/hi.ts": "export {};\n" } });
    expect(asked(await scenario.opened("source"))).toEqual(["ines"]);
    await scenario.complete("both", {
      repository: owned,
      files: { "src/hi.ts": "export {};\n", "docs/hi.md": "# Hi\n" },
    });
    expect(asked(await scenario.opened("both"))).toEqual(["ines", "olga"]);
  });

  longStory("are not asked on a draft, because GitHub asks them when it is marked ready", async () => {
    await scenario.complete("draft", { repository: owned, data: { draft: true } });
    const pullRequest = await scenario.opened("draft");
    expect(pullRequest.draft).toBe(true);
    expect(asked(pullRequest)).toEqual([]);
  });

  longStory(
    "are not asked while a person has turned the pull request back into a draft, whatever the agents add",
    async () => {
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
    },
  );

  longStory(
    "a line that names the bot is ignored, because an author can't review their own pull request",
    async () => {
      await scenario.complete("own", { repository: owned, files: { "src/bot/hi.ts": "export {};\n" } });
      const pullRequest = await scenario.opened("own");
      expect(pullRequest.author.login).toBe("orb-bot[bot]");
      expect(asked(pullRequest)).toEqual(["ines"]);
    },
  );

  longStory("at most fifteen reviewers are asked, and the others are named", async () => {
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
});

describe("reviewers", () => {
  const ASK = "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
  const UNKNOWN_ERROR: Fault = {
    kind: "answer",
    status: 200,
    json: { data: null, errors: [{ type: "FORBIDDEN", message: "Resource protected by organization SAML" }] },
  };

  test("are asked together with the labels; those who can't be asked are named with the reason", async () => {
    const { github, repository } = scenario.stage;
    github.addCollaborator(repository, github.createUser("mona"), "write");
    github.createUser("stranger");
    await scenario.complete("reviewed", { data: { reviewers: ["mona", "stranger", "nobody-at-all"] } });
    const pullRequest = await scenario.opened("reviewed");
    expect(asked(pullRequest)).toEqual(["mona"]);
    expect(pullRequest.labels).toContain("ai-generated");
    const { shortcomings } = await scenario.listed("reviewed", ({ status }) => status === "open");
    expect(shortcomings).toEqual([
      expect.objectContaining({
        code: "reviewer_unknown",
        reason: expect.stringContaining("nobody-at-all") as unknown,
      }),
      expect.objectContaining({ reason: expect.stringContaining("stranger") as unknown }),
    ]);
  });

  longStory(
    "who own the code are not asked on a pull request that a person turned into a draft",
    async () => {
      const { github, repository } = scenario.stage;
      github.addCollaborator(repository, github.createUser("owner-of-code"), "write");
      await scenario.complete("redrafted");
      const pullRequest = await scenario.opened("redrafted");
      await github.setDraft(repository, pullRequest.number, true);
      const files = { CODEOWNERS: "* @owner-of-code\n" };
      await github.pushFiles(repository, { branch: "main", files, message: "Own the code" });
      await scenario.completeAgain("redrafted", { minute: 40, data: { summary: "More." } });
      expect(pullRequest.requestedReviewers).toEqual([]);
      // This one began as a draft and is ready now: GitHub asked the owners itself, and they may have answered.
      await scenario.complete("begun-as-draft", { data: { draft: true } });
      const begun = await scenario.opened("begun-as-draft");
      await github.setDraft(repository, begun.number, false);
      await scenario.completeAgain("begun-as-draft", { data: { draft: true, summary: "Still more." } });
      expect(begun.requestedReviewers).toEqual([]);
      const none = { CODEOWNERS: null };
      await github.pushFiles(repository, { branch: "main", files: none, message: "Own it together" });
    },
  );

  test("who were asked before a rate limit are not asked again after it", async () => {
    const { github, repository } = scenario.stage;
    for (const login of ["ada", "bob"]) github.addCollaborator(repository, github.createUser(login), "write");
    github.createUser("passer-by");
    const limit = github.faults.add({
      route: ASK,
      skip: 1,
      fault: { kind: "secondary-limit", retryAfterS: 1 },
    });
    await scenario.complete("limited", { data: { reviewers: ["ada", "bob", "passer-by"] } });
    await scenario.listed("limited", ({ problem }) => problem?.code === "rate_limited");
    const mine = [...repository.pullRequests.values()].find(({ headRef }) => headRef === "agent/limited");
    // Ada has reviewed in the meantime, so GitHub no longer lists her.
    if (mine) mine.requestedReviewers = [];
    expect(limit.hits).toBe(1);
    const pullRequest = await scenario.opened("limited");
    expect(asked(pullRequest)).toEqual(["bob"]);
  });

  longStory("who can't be looked up leave a failed step, and the labels are added", async () => {
    const { github, repository } = scenario.stage;
    await scenario.leaveAlone();
    const placed = github.faults.add({ route: "POST /graphql", fault: UNKNOWN_ERROR });
    github.addCollaborator(repository, github.createUser("eve"), "write");
    await scenario.complete("unseen", { data: { reviewers: ["eve"] } });
    const pullRequest = await scenario.opened("unseen");
    expect(placed.hits).toBe(1);
    expect(pullRequest.labels).toContain("ai-generated");
    const { id, shortcomings } = await scenario.listed("unseen", ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "reviewers_saml_enforced" }]);
    const response = await scenario.bot.request(`/api/v1/pull-requests/${id}`);
    const { steps } = (await response.json()) as { steps: { step: string; status: string }[] };
    expect(steps.find(({ step }) => step === "review")?.status).toBe("failed");
  });

  longStory("who withdrew are not asked again", async () => {
    const { github, repository } = scenario.stage;
    github.addCollaborator(repository, github.createUser("otto"), "write");
    await scenario.complete("withdrawn", { data: { reviewers: ["otto"] } });
    const pullRequest = await scenario.opened("withdrawn");
    expect(pullRequest.requestedReviewers).toHaveLength(1);
    pullRequest.requestedReviewers = [];
    await scenario.completeAgain("withdrawn", { data: { reviewers: ["otto"], summary: "Once more." } });
    expect(pullRequest.requestedReviewers).toEqual([]);
  });
});
