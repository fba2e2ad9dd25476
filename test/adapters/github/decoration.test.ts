import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import type { PullRequest } from "../../local-github/state.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene, type GitHubScene } from "./scene.ts";

const GRAPHQL = "POST /graphql";

let scene: GitHubScene;
let pullRequest: PullRequest;

beforeEach(async () => {
  scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, members: "read" } });
  const { github, acme, repository, octokit, at } = scene;
  for (const login of ["mona", "hubot", "author"]) {
    github.addCollaborator(repository, github.createUser(login), "write");
  }
  github.createUser("stranger");
  github.createTeam(acme, "core");
  await github.pushFiles(repository, { branch: "agent/1", files: { a: "a\n" }, message: "A" });
  await octokit.rest.pulls.create({ ...at, title: "A", head: "agent/1", base: "main" });
  pullRequest = github.pullRequest(repository, 1);
});

afterEach(() => scene[Symbol.asyncDispose]());

async function idsOf(people: string[], teams: string[] = []) {
  const found = await scene.remote.accountIds({ people, teams });
  return {
    people: people.map((name) => found.people.get(name) ?? ""),
    teams: teams.map((name) => found.teams.get(name) ?? ""),
  };
}

async function labelIds(...names: string[]): Promise<string[]> {
  const ids = await scene.remote.labelIds();
  return names.map((name) => ids.get(name) ?? "");
}

const NONE = { addLabelIds: [], removeLabelIds: [], reviewerIds: { people: [], teams: [] } };

describe("decorating a pull request", () => {
  test("changes labels and asks for reviews in one request", async () => {
    const { github, repository, remote, routesOf } = scene;
    await github.addLabels(repository, 1, ["question"]);
    const decoration = {
      addLabelIds: await labelIds("bug", "documentation"),
      removeLabelIds: await labelIds("question"),
      reviewerIds: await idsOf(["mona"], ["core"]),
    };
    let done: unknown;
    const asked = await routesOf(async () => {
      done = await remote.decorate(pullRequest.nodeId, decoration);
    });
    expect(asked).toEqual([`${GRAPHQL} 200`]);
    expect(done).toEqual({
      labels: ["bug", "documentation"],
      labelsRefused: null,
      reviewers: { people: ["mona"], teams: ["core"] },
      reviewersRefused: null,
    });
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["mona"]);
  });

  test("keeps the reviewers who were asked before", async () => {
    const { remote } = scene;
    await remote.decorate(pullRequest.nodeId, { ...NONE, reviewerIds: await idsOf(["mona"]) });
    const done = await remote.decorate(pullRequest.nodeId, { ...NONE, reviewerIds: await idsOf(["hubot"]) });
    expect(done.reviewers).toEqual({ people: ["mona", "hubot"], teams: [] });
  });

  test("sends only what is wanted, and no request if nothing is", async () => {
    const { github, repository, remote, routesOf } = scene;
    await github.addLabels(repository, 1, ["question"]);
    expect(await routesOf(() => remote.decorate(pullRequest.nodeId, NONE))).toEqual([]);
    const removeLabelIds = await labelIds("question");
    expect(await remote.decorate(pullRequest.nodeId, { ...NONE, removeLabelIds })).toEqual({
      labels: [],
      labelsRefused: null,
      reviewers: null,
      reviewersRefused: null,
    });
  });

  test.each([
    ["not a collaborator", ["mona", "stranger"], "reviewer_not_collaborator"],
    ["the author", ["author", "mona"], "reviewer_is_author"],
  ])("adds labels even if a reviewer is %s, but asks nobody of that batch", async (_who, people, code) => {
    const { github, repository, remote } = scene;
    const author = github.world.findAccount("author");
    if (!author) throw new Error("The author is missing");
    await github.pushFiles(repository, { branch: "agent/2", files: { b: "b\n" }, message: "B" });
    await github.openPullRequest(repository, { title: "B", head: "agent/2", base: "main", by: author });
    const theirs = github.pullRequest(repository, 2);

    const done = await remote.decorate(theirs.nodeId, {
      ...NONE,
      addLabelIds: await labelIds("bug"),
      reviewerIds: await idsOf(people),
    });

    expect(done).toMatchObject({ labels: ["bug"], labelsRefused: null, reviewers: null });
    expect(done.reviewersRefused?.code).toBe(code);
    expect(theirs.requestedReviewers).toEqual([]);
    expect(theirs.labels).toEqual(["bug"]);
  });

  test("asks reviewers even if a label is gone", async () => {
    const done = await scene.remote.decorate(pullRequest.nodeId, {
      ...NONE,
      addLabelIds: ["LA_gone"],
      reviewerIds: await idsOf(["mona"]),
    });
    expect(done).toMatchObject({ labels: null, reviewers: { people: ["mona"] }, reviewersRefused: null });
    expect(done.labelsRefused?.code).toBe("node_not_found");
  });

  test("reports if it was done but the result can't be read", async () => {
    const { github, remote } = scene;
    const message = "Resource not accessible by integration";
    const path = ["added", "labelable", "labels"];
    const json = { data: { added: { labelable: null } }, errors: [{ type: "FORBIDDEN", path, message }] };
    github.faults.add({ route: GRAPHQL, fault: { kind: "answer", status: 200, json } });
    const done = await remote.decorate(pullRequest.nodeId, { ...NONE, addLabelIds: ["LA_any"] });
    expect([done.labels, done.labelsRefused?.code]).toEqual([null, "permission_missing"]);
  });

  test("is refused in both parts without the permissions", async () => {
    const { github, installation, gitHub, remote } = scene;
    const decoration = { ...NONE, addLabelIds: await labelIds("bug"), reviewerIds: await idsOf(["mona"]) };
    await github.grantPermissions(installation, {
      ...ALL_PERMISSIONS,
      pull_requests: "read",
      issues: "read",
    });
    github.expireTokens();
    gitHub.forget("acme/widgets");
    const done = await remote.decorate(pullRequest.nodeId, decoration);
    expect([done.labels, done.reviewers]).toEqual([null, null]);
    expect([done.labelsRefused?.code, done.reviewersRefused?.code]).toEqual([
      "permission_missing",
      "permission_missing",
    ]);
  });

  test.each([
    ["a secondary limit", { kind: "secondary-limit", retryAfterS: 60 }, "rate_limited"],
    ["an outage", { kind: "error", status: 502, when: "after" }, "github_unavailable"],
    [
      "a limit that GraphQL reports with status 200",
      {
        kind: "answer",
        status: 200,
        json: {
          errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 1." }],
        },
      },
      "rate_limited",
    ],
    [
      "a limit in the middle",
      {
        kind: "answer",
        status: 200,
        json: {
          data: { added: null },
          errors: [
            { type: "RATE_LIMITED", path: ["added"], message: "You have exceeded a secondary rate limit." },
          ],
        },
      },
      "rate_limited",
    ],
  ] as const)("fails as a whole at %s", async (_what, fault, code) => {
    const addLabelIds = await labelIds("bug");
    scene.github.faults.add({ route: GRAPHQL, fault });
    const refused = await refusalOf(scene.remote.decorate(pullRequest.nodeId, { ...NONE, addLabelIds }));
    expect(refused.code).toBe(code);
  });
});

describe("asking a single reviewer", () => {
  test.each([
    [{ person: "mona" }, null],
    [{ team: "core" }, null],
    [{ person: "stranger" }, "reviewer_not_collaborator"],
    [{ person: "nobody" }, "reviewer_not_collaborator"],
    [{ team: "gone" }, "reviewer_not_collaborator"],
  ])("%j is answered with %s", async (reviewer, code) => {
    const asking = scene.remote.requestReviewer(1, reviewer);
    const answer = code === null ? await asking : (await refusalOf(asking)).code;
    expect(answer).toBe(code ?? undefined);
  });

  test("one more than GitHub allows is refused with its own code", async () => {
    const { github, repository, remote } = scene;
    for (let index = 0; index < 15; index++) {
      const login = `person-${index}`;
      github.addCollaborator(repository, github.createUser(login), "write");
      await remote.requestReviewer(1, { person: login });
    }
    expect((await refusalOf(remote.requestReviewer(1, { person: "mona" }))).code).toBe("too_many_reviewers");
  });
});

describe("ids of accounts", () => {
  test("are found in one request, in any case of a login; missing accounts are null", async () => {
    const { remote, routesOf } = scene;
    const names = { people: ["Mona", "nobody", "acme"], teams: ["core", "gone"] };
    let found: Awaited<ReturnType<typeof remote.accountIds>> | undefined;
    const asked = await routesOf(async () => {
      found = await remote.accountIds(names);
    });
    expect(asked).toEqual([`${GRAPHQL} 200`]);
    const mona = scene.github.world.findAccount("mona");
    expect([...(found?.people ?? [])]).toEqual([
      ["Mona", mona?.nodeId],
      ["nobody", null],
      ["acme", null],
    ]);
    expect([...(found?.teams ?? [])]).toEqual([
      ["core", expect.stringMatching(/^T_/)],
      ["gone", null],
    ]);
    expect(await routesOf(() => remote.accountIds({ people: ["mona"], teams: ["core"] }))).toEqual([]);
  });

  test("are cached for minutes if an account is missing, and for hours otherwise", async () => {
    const { github, remote, routesOf, wait } = scene;
    await remote.accountIds({ people: ["mona", "late"], teams: [] });
    github.createUser("late");
    expect((await remote.accountIds({ people: ["late"], teams: [] })).people.get("late")).toBeNull();
    wait(10 * 60_000 + 1);
    expect(await routesOf(() => remote.accountIds({ people: ["mona"], teams: [] }))).toEqual([]);
    expect((await remote.accountIds({ people: ["late"], teams: [] })).people.get("late")).toMatch(/^U_/);
    wait(6 * 60 * 60_000);
    expect(await routesOf(() => remote.accountIds({ people: ["mona"], teams: [] }))).toHaveLength(1);
  });

  test("of teams need the permission to read members, and an owner that is an organization", async () => {
    const { github, gitHub, app } = scene;
    const { members: _members, ...fewer } = app.permissions;
    await github.grantPermissions(scene.installation, fewer);
    github.expireTokens();
    gitHub.forget("acme/widgets");
    const found = await scene.remote.accountIds({ people: ["mona"], teams: ["core"] });
    expect([found.teams.get("core"), found.people.get("mona")]).toEqual([null, expect.any(String)]);

    const alone = await github.createRepository({ owner: github.octocat, name: "alone" });
    await github.install(app, github.octocat, { repositories: [alone] });
    const own = await (await gitHub.repository("octocat/alone")).accountIds({ people: [], teams: ["core"] });
    expect(own.teams.get("core")).toBeNull();
  });

  test("are found if one account is refused for a reason of its own", async () => {
    const { github, remote } = scene;
    const json = {
      data: { person0: null, person1: { id: "U_mona" } },
      errors: [{ type: "FORBIDDEN", path: ["person0"], message: "Resource protected by organization SAML" }],
    };
    github.faults.add({ route: GRAPHQL, fault: { kind: "answer", status: 200, json } });
    const { people } = await remote.accountIds({ people: ["ada", "mona"], teams: [] });
    expect([...people]).toEqual([
      ["ada", null],
      ["mona", "U_mona"],
    ]);
  });

  test.each([
    ["an outage", { kind: "error", status: 503, when: "before" }],
    [
      "a failure of GraphQL",
      {
        kind: "answer",
        status: 200,
        json: {
          data: { person0: null },
          errors: [
            { path: ["person0"], message: "Something went wrong while executing your query on 2026-03-01." },
          ],
        },
      },
    ],
  ] as const)("do not count as missing after a failure: %s", async (_what, fault) => {
    const { github, remote } = scene;
    github.faults.add({ route: GRAPHQL, fault });
    const refused = await refusalOf(remote.accountIds({ people: ["mona"], teams: [] }));
    expect(refused.code).toBe("github_unavailable");
    expect((await remote.accountIds({ people: ["mona"], teams: [] })).people.get("mona")).toMatch(/^U_/);
  });
});
