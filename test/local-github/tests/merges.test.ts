import { describe, expect, test } from "../../support/testing.ts";
import { refusal, setScene, type Scene, recordEvents, nameOf } from "./scene.ts";

/** Two commits on a branch, another one on main, and a pull request between them. */
async function withPullRequest(): Promise<Scene> {
  const scene = await setScene();
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch: "agent/x", files: { "a.txt": "1\n" }, message: "First" });
  await github.pushFiles(repository, { branch: "agent/x", files: { "a.txt": "1\n2\n" }, message: "Second" });
  await github.pushFiles(repository, { branch: "main", files: { "b.txt": "b\n" }, message: "Elsewhere" });
  await github.openPullRequest(repository, { head: "agent/x", base: "main", title: "Add a", body: "Text" });
  return scene;
}

async function historyOfMain({ github, repository }: Scene): Promise<string[]> {
  const log = await github.world.git(repository).text(["log", "--first-parent", "--format=%s", "main"]);
  return log.split("\n");
}

async function fileOnMain({ github, repository }: Scene, path: string): Promise<string> {
  return github.world.git(repository).text(["show", `main:${path}`]);
}

describe("merging", () => {
  test.each([
    {
      method: "merge" as const,
      history: ["Merge pull request #1 from acme/agent/x", "Elsewhere", "Initial commit"],
    },
    { method: "squash" as const, history: ["Add a (#1)", "Elsewhere", "Initial commit"] },
    { method: "rebase" as const, history: ["Second", "First", "Elsewhere", "Initial commit"] },
  ])("by $method moves the base and marks the pull request", async ({ method, history }) => {
    await using scene = await withPullRequest();
    const { github, repository, octokit, at, app } = scene;
    const { data } = await octokit.rest.pulls.merge({ ...at, pull_number: 1, merge_method: method });
    expect(data).toMatchObject({ merged: true, sha: await github.branchSha(repository, "main") });
    expect(await historyOfMain(scene)).toEqual(history);
    expect([await fileOnMain(scene, "a.txt"), await fileOnMain(scene, "b.txt")]).toEqual(["1\n2", "b"]);
    const { data: merged } = await octokit.rest.pulls.get({ ...at, pull_number: 1 });
    expect(merged).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: data.sha,
      merged_by: { login: app.bot.login },
      additions: 2,
      changed_files: 1,
    });
    await expect(octokit.rest.pulls.checkIfMerged({ ...at, pull_number: 1 })).resolves.toMatchObject({
      status: 204,
    });
  });

  test("is reported as one push to main and one close, in the name of the person who merged", async () => {
    await using scene = await withPullRequest();
    const { github, repository } = scene;
    const events = recordEvents(github);
    await github.mergePullRequest(repository, 1, { method: "squash" });
    expect(events.map(nameOf)).toEqual(["pull_request closed", "push", "check_suite requested"]);
    expect(github.pullRequest(repository, 1).mergedBy).toBe(github.octocat);
  });

  test("is refused on a conflict, on an old head, for drafts and for closed pull requests", async () => {
    await using scene = await withPullRequest();
    const { github, repository, octokit, at } = scene;
    const merge = (options: object = {}): Promise<unknown> =>
      octokit.rest.pulls.merge({ ...at, pull_number: 1, ...options });
    const stale = {
      status: 409,
      body: { message: "Head branch was modified. Review and try the merge again." },
    };
    expect(await refusal(merge({ sha: "0".repeat(40) }))).toMatchObject(stale);
    await github.setDraft(repository, 1, true);
    expect(await refusal(merge())).toMatchObject({
      status: 405,
      body: { message: "Pull Request is still a draft" },
    });
    await github.setDraft(repository, 1, false);
    await github.pushFiles(repository, {
      branch: "main",
      files: { "a.txt": "other\n" },
      message: "In the way",
    });
    const not = { status: 405, body: { message: "Pull Request is not mergeable" } };
    expect(await refusal(merge())).toMatchObject(not);
    expect(await refusal(merge({ merge_method: "rebase" }))).toMatchObject(not);
    await github.closePullRequest(repository, 1);
    expect(await refusal(merge())).toMatchObject(not);
  });

  test("waits for the reviews and checks that protection and rulesets require", async () => {
    await using scene = await withPullRequest();
    const { github, repository, octokit, at } = scene;
    await github.protect(repository, "main", { requiredApprovals: 1, dismissStale: true });
    await github.addRuleset(repository, {
      name: "CI",
      rules: [
        { type: "required_status_checks", parameters: { required_status_checks: [{ context: "test" }] } },
      ],
    });
    const merge = (): Promise<unknown> => octokit.rest.pulls.merge({ ...at, pull_number: 1 });
    const review = "At least 1 approving review is required by reviewers with write access.";
    expect(await refusal(merge())).toMatchObject({ status: 405, body: { message: review } });
    const mona = github.createUser("mona");
    await github.review(repository, 1, { event: "APPROVE", by: mona });
    expect(await refusal(merge())).toMatchObject({ status: 405, body: { message: review } });
    github.addCollaborator(repository, mona, "write");
    await expect(github.review(repository, 1, { event: "APPROVE" })).rejects.toMatchObject({
      errors: ["Can not approve your own pull request"],
    });
    await github.review(repository, 1, { event: "APPROVE", by: mona });
    await github.pushFiles(repository, { branch: "agent/x", files: { "c.txt": "c\n" }, message: "Third" });
    expect(await refusal(merge())).toMatchObject({ status: 405, body: { message: review } });
    await github.review(repository, 1, { event: "APPROVE", by: mona });
    const checks = "Required status checks have not succeeded.";
    expect(await refusal(merge())).toMatchObject({ status: 405, body: { message: checks } });
    await github.completeCheckRun(repository, "agent/x", { name: "test", conclusion: "success" });
    await expect(merge()).resolves.toMatchObject({ status: 200 });
  });

  test("closes the issues named by body and commits if the base is the default branch", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    for (const title of ["One", "Two", "Three", "Four"]) await github.openIssue(repository, { title });
    await github.pushFiles(repository, { branch: "x", files: { x: "x" }, message: "Work\n\nResolves: #2" });
    const body = "Fixes #1, see #3, and `closes #4` in code";
    const { number } = await github.openPullRequest(repository, {
      head: "x",
      base: "main",
      title: "X",
      body,
    });
    await github.mergePullRequest(repository, number);
    expect([...repository.issues.values()].map(({ state }) => state)).toEqual([
      "closed",
      "closed",
      "open",
      "open",
    ]);
  });
});

test("a pull request whose commits reach the base in another way is merged too", async () => {
  await using scene = await withPullRequest();
  const { github, repository } = scene;
  const git = github.world.git(repository);
  await github.pushFiles(repository, {
    branch: "other",
    from: "agent/x",
    files: { o: "o" },
    message: "On top",
  });
  await github.openPullRequest(repository, { head: "other", base: "main", title: "Other" });
  await github.mergePullRequest(repository, 2);
  expect(github.pullRequest(repository, 1)).toMatchObject({ state: "closed", mergedBy: github.octocat });
  expect(await git.text(["merge-base", "--is-ancestor", "agent/x", "main"])).toBe("");
});

test("the merge queue requests checks on its own commit", async () => {
  await using scene = await withPullRequest();
  const { github, repository, octokit, at } = scene;
  const events = recordEvents(github);
  const sha = await github.addToMergeQueue(repository, 1);
  const baseSha = await github.branchSha(repository, "main");
  const headRef = `refs/heads/gh-readonly-queue/main/pr-1-${baseSha}`;
  expect(events).toEqual([
    expect.objectContaining({
      type: "merge_group",
      headSha: sha,
      headRef,
      baseSha,
      baseRef: "refs/heads/main",
    }),
  ]);
  const { data } = await octokit.rest.repos.getCommit({ ...at, ref: sha });
  expect(data.parents.map((parent) => parent.sha)).toEqual([
    baseSha,
    github.pullRequest(repository, 1).headSha,
  ]);
});

describe("update-branch", () => {
  test("merges the base into the head, and the second time finds nothing new", async () => {
    await using scene = await withPullRequest();
    const { github, repository, octokit, at } = scene;
    const before = github.pullRequest(repository, 1).headSha;
    const update = (options: object = {}): Promise<unknown> =>
      octokit.rest.pulls.updateBranch({ ...at, pull_number: 1, ...options });
    expect(await refusal(update({ expected_head_sha: "0".repeat(40) }))).toMatchObject({ status: 422 });
    await expect(update({ expected_head_sha: before })).resolves.toMatchObject({ status: 202 });
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...at,
      basehead: "main...agent/x",
    });
    expect(data).toMatchObject({ status: "ahead", behind_by: 0, ahead_by: 3 });
    const message = "There are no new commits on the base branch.";
    expect(await refusal(update())).toMatchObject({ status: 422, body: { message } });
  });

  test("is refused on a conflict", async () => {
    await using scene = await withPullRequest();
    const { github, repository, octokit, at } = scene;
    await github.pushFiles(repository, {
      branch: "main",
      files: { "a.txt": "other\n" },
      message: "In the way",
    });
    const call = octokit.rest.pulls.updateBranch({ ...at, pull_number: 1 });
    const message = "merge conflict between base and head";
    expect(await refusal(call)).toMatchObject({ status: 422, body: { message } });
  });
});
