import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";

const UNKNOWN = "1234567890123456789012345678901234567890";
const run = promisify(execFile);

const push = ({ github, repository }: GitHubScene, branch: string, text: string) =>
  github.pushFiles(repository, { branch, files: { "a.txt": text }, message: text });

async function ask({ remote }: GitHubScene, shas: readonly string[], branches: readonly string[] = []) {
  const { held, present, heads } = await remote.keptCommits({ shas, branches });
  return { held: [...held], present: [...present], heads: [...heads] };
}

describe("GitHub keeps", () => {
  test("what a branch contains, also below its head, and nothing that it does not know", async () => {
    await using scene = await setGitHubScene();
    const first = await push(scene, "main", "one");
    const second = await push(scene, "main", "two");
    const other = await push(scene, "agent/x", "three");
    const answer = await ask(scene, [first, second, other, UNKNOWN]);
    expect(answer.held.toSorted()).toEqual([first, second].toSorted());
    expect(answer.present.toSorted()).toEqual([first, second, other].toSorted());
    expect((await ask(scene, [other], ["agent/x"])).held).toEqual([other]);
    scene.github.assertNoViolations();
  });

  test("the recorded head of a squashed pull request whose branch is gone (A5)", async () => {
    await using scene = await setGitHubScene();
    const { github, repository } = scene;
    const below = await push(scene, "agent/x", "one");
    const head = await push(scene, "agent/x", "two");
    await github.openPullRequest(repository, { title: "X", head: "agent/x", base: "main" });
    await github.mergePullRequest(repository, 1, { method: "squash" });
    await github.deleteBranch(repository, "agent/x");
    // The control: no branch contains the commit, so a question for branches alone finds nothing.
    expect((await ask(scene, [head])).held).toEqual([]);
    const answer = await ask(scene, [head, below], ["agent/x"]);
    expect(answer.held).toEqual([head]);
    expect(answer.heads).toContain(head);
  });

  test("the head of a closed pull request, but not what was pushed to a branch that is gone (A3)", async () => {
    await using scene = await setGitHubScene();
    const { github, repository } = scene;
    const closed = await push(scene, "agent/closed", "one");
    await github.openPullRequest(repository, { title: "X", head: "agent/closed", base: "main" });
    await github.closePullRequest(repository, 1);
    const gone = await push(scene, "agent/gone", "two");
    await github.deleteBranch(repository, "agent/closed");
    await github.deleteBranch(repository, "agent/gone");
    const answer = await ask(scene, [closed, gone], ["agent/closed", "agent/gone"]);
    expect(answer.held).toEqual([closed]);
    // GitHub still has the object of the other one, which proves nothing.
    expect(answer.present.toSorted()).toEqual([closed, gone].toSorted());
  });

  test("a tag with a message as an object of its own", async () => {
    await using scene = await setGitHubScene();
    const { github, repository } = scene;
    const sha = await push(scene, "main", "one");
    const { gitDir } = github.world.git(repository);
    const tag = `object ${sha}\ntype commit\ntag v1\ntagger A <a@example.com> 0 +0000\n\nOne\n`;
    const made = run("git", [`--git-dir=${gitDir}`, "mktag"]);
    made.child.stdin?.end(tag);
    const tagSha = (await made).stdout.trim();
    expect((await ask(scene, [tagSha])).present).toEqual([tagSha]);
  });
});

test("a hundred ids are one question, and a second one for those that are nobody's head", async () => {
  await using scene = await setGitHubScene();
  const first = await push(scene, "main", "one");
  const head = await push(scene, "main", "two");
  const ids = Array.from({ length: 98 }, (_, index) => index.toString(16).padStart(40, "a"));
  expect(await scene.routesOf(() => ask(scene, [head, ...ids]))).toEqual(["POST /graphql 200"]);
  expect(await scene.routesOf(() => ask(scene, [first, head, ...ids]))).toEqual([
    "POST /graphql 200",
    "POST /graphql 200",
  ]);
});

test("a refusal of a part is thrown: it is neither kept nor lost", async () => {
  const { pull_requests: _, ...permissions } = ALL_PERMISSIONS;
  await using scene = await setGitHubScene({ permissions });
  const head = await scene.github.branchSha(scene.repository, "main");
  const refusal = await refusalOf(scene.remote.keptCommits({ shas: [head ?? ""], branches: ["main"] }));
  expect(refusal.code).toBe("permission_missing");
});
