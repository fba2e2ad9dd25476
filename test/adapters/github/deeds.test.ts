import { describe, expect, test } from "../../support/testing.ts";
import { CHECK_OUTPUT_BYTES_MAX } from "../../../src/github/rules/text-limits.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";

async function openFrom({ github, repository }: GitHubScene, head: string, base = "main"): Promise<number> {
  await github.pushFiles(repository, { branch: head, files: { [`${head}.txt`]: "x\n" }, message: head });
  return (await github.openPullRequest(repository, { title: head, head, base })).number;
}

describe("the draft state of a pull request", () => {
  test("is changed in both directions, and repeating that changes nothing", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const { nodeId } = github.pullRequest(repository, await openFrom(scene, "agent/1"));
    expect(await remote.convertToDraft(nodeId)).toEqual({ draft: true });
    expect(await remote.convertToDraft(nodeId)).toEqual({ draft: true });
    expect(github.pullRequest(repository, 1).draft).toBe(true);
    expect(await remote.markReady(nodeId)).toEqual({ draft: false });
    expect(await remote.markReady(nodeId)).toEqual({ draft: false });
    expect(github.pullRequest(repository, 1).draft).toBe(false);
  });

  test("can't be changed if the plan has no drafts, or if the pull request is missing", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const { nodeId } = github.pullRequest(repository, await openFrom(scene, "agent/1"));
    repository.draftsSupported = false;
    expect((await refusalOf(remote.convertToDraft(nodeId))).code).toBe("drafts_not_supported");
    expect((await refusalOf(remote.markReady("PR_nothing"))).code).toBe("node_not_found");
  });
});

describe("a branch", () => {
  test("is used by the open pull requests from it or into it", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const first = await openFrom(scene, "agent/1");
    const onTop = await openFrom(scene, "agent/2", "agent/1");
    const closed = await openFrom(scene, "agent/3", "agent/1");
    await github.closePullRequest(repository, closed);
    expect(await remote.branchUsers("agent/1")).toEqual([first, onTop]);
    expect(await remote.branchUsers("agent/3")).toEqual([]);
  });

  test("is deleted once, and a second deletion says that it is gone", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    await openFrom(scene, "agent/1");
    expect(await remote.deleteBranch("agent/1")).toBe("deleted");
    expect(await github.branchSha(repository, "agent/1")).toBeNull();
    expect(await remote.deleteBranch("agent/1")).toBe("already_gone");
  });

  test("can be deleted only with the permission to write contents", async () => {
    await using scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, contents: "read" } });
    await openFrom(scene, "agent/1");
    const { code, remedy } = await refusalOf(scene.remote.deleteBranch("agent/1"));
    expect([code, remedy]).toEqual(["permission_missing", expect.stringContaining("contents=write")]);
  });
});

describe("a comment", () => {
  test("gets each reaction once, even if it is added again", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, app } = scene;
    const comment = await github.comment(repository, await openFrom(scene, "agent/1"), "/orb help");
    await remote.react(comment.id, "eyes");
    await remote.react(comment.id, "eyes");
    await remote.react(comment.id, "+1");
    expect(comment.reactions.map(({ by, content }) => [by, content])).toEqual([
      [app.bot, "eyes"],
      [app.bot, "+1"],
    ]);
    expect((await refusalOf(remote.react(comment.id + 1, "eyes"))).code).toBe("not_found");
  });

  test("of the App is found by its marker, and another person's copy of the marker is not", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const number = await openFrom(scene, "agent/1");
    const marker = "<!-- orb:help:1 -->";
    expect(await remote.findComment(number, marker)).toBeNull();
    const id = await remote.comment(number, ownWords(`${marker} Help`));
    await github.comment(repository, number, `${marker} Help`);
    await remote.comment(number, ownWords("Something else"));
    expect(await remote.findComment(number, marker)).toBe(id);

    await remote.updateComment(id, ownWords(`${marker} More help`));
    expect(github.pullRequest(repository, number).comments[0]?.body).toBe(`${marker} More help`);
    expect(await remote.findComment(number, marker)).toBe(id);
    expect((await refusalOf(remote.findComment(99, marker))).code).toBe("not_found");
  });

  test("of the App is found however many comments came after it, down to the comment that it answers", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    const number = await openFrom(scene, "agent/1");
    for (let index = 0; index < 5; index++) await github.comment(repository, number, "Before");
    const asked = await github.comment(repository, number, "/orb help");
    const id = await remote.comment(number, ownWords("<!-- orb:answer --> Help"));
    for (let index = 0; index < 250; index++) await github.comment(repository, number, "Chat");
    expect(await remote.findComment(number, "orb:answer")).toBeNull();
    expect(await remote.findComment(number, "orb:answer", asked.id)).toBe(id);
    const sent = await routesOf(() => remote.findComment(number, "orb:nothing", asked.id));
    expect(sent).toHaveLength(3);
  });
});

test.each([
  ["admin", "admin"],
  ["maintain", "write"],
  ["write", "write"],
  ["triage", "read"],
  ["read", "read"],
] as const)("a person with the role %s has the permission %s", async (role, permission) => {
  await using scene = await setGitHubScene();
  const { github, repository, remote } = scene;
  github.addCollaborator(repository, github.createUser("ada"), role);
  expect(await remote.permissionOf("ada")).toBe(permission);
});

test.each([
  [{ permission: "maintain", role_name: "maintain" }, "write"],
  [{ permission: "triage", role_name: "triage" }, "read"],
  [{ permission: "write", role_name: "release manager" }, "write"],
  [
    { permission: "release manager", role_name: "release manager", user: { permissions: { push: true } } },
    "write",
  ],
  [{ permission: "reader", role_name: "reader", user: { permissions: { pull: true } } }, "read"],
  [{ permission: "none", role_name: "none", user: null }, "none"],
  [{ permission: "constructor" }, "none"],
] as const)("the answer %j means the permission %s", async (json, permission) => {
  await using scene = await setGitHubScene({ mayViolate: true });
  const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  scene.github.faults.add({ route, fault: { kind: "answer", status: 200, json } });
  expect(await scene.remote.permissionOf("ada")).toBe(permission);
});

test("a stranger and a missing account have no permission in a private repository", async () => {
  await using scene = await setGitHubScene();
  const { github, acme, gitHub } = scene;
  await github.createRepository({ owner: acme, name: "secret", private: true });
  github.createUser("ada");
  const secret = await gitHub.repository("acme/secret");
  expect(await secret.permissionOf("ada")).toBe("none");
  expect(await secret.permissionOf("nobody")).toBe("none");
});

describe("a check run of the bot", () => {
  const output = { title: sanitizeText("Waits", 20), summary: ownWords("For **CI**."), text: null };
  const title = sanitizeText("Two things to know", 100);
  const summary = ownWords("It **went** well.");

  test("is completed when it is created, and belongs to the App", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, app } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    expect(await remote.findCheckRun(headSha)).toBeNull();
    const id = await remote.createCheckRun({ headSha, output: { title, summary, text: null } });
    expect(repository.checkRuns).toMatchObject([
      {
        id,
        appId: app.id,
        name: "orb",
        headSha,
        status: "completed",
        conclusion: "neutral",
        output: { title: "Two things to know", summary: "It **went** well.", text: null },
      },
    ]);
    expect((await remote.checksOn(headSha)).states).toMatchObject([{ name: "orb", state: "passed" }]);

    await github.startCheckRun(repository, headSha, { name: "orb" });
    expect(await remote.findCheckRun(headSha)).toBe(id);
    const output = { title, summary: ownWords("It went **wrong**."), text: ownWords("More.") };
    await remote.updateCheckRun({ id, output });
    expect(repository.checkRuns[0]).toMatchObject({ id, output: { summary: output.summary, text: "More." } });
  });

  test("takes texts up to GitHub's limit", async () => {
    await using scene = await setGitHubScene({ mayViolate: true });
    const { github, repository, remote } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    const run = (text: string) => ({ headSha, output: { title, summary, text: ownWords(text) } });
    const most = CHECK_OUTPUT_BYTES_MAX;
    await remote.createCheckRun(run("x".repeat(most)));
    await remote.createCheckRun(run("日".repeat(most / 3)));
    github.assertNoViolations();
    for (const text of ["x".repeat(most + 1), `${"日".repeat(most / 3)}x`, "😀".repeat(most / 4 + 1)]) {
      expect((await refusalOf(remote.createCheckRun(run(text)))).code).toBe("validation_failed");
    }
    expect(repository.checkRuns).toHaveLength(2);
  });

  test("needs the permission to write checks", async () => {
    await using scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, checks: "read" } });
    const headSha = (await scene.github.branchSha(scene.repository, "main")) ?? "";
    const run = { headSha, output: { title, summary, text: null } };
    const { code, remedy } = await refusalOf(scene.remote.createCheckRun(run));
    expect([code, remedy]).toEqual(["permission_missing", expect.stringContaining("checks=write")]);
  });

  test("can be in progress with buttons and a reference, and then end with a conclusion", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    const retry = {
      label: sanitizeText("Retry", 20),
      description: sanitizeText("Go on where it failed", 40),
      identifier: "retry",
    };
    const progress = { status: "in_progress" } as const;
    const id = await remote.createCheckRun({
      headSha,
      output,
      progress,
      actions: [retry],
      externalId: "pr-1",
    });
    expect(repository.checkRuns).toMatchObject([
      { id, status: "in_progress", conclusion: null, externalId: "pr-1", actions: [retry] },
    ]);

    // Fields that are not given stay unchanged.
    await remote.updateCheckRun({ id, output });
    expect(repository.checkRuns[0]).toMatchObject({ status: "in_progress", actions: [retry] });

    const failed = { status: "completed", conclusion: "action_required" } as const;
    await remote.updateCheckRun({ id, output, progress: failed, actions: [] });
    expect(repository.checkRuns[0]).toMatchObject({ ...failed, externalId: "pr-1", actions: [] });

    await remote.updateCheckRun({ id, output, progress });
    expect(repository.checkRuns[0]).toMatchObject({ status: "in_progress", conclusion: null });
  });

  test("is refused with more than three buttons", async () => {
    await using scene = await setGitHubScene({ mayViolate: true });
    const { github, repository, remote } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    const words = sanitizeText("x", 20);
    const actions = ["a", "b", "c", "d"].map((identifier) => ({
      label: words,
      description: words,
      identifier,
    }));
    expect((await refusalOf(remote.createCheckRun({ headSha, output, actions }))).code).toBe(
      "validation_failed",
    );
    await remote.createCheckRun({ headSha, output, actions: actions.slice(0, 3) });
    expect(repository.checkRuns).toHaveLength(1);
  });
});
