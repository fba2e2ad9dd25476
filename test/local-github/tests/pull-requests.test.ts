import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { refusal, setScene, ALL_PERMISSIONS, type Scene, ADD_X } from "./scene.ts";

/** A branch that is one commit ahead of main. */
async function withBranch(options: Parameters<typeof setScene>[0] = {}): Promise<Scene> {
  const scene = await setScene(options);
  await scene.github.pushFiles(scene.repository, {
    branch: "agent/x",
    files: { "src/x.ts": "export const x = 1;\nexport const y = 2;\n", "README.md": null },
    message: "Add x, drop the readme",
  });
  return scene;
}

test("a pull request is opened by the App's bot and shows what its branch changed", async () => {
  await using scene = await withBranch();
  const { octokit, at, app, repository, github } = scene;
  const { status, data } = await octokit.rest.pulls.create({ ...at, ...ADD_X, body: "Why", draft: true });
  expect(status).toBe(201);
  expect(data).toMatchObject({
    number: 1,
    state: "open",
    draft: true,
    title: "Add x",
    body: "Why",
    user: { login: "orb[bot]", type: "Bot", id: app.bot.id },
    head: { ref: "agent/x", label: "acme:agent/x", sha: await github.branchSha(repository, "agent/x") },
    base: { ref: "main", sha: await github.branchSha(repository, "main") },
    additions: 2,
    deletions: 1,
    changed_files: 2,
    commits: 1,
    mergeable: null,
    mergeable_state: "unknown",
  });
  const { data: files } = await octokit.rest.pulls.listFiles({ ...at, pull_number: 1 });
  expect(
    files.map(({ filename, status: change, additions, deletions }) => [
      filename,
      change,
      additions,
      deletions,
    ]),
  ).toEqual([
    ["README.md", "removed", 0, 1],
    ["src/x.ts", "added", 2, 0],
  ]);
  expect(files[1]?.patch).toBe("@@ -0,0 +1,2 @@\n+export const x = 1;\n+export const y = 2;");
  const { data: commits } = await octokit.rest.pulls.listCommits({ ...at, pull_number: 1 });
  expect(commits.map(({ commit, author }) => [commit.message, author?.login])).toEqual([
    ["Add x, drop the readme", "octocat"],
  ]);
});

describe("POST /pulls is refused", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await withBranch();
    const { github, repository } = scene;
    const git = github.world.git(repository);
    const [main, empty] = await Promise.all([
      github.branchSha(repository, "main"),
      git.text(["mktree"], { input: "" }),
    ]);
    await git.run(["update-ref", "refs/heads/same", main ?? ""]);
    const identity = {
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@b",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@b",
    };
    const orphan = await git.text(["commit-tree", empty, "-m", "Alone"], { environment: identity });
    await git.run(["update-ref", "refs/heads/orphan", orphan]);
    await github.pushFiles(repository, { branch: "taken", files: { t: "t" }, message: "t" });
    await github.openPullRequest(repository, { head: "taken", base: "main", title: "Taken" });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const custom = (message: string): object => ({ resource: "PullRequest", code: "custom", message });
  test.each([
    {
      name: "for a head that does not exist",
      given: { head: "nowhere" },
      error: { resource: "PullRequest", field: "head", code: "invalid" },
    },
    {
      name: "for a head in somebody else's fork",
      given: { head: "stranger:agent/x" },
      error: { field: "head", code: "invalid" },
    },
    {
      name: "for a base that does not exist",
      given: { base: "nowhere" },
      error: { resource: "PullRequest", field: "base", code: "invalid" },
    },
    {
      name: "if there is nothing to merge",
      given: { head: "same" },
      error: custom("No commits between main and same"),
    },
    {
      name: "if the histories are unrelated",
      given: { head: "orphan" },
      error: custom("The orphan branch has no history in common with main"),
    },
    {
      name: "if one is already open",
      given: { head: "taken" },
      error: custom("A pull request already exists for acme:taken."),
    },
    {
      name: "without a title",
      given: { title: "" },
      error: { resource: "Issue", field: "title", code: "missing_field" },
    },
    {
      name: "for a title of 257 characters",
      given: { title: "x".repeat(257) },
      error: {
        resource: "Issue",
        code: "custom",
        field: "title",
        message: "title is too long (maximum is 256 characters)",
      },
    },
    {
      name: "for a body of 65 537 characters",
      given: { body: "x".repeat(65_537) },
      error: {
        resource: "Issue",
        code: "custom",
        field: "body",
        message: "body is too long (maximum is 65536 characters)",
      },
    },
  ])("$name", async ({ given, error }) => {
    const { octokit, at } = scene;
    const { status, body } = await refusal(octokit.rest.pulls.create({ ...at, ...ADD_X, ...given }));
    expect({ status, body }).toEqual({
      status: 422,
      body: {
        message: "Validation Failed",
        errors: [expect.objectContaining(error)],
        documentation_url: expect.any(String),
        status: "422",
      },
    });
  });

  test("for drafts if the plan has none", async () => {
    await using scene = await setScene();
    const { github, acme, octokit } = scene;
    const free = await github.createRepository({
      owner: acme,
      name: "free",
      private: true,
      draftsSupported: false,
    });
    await github.pushFiles(free, { branch: "agent/x", files: { x: "x" }, message: "x" });
    const call = octokit.rest.pulls.create({ owner: "acme", repo: "free", ...ADD_X, draft: true });
    expect(await refusal(call)).toMatchObject({
      status: 422,
      body: { message: "Draft pull requests are not supported in this repository." },
    });
  });

  test("for a token that may not read the code", async () => {
    await using scene = await withBranch();
    const { contents: _contents, ...rest } = ALL_PERMISSIONS;
    const octokit = await scene.octokitWith(rest);
    expect(await refusal(octokit.rest.pulls.create({ ...scene.at, ...ADD_X }))).toMatchObject({
      status: 422,
      body: { errors: [{ resource: "PullRequest", code: "custom", message: "not all refs are readable" }] },
    });
  });

  test("for all but one of many concurrent requests", async () => {
    await using scene = await withBranch();
    const { octokit, at, repository } = scene;
    const calls = Array.from({ length: 5 }, () => octokit.rest.pulls.create({ ...at, ...ADD_X }));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(repository.pullRequests.size).toBe(1);
  });
});

describe("mergeable", () => {
  const read = async ({ octokit, at }: Scene): Promise<[boolean | null, string]> => {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: 1 });
    return [data.mergeable, data.mergeable_state];
  };

  test("is null until a read starts the computation, and again after a push to head or base", async () => {
    await using scene = await withBranch({ mergeableNullReads: 2 });
    const { octokit, at, github, repository } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    expect([await read(scene), await read(scene), await read(scene)]).toEqual([
      [null, "unknown"],
      [null, "unknown"],
      [true, "clean"],
    ]);
    await github.pushFiles(repository, { branch: "agent/x", files: { z: "z\n" }, message: "More" });
    expect(await read(scene)).toEqual([null, "unknown"]);
    await read(scene);
    expect(await read(scene)).toEqual([true, "clean"]);
    await github.pushFiles(repository, {
      branch: "main",
      files: { "src/x.ts": "other\n" },
      message: "In the way",
    });
    expect(await read(scene)).toEqual([null, "unknown"]);
    await read(scene);
    expect(await read(scene)).toEqual([false, "dirty"]);
  });

  test("shows what blocks a merge: review, check, age, a failing optional check", async () => {
    await using scene = await withBranch({ mergeableNullReads: 0 });
    const { octokit, at, github, repository } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X, draft: true });
    expect(await read(scene)).toEqual([true, "draft"]);
    await github.setDraft(repository, 1, false);
    await github.protect(repository, "main", {
      requiredApprovals: 1,
      requiredChecks: ["test"],
      strict: true,
    });
    expect(await read(scene)).toEqual([true, "blocked"]);
    await github.review(repository, 1, { event: "APPROVE" });
    expect(await read(scene)).toEqual([true, "blocked"]);
    await github.completeCheckRun(repository, "agent/x", { name: "test", conclusion: "success" });
    expect(await read(scene)).toEqual([true, "clean"]);
    await github.setStatus(repository, "agent/x", { state: "failure", context: "style" });
    expect(await read(scene)).toEqual([true, "unstable"]);
    await github.pushFiles(repository, { branch: "main", files: { other: "o" }, message: "Elsewhere" });
    expect(await read(scene)).toEqual([true, "behind"]);
  });
});

test("a list filters by state, base and owner:head, and ignores a head without its owner", async () => {
  await using scene = await withBranch();
  const { github, repository, octokit, at } = scene;
  await github.pushFiles(repository, { branch: "agent/y", files: { y: "y" }, message: "y" });
  await github.openPullRequest(repository, { ...ADD_X });
  await github.openPullRequest(repository, { ...ADD_X, head: "agent/y" });
  await github.closePullRequest(repository, 1);
  const list = async (query: object): Promise<number[]> => {
    const { data } = await octokit.rest.pulls.list({ ...at, ...query });
    return data.map(({ number }) => number);
  };
  expect(await list({})).toEqual([2]);
  expect(await list({ state: "all" })).toEqual([2, 1]);
  expect(await list({ state: "all", direction: "asc" })).toEqual([1, 2]);
  expect(await list({ state: "closed" })).toEqual([1]);
  expect(await list({ state: "all", head: "acme:agent/x" })).toEqual([1]);
  expect(await list({ state: "all", head: "acme:agent/x", base: "other" })).toEqual([]);
  expect(await list({ state: "all", head: "agent/x" })).toEqual([2, 1]);
});

test("an edit changes the given fields, reports the old values, and closes and reopens", async () => {
  await using scene = await withBranch();
  const { octokit, at, github } = scene;
  await octokit.rest.pulls.create({ ...at, ...ADD_X, body: "Old" });
  const reported: unknown[] = [];
  github.world.events.on((event) => void reported.push("action" in event && event.action));
  const edits = scene.github.world.events;
  edits.on((event) => {
    if (event.type === "pull_request" && event.action === "edited") reported.push(event.changes);
  });
  const update = (edit: object): Promise<{ data: { state: string; body: string | null; title: string } }> =>
    octokit.rest.pulls.update({ ...at, pull_number: 1, ...edit });
  expect((await update({ body: "New" })).data).toMatchObject({ title: "Add x", body: "New" });
  expect((await update({ state: "closed" })).data.state).toBe("closed");
  expect((await update({ state: "open" })).data.state).toBe("open");
  expect(reported).toEqual(["edited", { body: { from: "Old" } }, "closed", "reopened"]);
  expect(await refusal(update({ base: "nowhere" }))).toMatchObject({
    status: 422,
    body: { errors: [{ field: "base" }] },
  });
});

test("a closed pull request whose branch was force-pushed can't be reopened", async () => {
  await using scene = await withBranch();
  const { github, repository, octokit, at } = scene;
  await github.openPullRequest(repository, ADD_X);
  await github.closePullRequest(repository, 1);
  await github.pushFiles(repository, {
    branch: "agent/x",
    from: "main",
    force: true,
    files: { n: "n" },
    message: "Again",
  });
  const call = octokit.rest.pulls.update({ ...at, pull_number: 1, state: "open" });
  const message = "state cannot be changed. The agent/x branch was force-pushed or recreated.";
  expect(await refusal(call)).toMatchObject({ status: 422, body: { errors: [{ field: "state", message }] } });
});
