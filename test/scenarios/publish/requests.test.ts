import { beforeAll, describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";

// The clock stands still, so that no look at an open pull request becomes due.
const now = new Date();
const scenario = useScenario({ now: () => now }, { webhooks: false });

const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead} 200";
const OPEN = "POST /repos/{owner}/{repo}/pulls 201";
const READ = "GET /repos/{owner}/{repo}/pulls/{pull_number} 200";
/** Directly before a description is written, so that no edit of a person is lost. */
const READ_AGAIN = READ;
const WRITE = "PATCH /repos/{owner}/{repo}/pulls/{pull_number} 200";
const DECORATE = "POST /graphql 200";
/** The whole state of an open pull request. */
const SNAPSHOT = "POST /graphql 200";
const CHECK_RUN = "POST /repos/{owner}/{repo}/check-runs 201";

/** The requests needed to open a pull request in a process that has read the repository before. */
async function requestsFor(
  project: string,
  data: Record<string, unknown>,
  where: { repository?: Repository; files?: Record<string, string> } = {},
): Promise<string[]> {
  const { requests } = scenario.stage.github;
  const mark = requests.mark();
  await scenario.complete(project, { ...where, data: { type: "fix", ...data } });
  await scenario.opened(project);
  return requests.since(mark).map(nameOf);
}

/** The requests needed to refresh an open pull request after a completion in which nothing is new. */
async function requestsOfRefresh(project: string, repository: Repository): Promise<string[]> {
  const { requests } = scenario.stage.github;
  await scenario.complete(project, { repository });
  await scenario.opened(project);
  const mark = requests.mark();
  await scenario.completeAgain(project, { files: null });
  return requests.since(mark).map(nameOf);
}

function nameOf({ method, route, status }: { method: string; route: string; status: number }): string {
  return `${method} ${route} ${status}`;
}

beforeAll(async () => {
  const { github, repository } = scenario.stage;
  github.addCollaborator(repository, github.createUser("ines"), "write");
  github.addCollaborator(repository, github.createUser("olga"), "write");
  await scenario.complete("warm-up", { data: { type: "fix", reviewers: ["ines"] } });
  await scenario.opened("warm-up");
});

describe("once the repository is known, a pull request costs three requests", () => {
  test("with labels, reviewers and as a draft", async () => {
    expect(await requestsFor("three", { draft: true, reviewers: ["ines"] })).toEqual([
      COMPARE,
      OPEN,
      DECORATE,
    ]);
    const pullRequest = await scenario.opened("three");
    expect(pullRequest).toMatchObject({ draft: true, labels: ["ai-generated", "type: fix", "size: xs"] });
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["ines"]);
  });
});

describe("every further request has its reason", () => {
  test.each([
    {
      because: "a text that may mention somebody is proved harmless before it is written",
      data: { summary: "Thanks to @octocat." },
      requests: [COMPARE, "POST /markdown 200", OPEN, DECORATE],
    },
    {
      because: "claims about tests are compared with the checks on the commit",
      data: { claims: [{ kind: "tests", text: "All tests pass" }] },
      requests: [COMPARE, "POST /graphql 200", OPEN, DECORATE],
    },
    {
      because: "a new reviewer is looked up by name",
      data: { reviewers: ["olga"] },
      requests: [COMPARE, OPEN, "POST /graphql 200", DECORATE],
    },
  ])("$because", async ({ because, data, requests }) => {
    const project = because.replaceAll(/\W+/g, "-").slice(0, 40);
    expect(await requestsFor(project, data)).toEqual(requests);
  });

  test("for a base that is not the default branch, the default branch is asked for its rules", async () => {
    await scenario.change(scenario.stage.repository, { "next.md": "Next.\n" }, "next");
    const RULES = "POST /graphql 200";
    await scenario.complete("onto-next", { data: { base: "next" } });
    await scenario.opened("onto-next");
    expect(await requestsFor("onto-next-again", { base: "next" })).toEqual([COMPARE, RULES, OPEN, DECORATE]);
  });

  longStory(
    "a description that is too long, or a mistake in the repository's files, needs a check run",
    async () => {
      const repository = await scenario.addRepository("noted", {
        files: { ".github/orb/fix.md": "{% nonsense %}\n" },
      });
      await scenario.complete("noted-before", { repository, data: { type: "fix" } });
      await scenario.opened("noted-before");
      expect(await requestsFor("noted", {}, { repository })).toEqual([COMPARE, OPEN, DECORATE, CHECK_RUN]);
    },
  );

  test("of more than 300 files the rest is read page by page, after the pull request is opened", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 450 }, (_, index) => [`docs/page-${index}.md`, "# Page\n"]),
    );
    await scenario.complete("many-before", { files: { ...files, "docs/one-more.md": "x" } });
    await scenario.opened("many-before");
    expect(await requestsFor("many", {}, { files })).toEqual([
      COMPARE,
      OPEN,
      READ,
      COMPARE,
      READ,
      ...Array.from({ length: 5 }, () => "GET /repos/{owner}/{repo}/pulls/{pull_number}/files 200"),
      READ_AGAIN,
      WRITE,
      DECORATE,
    ]);
  });

  longStory(
    "at a limit GitHub is asked which pull requests are still open, before one is queued",
    async () => {
      const repository = await scenario.addRepository("limited", {
        files: { ".github/orb.yml": "limits: { openPerRepository: 1 }\n" },
      });
      await scenario.complete("limited-first", { repository });
      await scenario.opened("limited-first");
      const { requests } = scenario.stage.github;
      const mark = requests.mark();
      await scenario.complete("limited-second", { repository });
      await scenario.listed("limited-second", ({ problem }) => problem?.code === "open_limit_reached");
      expect(requests.since(mark).map(nameOf)).toEqual([COMPARE, "GET /repos/{owner}/{repo}/pulls 200"]);
    },
  );

  test("a base branch that requires checks: a refresh writes their state", async () => {
    const { github } = scenario.stage;
    const unasked = await scenario.addRepository("unasked");
    const checked = await scenario.addRepository("checked");
    await github.addRuleset(checked, {
      name: "tested",
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [{ context: "unit tests" }],
            strict_required_status_checks_policy: false,
          },
        },
      ],
    });
    expect(await requestsOfRefresh("refreshed", unasked)).toEqual([SNAPSHOT, COMPARE]);
    expect(await requestsOfRefresh("refreshed-checks", checked)).toEqual([
      SNAPSHOT,
      COMPARE,
      READ_AGAIN,
      WRITE,
    ]);
  });

  test("after a push to the base branch the repository's own files are read again, in one request", async () => {
    const { github, repository } = scenario.stage;
    await github.pushFiles(repository, { branch: "main", files: { "moved.md": "x" }, message: "Move on" });
    expect(await requestsFor("moved", {})).toEqual([COMPARE, "POST /graphql 200", OPEN, DECORATE]);
  });
});

describe("a look at an open pull request costs one request and writes nothing", () => {
  test("as often as it happens, if nothing has changed", async () => {
    const { requests } = scenario.stage.github;
    await scenario.complete("quiet");
    await scenario.opened("quiet");
    const looks = async () => (await storedOf("quiet"))?.nudgesSeen;
    const look = async () => {
      const before = await looks();
      await scenario.lookAgain("quiet");
      await eventually("a look", async () => (await looks()) !== before);
    };
    await look();
    const mark = requests.mark();
    await look();
    await look();
    expect(requests.since(mark).map(nameOf)).toEqual([SNAPSHOT, SNAPSHOT]);
  });
});

function storedOf(project: string) {
  return scenario.bot.app.pullRequestStore.model.findOne({ project }).lean();
}
