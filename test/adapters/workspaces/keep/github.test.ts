import { join } from "node:path";
import { expect, test } from "../../../support/testing.ts";
import { longStory } from "../../../support/sample.ts";
import { askGitHubFor } from "../../../../src/workspaces/hosts/ask-github-for.ts";
import { type GitHubScene, setGitHubScene } from "../../github/scene.ts";
import { codesOf, KeepScene, summary } from "./scene.ts";

/** A clone of the local GitHub's repository, with the branch `agent/x` pushed and its pull request opened. */
async function setClone(scene: GitHubScene): Promise<KeepScene> {
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch: "agent/x", files: { "x.ts": "1" }, message: "Add x" });
  await github.openPullRequest(repository, { title: "X", head: "agent/x", base: "main" });
  const { gitDir } = github.world.git(repository);
  const keep = await KeepScene.set(`git clone -q ${gitDir} ws; cd ws; git checkout -q agent/x`);
  return keep;
}

function inspect(scene: GitHubScene, keep: KeepScene, own: string | null = "acme/widgets") {
  return keep.inspect({ askGitHub: askGitHubFor(own, scene.gitHub) });
}

test("of a workspace that no project names, its remote says where its commits may be", async () => {
  await using scene = await setGitHubScene();
  await using keep = await setClone(scene);
  const nameRemote = (name: string) => keep.shell(`git remote set-url origin https://github.com/${name}.git`);
  // The remote of the clone is a path on this machine, which names no repository of GitHub's.
  expect(codesOf(await inspect(scene, keep, null))).toEqual(["unpushed_commits"]);
  await nameRemote("acme/widgets");
  expect(summary(await inspect(scene, keep, null))).toBe("clean");
  await nameRemote("strangers/things");
  expect(codesOf(await inspect(scene, keep, null))).toEqual(["unpushed_commits"]);
  // A project is right, whatever the agent wrote.
  expect(summary(await inspect(scene, keep, "acme/widgets"))).toBe("clean");
  await nameRemote("acme/widgets");
  await keep.shell("git commit -q --allow-empty -m More");
  expect(codesOf(await inspect(scene, keep, null))).toEqual(["unpushed_commits"]);
});

test("squashed work is safe when its branch is gone; one more commit is not (A5)", async () => {
  await using scene = await setGitHubScene();
  await using keep = await setClone(scene);
  const { github, repository } = scene;
  await github.mergePullRequest(repository, 1, { method: "squash" });
  await github.deleteBranch(repository, "agent/x");
  await keep.shell("git fetch -q --prune");
  // The control: by the usual rule these commits stay unpushed for ever.
  expect(await keep.shell("git log --oneline HEAD --not --remotes | wc -l")).toBe("1");
  expect(summary(await inspect(scene, keep))).toBe("clean");
  await keep.shell("git commit -q --allow-empty -m Above");
  const above = await inspect(scene, keep);
  expect(codesOf(above)).toEqual(["unpushed_commits"]);
  expect(above.repositories[0]?.looseCommits).toBe(1);
  github.assertNoViolations();
});

longStory("a branch that is gone without a pull request proves nothing (A3)", async () => {
  await using scene = await setGitHubScene();
  await using keep = await setClone(scene);
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch: "agent/y", files: { "y.ts": "1" }, message: "Add y" });
  await keep.shell("git fetch -q; git checkout -q agent/y");
  await github.deleteBranch(repository, "agent/y");
  await keep.shell("git fetch -q --prune");
  expect(await keep.shell("git for-each-ref --format='%(upstream:track)' refs/heads/agent/y")).toBe("[gone]");
  expect(codesOf(await inspect(scene, keep))).toContain("unpushed_commits");
});

longStory("GitHub out of order makes the workspace unreadable", async () => {
  await using scene = await setGitHubScene();
  await using keep = await setClone(scene);
  scene.github.faults.add({ route: "POST /graphql", fault: { kind: "error", status: 502, when: "before" } });
  const { answer, reasons } = await inspect(scene, keep);
  expect(answer).toBe("unreadable");
  expect(codesOf({ reasons })).toEqual(["github_unreadable"]);
});

test("a repository without the App inside makes the workspace unreadable, and names it", async () => {
  await using scene = await setGitHubScene();
  await using keep = await setClone(scene);
  await keep.shell(
    `git clone -q . target/dep; git -C target/dep remote set-url origin https://github.com/else/where`,
  );
  await keep.shell("git -C target/dep commit -q --allow-empty -m Mine");
  const { answer, reasons } = await inspect(scene, keep);
  expect(answer).toBe("unreadable");
  expect(reasons[0]?.reason).toContain(JSON.stringify(join("target", "dep")));
});
