import { beforeAll, describe, expect, test } from "@jest/globals";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();

const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead} 200";
const OPEN = "POST /repos/{owner}/{repo}/pulls 201";
const DECORATE = "POST /graphql 200";

/** The requests that it takes to open a pull request in a process that knows the repository. */
async function requestsFor(project: string, data: Record<string, unknown>): Promise<string[]> {
  const { requests } = scenario.stage.github;
  const mark = requests.mark();
  await scenario.complete(project, { data: { type: "fix", ...data } });
  await scenario.opened(project);
  return requests.since(mark).map(({ method, route, status }) => `${method} ${route} ${status}`);
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
      because: "a text that could mention somebody is proved harmless before it is written",
      data: { summary: "Thanks to @octocat." },
      requests: [COMPARE, "POST /markdown 200", OPEN, DECORATE],
    },
    {
      because: "what agents claim of their tests is held against the checks on the commit",
      data: { claims: [{ kind: "tests", text: "All tests pass" }] },
      requests: [COMPARE, "POST /graphql 200", OPEN, DECORATE],
    },
    {
      because: "who reviews for the first time is looked up by name",
      data: { reviewers: ["olga"] },
      requests: [COMPARE, OPEN, "POST /graphql 200", DECORATE],
    },
  ])("$because", async ({ because, data, requests }) => {
    const project = because.replaceAll(/\W+/g, "-").slice(0, 40);
    expect(await requestsFor(project, data)).toEqual(requests);
  });

  test("the base branch has moved: the repository's own files are read at the new commit, in one request", async () => {
    const { github, repository } = scenario.stage;
    await github.pushFiles(repository, { branch: "main", files: { "moved.md": "x" }, message: "Move on" });
    expect(await requestsFor("moved", {})).toEqual([COMPARE, "POST /graphql 200", OPEN, DECORATE]);
  });
});
