import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";

const GRAPHQL = "POST /graphql";
const message = "Resource not accessible by integration";
const { statuses: _statuses, ...NO_STATUSES } = ALL_PERMISSIONS;

interface Rollup {
  readonly contexts: { totalCount: number; readonly nodes: unknown[] };
}

async function setPullRequestScene(options: Parameters<typeof setGitHubScene>[0] = {}): Promise<GitHubScene> {
  const scene = await setGitHubScene(options);
  const { github, repository, octokit, at } = scene;
  await github.pushFiles(repository, { branch: "agent/1", files: { a: "a\n" }, message: "A" });
  await octokit.rest.pulls.create({ ...at, title: "A", head: "agent/1", base: "main" });
  return scene;
}

/** GitHub answers the next request with this instead of what it has. */
function answers(scene: GitHubScene, json: unknown, headers: Record<string, string> = {}): void {
  scene.github.faults.add({ route: GRAPHQL, fault: { kind: "answer", status: 200, json, headers } });
}

/** GitHub's own answer to a request of the bot, to be changed. */
async function snapshotAnswer(scene: GitHubScene) {
  const { github, octokit, remote } = scene;
  await remote.snapshot(1);
  const query = github.requests.documents().find((text) => text.startsWith("query Snapshot"));
  const variables = { owner: "acme", name: "widgets", number: 1 };
  const { data } = await octokit.request("POST /graphql", { query: query ?? "", variables });
  return structuredClone(data) as { data: Record<string, { pullRequest: Record<string, never> }> };
}

describe("checks that GitHub refuses one by one", () => {
  test("are named with the permission, and the others and the rest are there", async () => {
    await using scene = await setPullRequestScene({ permissions: NO_STATUSES });
    const { github, repository, remote } = scene;
    const headSha = String(await github.branchSha(repository, "agent/1"));
    await github.completeCheckRun(repository, headSha, { name: "unit", conclusion: "success" });
    await github.setStatus(repository, headSha, { context: "ci/deploy", state: "failure" });
    const snapshot = await remote.snapshot(1);
    expect(snapshot.pullRequest).toMatchObject({ number: 1, title: "A" });
    expect(snapshot.checks.states.map(({ name }) => name)).toEqual(["unit"]);
    expect(snapshot.checks.total).toBe(2);
    expect(snapshot.checksRefused).toMatchObject({
      code: "permission_missing",
      remedy: expect.stringContaining("statuses: read") as unknown,
    });
    expect(await remote.checksOn(headSha)).toMatchObject({
      states: [{ name: "unit" }],
      total: 2,
      refused: { code: "permission_missing" },
    });
  });

  test("do not end the pages, even if they fill one", async () => {
    const { checks: _checks, ...permissions } = ALL_PERMISSIONS;
    await using scene = await setPullRequestScene({ permissions });
    const { github, repository, remote, routesOf } = scene;
    const headSha = String(await github.branchSha(repository, "agent/1"));
    for (let job = 1; job <= 110; job++) {
      await github.completeCheckRun(repository, headSha, { name: `job ${job}`, conclusion: "success" });
    }
    await github.setStatus(repository, headSha, { context: "ci/last", state: "failure" });
    let snapshot: Awaited<ReturnType<typeof remote.snapshot>> | undefined;
    const asked = await routesOf(async () => {
      snapshot = await remote.snapshot(1);
    });
    expect(asked).toHaveLength(2);
    expect(snapshot?.checks).toMatchObject({ states: [{ name: "ci/last", state: "failed" }], total: 111 });
    expect(snapshot?.checksRefused?.code).toBe("permission_missing");
  });

  test("are known to be missing, even if GitHub gives no reason", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote } = scene;
    await github.completeCheckRun(repository, "agent/1", { name: "unit", conclusion: "success" });
    const answer = await snapshotAnswer(scene);
    const rollup = answer.data["checks"]?.pullRequest["statusCheckRollup"] as unknown as Rollup;
    rollup.contexts.totalCount = 3;
    rollup.contexts.nodes.unshift(null, null);
    answers(scene, answer);
    const snapshot = await remote.snapshot(1);
    expect(snapshot.checks).toMatchObject({ states: [{ name: "unit" }], total: 3 });
    expect(snapshot.checksRefused).toMatchObject({
      code: "left_out",
      reason: "GitHub showed 1 of 3 checks and gave no reason.",
    });
  });
});

describe("a part of an answer that GitHub refuses", () => {
  test.each([
    [
      "latestOpinionatedReviews",
      ["latestOpinionatedReviews", "nodes", 0],
      { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [null] },
      "reviewsRefused",
    ],
    ["reviewDecision", ["reviewDecision"], null, "reviewsRefused"],
    ["labels", ["labels", "nodes", 0], { nodes: [null] }, "labelsRefused"],
    ["labels", ["labels"], null, "labelsRefused"],
  ] as const)("costs only itself: %s at %j", async (field, path, value, refused) => {
    await using scene = await setPullRequestScene();
    const { remote } = scene;
    const answer = await snapshotAnswer(scene);
    const { pullRequest } = answer.data["repository"] ?? {};
    Object.assign(pullRequest ?? {}, { [field]: value });
    const errors = [{ type: "FORBIDDEN", path: ["repository", "pullRequest", ...path], message }];
    answers(scene, { ...answer, errors });
    const snapshot = await remote.snapshot(1);
    expect(snapshot).toMatchObject({
      pullRequest: { title: "A", labels: [] },
      reviews: [],
      checksRefused: null,
      [refused]: { code: "permission_missing" },
    });
  });

  test("is not read as a deleted branch", async () => {
    await using scene = await setPullRequestScene();
    const answer = await snapshotAnswer(scene);
    Object.assign(answer.data["repository"]?.pullRequest ?? {}, { headRef: null });
    const errors = [{ type: "FORBIDDEN", path: ["repository", "pullRequest", "headRef"], message }];
    answers(scene, { ...answer, errors });
    expect((await scene.remote.snapshot(1)).headExists).toBe(true);
  });

  test.each([
    [
      "an error without a path",
      { message: "Something went wrong while executing your query." },
      "github_unavailable",
    ],
    [
      "a resource limit",
      {
        type: "RESOURCE_LIMITS_EXCEEDED",
        path: ["checks", "pullRequest"],
        message: "Resource limits for this query exceeded.",
      },
      "resource_limits_exceeded",
    ],
    [
      "a rate limit",
      { type: "RATE_LIMITED", path: ["checks"], message: "API rate limit exceeded for installation ID 1." },
      "rate_limited",
    ],
  ])("concerns all of the answer if it is %s", async (_what, error, code) => {
    await using scene = await setPullRequestScene();
    const answer = await snapshotAnswer(scene);
    answers(scene, { ...answer, errors: [error] });
    expect((await refusalOf(scene.remote.snapshot(1))).code).toBe(code);
  });

  test("is not read as a missing file or a missing comment", async () => {
    await using scene = await setPullRequestScene();
    const { remote, github, repository } = scene;
    const commit = String(await github.branchSha(repository, "main"));
    const hidden = { repository: { commit: { oid: commit }, at0: null } };
    answers(scene, { data: hidden, errors: [{ type: "FORBIDDEN", path: ["repository", "at0"], message }] });
    expect((await refusalOf(remote.baseFiles(commit))).code).toBe("permission_missing");

    const path = ["repository", "pullRequest", "comments", "nodes", 0];
    const comments = { repository: { pullRequest: { comments: { nodes: [null] } } } };
    answers(scene, { data: comments, errors: [{ type: "FORBIDDEN", path, message }] });
    expect((await refusalOf(remote.findComment(1, "marker"))).code).toBe("permission_missing");
  });
});

describe("reviewers of whom the App may not see a team", () => {
  test("are asked, and not reported as refused", async () => {
    await using scene = await setPullRequestScene();
    const { github, acme, repository, remote } = scene;
    github.createTeam(acme, "core");
    const mona = github.createUser("mona");
    github.addCollaborator(repository, mona, "write");
    await remote.requestReviewer(1, { team: "core" });
    const done = await remote.decorate(github.pullRequest(repository, 1).nodeId, {
      addLabelIds: [],
      removeLabelIds: [],
      reviewerIds: { people: [mona.nodeId], teams: [] },
    });
    expect(done).toMatchObject({ reviewers: { people: ["mona"], teams: [] }, reviewersRefused: null });
    expect(github.pullRequest(repository, 1).requestedReviewers).toEqual([mona]);
  });
});

describe("a change of the draft state", () => {
  test("names the permission that is missing", async () => {
    await using scene = await setPullRequestScene({ permissions: { ...ALL_PERMISSIONS, contents: "read" } });
    const { github, repository, remote } = scene;
    const refused = await refusalOf(remote.convertToDraft(github.pullRequest(repository, 1).nodeId));
    expect(refused).toMatchObject({
      code: "permission_missing",
      remedy: expect.stringContaining("contents: write") as unknown,
    });
  });

  test("is done if only its result is refused", async () => {
    await using scene = await setPullRequestScene();
    const path = ["changed", "pullRequest"];
    answers(scene, {
      data: { changed: { pullRequest: null } },
      errors: [{ type: "FORBIDDEN", path, message }],
    });
    expect(await scene.remote.convertToDraft("PR_1")).toEqual({ draft: true });
  });
});

describe("an older GitHub Enterprise Server", () => {
  const lacks = (type: string, fieldName: string, ...path: string[]) => ({
    path: ["query Snapshot", ...path, fieldName],
    extensions: { code: "undefinedField", typeName: type, fieldName },
    locations: [{ line: 1, column: 1 }],
    message: `Field '${fieldName}' doesn't exist on type '${type}'`,
  });
  const version = { "x-github-enterprise-version": "3.9.2" };

  test("is asked again without fields that have another source", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote, routesOf } = scene;
    const ada = github.createUser("ada");
    github.addCollaborator(repository, ada, "write");
    const { id } = await github.review(repository, 1, { by: ada, event: "APPROVE" });
    const nodes = ["repository", "pullRequest", "latestOpinionatedReviews", "nodes"];
    answers(scene, { errors: [lacks("PullRequestReview", "fullDatabaseId", ...nodes)] }, version);
    let snapshot: unknown;
    expect(
      await routesOf(async () => {
        snapshot = await remote.snapshot(1);
      }),
    ).toHaveLength(2);
    expect(snapshot).toMatchObject({ reviews: [{ id, author: "ada" }], checksRefused: null });
    expect(snapshot).not.toHaveProperty("reviewsRefused");
  });

  test("shows a pull request without what it does not have, with the reason", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote } = scene;
    await github.completeCheckRun(repository, "agent/1", { name: "unit", conclusion: "success" });
    answers(scene, { errors: [lacks("PullRequest", "statusCheckRollup", "checks", "pullRequest")] }, version);
    expect(await remote.snapshot(1)).toMatchObject({
      pullRequest: { title: "A" },
      checks: { states: [], total: 0 },
      checksRefused: {
        code: "server_outdated",
        reason:
          "GitHub Enterprise Server 3.9.2 answered 200: Field 'statusCheckRollup' doesn't exist on type 'PullRequest'",
        remedy: expect.stringContaining("update") as unknown,
      },
    });
  });

  test("that lacks what the bot needs is asked once, and the remedy is to update it", async () => {
    await using scene = await setPullRequestScene();
    const { remote, routesOf } = scene;
    answers(scene, { errors: [lacks("PullRequest", "headRefOid", "repository", "pullRequest")] });
    let refused: unknown;
    const asked = await routesOf(async () => {
      refused = await refusalOf(remote.snapshot(1));
    });
    expect(asked).toEqual(["POST /graphql 200"]);
    expect(refused).toMatchObject({
      code: "server_outdated",
      message: expect.stringContaining("'headRefOid'") as unknown,
      remedy: expect.stringContaining("GitHub Enterprise Server") as unknown,
    });
  });
});
