import { describe, expect, test } from "../../support/testing.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";

type Options = Parameters<typeof setGitHubScene>[0];

/** A scene with a pull request from `agent/1` into `main`. */
async function setPullRequestScene(options: Options = {}): Promise<GitHubScene> {
  const scene = await setGitHubScene(options);
  const { github, repository } = scene;
  await github.pushFiles(repository, {
    branch: "agent/1",
    files: { "src/widget.ts": "export const widget = 2;\n" },
    message: "Make widgets better",
  });
  await github.openPullRequest(repository, {
    title: "Better widgets",
    head: "agent/1",
    base: "main",
    body: "- [ ] Refresh",
    draft: true,
  });
  await github.addLabels(repository, 1, ["bug"]);
  return scene;
}

describe("a snapshot", () => {
  test("has all checks of a head that has more than fit on a page", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote, routesOf } = scene;
    const headSha = await github.branchSha(repository, "agent/1");
    for (let job = 1; job <= 101; job++) {
      const conclusion = job === 101 ? "failure" : "success";
      await github.completeCheckRun(repository, String(headSha), { name: `job ${job}`, conclusion });
    }
    const { states, total } = (await remote.snapshot(1)).checks;
    expect(total).toBe(101);
    expect(states).toHaveLength(101);
    expect(states.filter(({ state }) => state === "failed").map(({ name }) => name)).toEqual(["job 101"]);
    expect(await routesOf(() => remote.snapshot(1))).toHaveLength(2);
  });

  test("has everything about a pull request, in one request", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote, routesOf } = scene;
    const pullRequest = github.pullRequest(repository, 1);
    expect(await routesOf(() => remote.snapshot(1))).toEqual(["POST /graphql 200"]);
    expect(await remote.snapshot(1)).toEqual({
      repository: { id: repository.id, fullName: "acme/widgets", updatedAt: expect.any(Date) },
      pullRequest: {
        number: 1,
        nodeId: pullRequest.nodeId,
        url: `${github.url}/acme/widgets/pull/1`,
        state: "open",
        merged: false,
        draft: true,
        title: "Better widgets",
        body: "- [ ] Refresh",
        headSha: await github.branchSha(repository, "agent/1"),
        baseRef: "main",
        labels: ["bug"],
      },
      updatedAt: new Date(Math.floor(pullRequest.updatedAt.getTime() / 1_000) * 1_000),
      mergedAt: null,
      closedAt: null,
      mergedBy: null,
      headRef: "agent/1",
      headExists: true,
      baseSha: await github.branchSha(repository, "main"),
      mergeable: "mergeable",
      checks: { states: [], total: 0 },
      checksRefused: null,
      reviewDecision: null,
      reviews: [],
    });
    expect((await remote.snapshot(1)).pullRequest).toEqual(await remote.pullRequest(1));
  });

  test("has its mergeability once GitHub has computed it, and again after each push to its base", async () => {
    await using scene = await setPullRequestScene({ mergeableNullReads: 1 });
    const { github, repository, remote } = scene;
    expect((await remote.snapshot(1)).mergeable).toBe("unknown");
    expect((await remote.snapshot(1)).mergeable).toBe("mergeable");
    const files = { "src/widget.ts": "export const widget = 3;\n" };
    const baseSha = await github.pushFiles(repository, { branch: "main", files, message: "Other widgets" });
    expect((await remote.snapshot(1)).mergeable).toBe("unknown");
    expect(await remote.snapshot(1)).toMatchObject({ mergeable: "conflicting", baseSha });
  });

  test("has who merged it and when, and that its branch is deleted", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote } = scene;
    const head = await github.branchSha(repository, "agent/1");
    await github.setDraft(repository, 1, false);
    await github.mergePullRequest(repository, 1);
    await github.deleteBranch(repository, "agent/1");
    const merged = await remote.snapshot(1);
    expect(merged).toMatchObject({
      pullRequest: { state: "closed", merged: true, headSha: head },
      mergedBy: "octocat",
      headRef: "agent/1",
      headExists: false,
      mergeable: "unknown",
    });
    expect(merged.mergedAt).toEqual(merged.closedAt);
    expect(merged.mergedAt).toBeInstanceOf(Date);
  });

  test("names a bot as REST and webhooks do", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote, app } = scene;
    await github.setDraft(repository, 1, false);
    await github.mergePullRequest(repository, 1, { by: app.bot });
    expect((await remote.snapshot(1)).mergedBy).toBe("orb[bot]");
  });

  test("is found under the repository's former name", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote, gitHub } = scene;
    await github.renameRepository(repository, "gadgets");
    expect((await remote.snapshot(1)).pullRequest.url).toBe(`${github.url}/acme/gadgets/pull/1`);
    expect((await remote.pullRequest(1)).url).toBe(`${github.url}/acme/gadgets/pull/1`);
    gitHub.forget("acme/widgets");
    const found = await gitHub.repository("acme/widgets");
    expect((await found.snapshot(1)).pullRequest.title).toBe("Better widgets");
  });

  test("of a missing pull request or repository is not found", async () => {
    await using scene = await setPullRequestScene();
    expect((await refusalOf(scene.remote.snapshot(99))).code).toBe("not_found");
    await scene.github.deleteRepository(scene.repository);
    expect((await refusalOf(scene.remote.snapshot(1))).code).toBe("not_found");
  });
});

describe("the checks of a snapshot", () => {
  test("are those of others on its head, with the required ones marked", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote } = scene;
    await github.protect(repository, "main", { requiredChecks: ["unit", "ci/deploy", "never"] });
    const run = await github.completeCheckRun(repository, "agent/1", {
      name: "unit",
      conclusion: "failure",
      output: { title: "2 of 30 failed", summary: "…" },
    });
    await github.startCheckRun(repository, "agent/1", { name: "lint" });
    await github.setStatus(repository, "agent/1", {
      context: "ci/deploy",
      state: "success",
      description: "Deployed",
    });
    const headSha = (await github.branchSha(repository, "agent/1")) ?? "";
    const output = { title: sanitizeText("Ours", 20), summary: ownWords("…"), text: null };
    await remote.createCheckRun({ headSha, output });

    const { states, total } = (await remote.snapshot(1)).checks;
    expect(total).toBe(3);
    expect(states).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: run.id,
          name: "unit",
          state: "failed",
          description: "2 of 30 failed",
          required: true,
        }),
        expect.objectContaining({ name: "lint", state: "pending", description: null, required: false }),
        expect.objectContaining({
          id: null,
          name: "ci/deploy",
          state: "passed",
          description: "Deployed",
          required: true,
        }),
      ]),
    );
  });

  test("are missing with a reason if the App may not read them; the rest is there", async () => {
    const { checks: _checks, statuses: _statuses, ...permissions } = ALL_PERMISSIONS;
    await using scene = await setPullRequestScene({ permissions });
    const snapshot = await scene.remote.snapshot(1);
    expect(snapshot.pullRequest.title).toBe("Better widgets");
    expect(snapshot.checks).toEqual({ states: [], total: 0 });
    expect(snapshot.checksRefused).toMatchObject({ code: "permission_missing" });
  });
});

describe("the reviews of a snapshot", () => {
  test("are those of all reviewers, even if they do not fit on a page", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { a: "a\n" }, message: "A" });
    await github.openPullRequest(repository, { title: "A", head: "agent/1", base: "main" });
    for (let index = 0; index <= 100; index++) {
      const by = github.createUser(`reviewer-${index}`);
      github.addCollaborator(repository, by, "write");
      await github.review(repository, 1, {
        by,
        event: index < 100 ? "APPROVE" : "REQUEST_CHANGES",
        body: "Hm",
      });
    }
    const { reviews } = await remote.snapshot(1);
    expect([reviews.length, reviews.at(-1)?.state]).toEqual([101, "changes_requested"]);
  });

  test("are the latest opinion of each reviewer, with GitHub's decision", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository, remote } = scene;
    await github.setDraft(repository, 1, false);
    await github.protect(repository, "main", { requiredApprovals: 1 });
    const [ada, bob] = [github.createUser("ada"), github.createUser("bob")];
    const stranger = github.createUser("passer-by");
    for (const person of [ada, bob]) github.addCollaborator(repository, person, "write");
    expect((await remote.snapshot(1)).reviewDecision).toBe("review_required");

    await github.review(repository, 1, { by: ada, event: "APPROVE" });
    await github.review(repository, 1, { by: ada, event: "COMMENT", body: "By the way" });
    await github.review(repository, 1, { by: stranger, event: "REQUEST_CHANGES", body: "Mine first" });
    const asked = await github.review(repository, 1, {
      by: bob,
      event: "REQUEST_CHANGES",
      body: "x".repeat(5_000),
    });
    const { reviewDecision, reviews } = await remote.snapshot(1);
    expect(reviewDecision).toBe("changes_requested");
    expect(reviews.map(({ author, state }) => [author, state])).toEqual([
      ["ada", "approved"],
      ["bob", "changes_requested"],
    ]);
    expect(reviews[1]).toMatchObject({
      id: asked.id,
      commitSha: await github.branchSha(repository, "agent/1"),
      url: `${github.url}/acme/widgets/pull/1#pullrequestreview-${asked.id}`,
    });
    expect(reviews[1]?.body).toHaveLength(4_000);

    await github.dismissReview(repository, 1, asked);
    expect(await remote.snapshot(1)).toMatchObject({
      reviewDecision: "approved",
      reviews: [{ author: "ada", state: "approved" }],
    });
  });
});
