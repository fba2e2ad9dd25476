import { describe, expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";
import { longStory, sampled } from "../../support/sample.ts";
import type { Repository } from "../../local-github/state.ts";

const scenario = useScenario();

const ORB = ".github/orb.yml";
/** A base that an agent pushed, with every file that could relax a rule. */
const LAX = {
  [ORB]: [
    "enabled: true",
    "hold: false",
    "baseBranches: ['**', agent/lax]",
    "branches: ['**']",
    "draft: never",
    "labels: { aiGenerated: false, risk: false }",
    "areas: { automerge: ['**'] }",
    "links: { hosts: [evil.example.com] }",
    "limits: { openPerRepository: null }",
    "protectedPaths: []",
  ].join("\n"),
  ".github/labeler.yml": "automerge: ['**']\n",
  ".gitattributes": "* linguist-generated\n",
  ".github/orb/feature.md": "Already reviewed.\n",
  ".github/pull_request_template.md": "## Already reviewed\n",
};

/** What the default branch says against a pull request into `agent/lax`, and the code of the refusal. */
const STRICT = {
  "enabled: false": { name: "off", code: "bot_disabled" },
  "baseBranches: [main]": { name: "main-only", code: "base_not_allowed" },
  "branches: [work/**]": { name: "heads", code: "branch_not_allowed" },
  "hold: Frozen for now.": { name: "frozen", code: "on_hold" },
} as const;
const strict = sampled("settings of the default branch", Object.keys(STRICT) as (keyof typeof STRICT)[], [
  "baseBranches: [main]",
]);

/** A repository with settings on its default branch, and the base `agent/lax`. */
async function repositoryWith(name: string, files: Record<string, string>): Promise<Repository> {
  const repository = await scenario.addRepository(name, { files });
  await scenario.stage.github.pushFiles(repository, {
    branch: "agent/lax",
    from: "main",
    files: LAX,
    message: "Relax",
  });
  return repository;
}

const intoLax = (repository: Repository, data: Record<string, unknown> = {}) => ({
  repository,
  data: { base: "agent/lax", type: "feature", ...data },
});

async function preview(data: Record<string, unknown>) {
  const body = JSON.stringify({ summary: "Greets.", ...data });
  const response = await scenario.bot.request("/api/v1/pull-requests/preview", { method: "POST", body });
  return (await response.json()) as Record<string, unknown>;
}

describe("a base that an agent pushed does not lift what the default branch says", () => {
  test.each(strict)("about which pull requests are opened: %s", async (settings) => {
    const { name, code } = STRICT[settings];
    const repository = await repositoryWith(name, { [ORB]: `${settings}\n` });
    await scenario.complete(name, intoLax(repository));
    const { data } = await scenario.event(name, "orb.pull_request.blocked");
    expect(data).toMatchObject({
      code,
      remedy: expect.stringMatching(/\.github\/orb\.yml on main|there/) as unknown,
    });
    expect(repository.pullRequests.size).toBe(0);
    const shown = await preview({
      project: `${name}-shown`,
      repository: `octo/${name}`,
      branch: `agent/${name}`,
      base: "agent/lax",
    });
    expect(shown["problems"]).toMatchObject([{ code }]);
  });

  longStory("about the limit of open ones", async () => {
    const repository = await repositoryWith("limited", { [ORB]: "limits: { openPerRepository: 1 }\n" });
    await scenario.complete("limited-first", { repository });
    await scenario.opened("limited-first");
    await scenario.complete("limited-second", intoLax(repository));
    const { problem } = await scenario.listed("limited-second", (record) => record.problem !== null);
    expect(problem).toMatchObject({
      code: "open_limit_reached",
      remedy: expect.stringContaining("in .github/orb.yml on main") as unknown,
    });
  });

  test("about what they look like, whether a file of the default branch sets it or not", async () => {
    const repository = await repositoryWith("looks", {
      [ORB]: "draft: always\nprotectedPaths: [src/**]\n",
      ".github/pull_request_template.md": "## What people should know\n",
    });
    const summary = "It greets. See https://evil.example.com/x.";
    await scenario.complete("looks", intoLax(repository, { summary }));
    const { draft, labels, body, baseRef } = await scenario.opened("looks");
    expect([draft, baseRef]).toEqual([true, "agent/lax"]);
    expect(labels.toSorted()).toEqual(["ai-generated", "risk: high", "size: xs", "type: feature"]);
    expect(body).toContain("## What people should know");
    expect(body).not.toContain("Already reviewed");
    expect(body).not.toMatch(/\]\(https:\/\/evil|[^`]https:\/\/evil/);
    const opened = (await scenario.history("looks")).find(({ because }) => because.includes("settings of"));
    expect(opened?.because).toContain(
      "The settings of main apply. Those of agent/lax count only where they are stricter, because baseBranches does not name it in full",
    );
  });

  longStory("of the owner, in a repository without settings", async () => {
    const { github, githubApp } = scenario.stage;
    const owner = github.createOrganization("careful");
    await scenario.addRepository(".github", { owner, files: { [ORB]: "enabled: false\n" } });
    const repository = await scenario.addRepository("work", { owner });
    await github.pushFiles(repository, { branch: "agent/lax", from: "main", files: LAX, message: "Relax" });
    await github.install(githubApp, owner, { repositories: "all" });
    await scenario.complete("careful", intoLax(repository));
    const { data } = await scenario.event("careful", "orb.pull_request.blocked");
    expect(data).toMatchObject({
      code: "bot_disabled",
      reason: "The bot is switched off for careful/work in the owner's .github/orb.yml.",
    });
  });

  longStory("after a person has changed the base of an open one to it", async () => {
    const { github } = scenario.stage;
    const repository = await repositoryWith("turned", { [ORB]: "draft: always\n" });
    const orb = "draft: never\nautoReady: true\nretention: { deleteBranchAfterMerge: true }\n";
    await scenario.change(repository, { [ORB]: orb }, "agent/lax");
    await scenario.complete("turned", { repository });
    const pullRequest = await scenario.opened("turned");
    await github.editPullRequest(repository, pullRequest.number, { base: "agent/lax" });
    await scenario.event("turned", "orb.pull_request.updated");
    await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
    await scenario.event("turned", "orb.pull_request.checks_passed");
    expect(pullRequest.draft).toBe(true);

    // The default branch may say it, and then it holds for the other base at once.
    await scenario.change(repository, { [ORB]: "draft: always\nautoReady: true\n" });
    await scenario.event("turned", "orb.pull_request.ready");
    expect(pullRequest.draft).toBe(false);
    await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
    await scenario.event("turned", "orb.pull_request.merged");
    expect(await github.branchSha(repository, "agent/turned")).not.toBeNull();
  });
});

test("code owners are those of the base, as GitHub itself reads them", async () => {
  const { github } = scenario.stage;
  const repository = await repositoryWith("owned", { CODEOWNERS: "* @ines\n" });
  for (const login of ["ines", "olga"]) {
    github.addCollaborator(repository, github.createUser(login), "write");
  }
  await scenario.change(repository, { CODEOWNERS: "* @olga\n" }, "agent/lax");
  await scenario.complete("owned", intoLax(repository));
  const pullRequest = await scenario.opened("owned");
  expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["olga"]);
});

describe("a base that the default branch names in full", () => {
  test("may have settings and templates of its own; what they leave out comes from the default branch", async () => {
    const repository = await scenario.addRepository("named", {
      files: { [ORB]: "baseBranches: [main, next]\ndraft: always\nlabels: { size: false }\n" },
    });
    const files = {
      [ORB]: "draft: never\nenabled: true\n",
      ".github/orb/feature.md": "For next.\n\n{{ summary }}\n",
    };
    await scenario.change(repository, files, "next");
    await scenario.complete("named", { repository, data: { base: "next", type: "feature" } });
    const { draft, labels, body } = await scenario.opened("named");
    expect(draft).toBe(false);
    expect(labels.filter((name) => name.startsWith("size:"))).toEqual([]);
    expect(body).toContain("For next.");
  });

  longStory("has its mistakes reported by branch and line", async () => {
    const repository = await scenario.addRepository("misspelt", {
      files: { [ORB]: "baseBranches: [main, next]\n" },
    });
    await scenario.change(repository, { [ORB]: "siblings: link\ndraft: nevr\n" }, "next");
    await scenario.complete("misspelt", { repository, data: { base: "next" } });
    await scenario.opened("misspelt");
    expect(repository.checkRuns[0]?.output.summary).toContain("**.github/orb.yml on next, line 2:**");
  });
});

longStory(
  "a later signal with another base changes neither the base of an open pull request nor its rules",
  async () => {
    const repository = await repositoryWith("moving", { [ORB]: "labels: { aiGenerated: true }\n" });
    await scenario.complete("moving", { repository });
    const pullRequest = await scenario.opened("moving");
    await scenario.completeAgain("moving", { ...intoLax(repository), files: null });
    expect(pullRequest.baseRef).toBe("main");
    expect(pullRequest.labels).toContain("ai-generated");
  },
);

longStory(
  "settings of the default branch that change between two completions apply to the second",
  async () => {
    const repository = await repositoryWith("later", { [ORB]: "draft: always\n" });
    await scenario.complete("later-first", intoLax(repository));
    expect((await scenario.opened("later-first")).draft).toBe(true);
    await scenario.change(repository, { [ORB]: "enabled: false\n" });
    await scenario.complete("later-second", intoLax(repository));
    const { data } = await scenario.event("later-second", "orb.pull_request.blocked");
    expect(data["code"]).toBe("bot_disabled");
  },
);
