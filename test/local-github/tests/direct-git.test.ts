// Tests and people run git on the bare repository itself. Answers from files and from memory must equal git's own.

import { describe, expect, test } from "../../support/testing.ts";
import { divergence } from "../git/compare.ts";
import { listCommits } from "../git/commits.ts";
import { branchSha, listRefs, resolveRevision } from "../git/refs.ts";
import { tryMerge } from "../git/merge.ts";
import { setPullRequestScene, setScene } from "./scene.ts";

describe("refs", () => {
  test("are found in files, packed, and moved or deleted by git itself", async () => {
    await using scene = await setPullRequestScene();
    const git = scene.github.world.git(scene.repository);
    const [main, head] = await Promise.all([branchSha(git, "main"), branchSha(git, "agent/x")]);
    const refs = await listRefs(git);
    expect(refs.map(({ name }) => name)).toEqual(["refs/heads/agent/x", "refs/heads/main"]);
    await git.run(["pack-refs", "--all"]);
    expect(await listRefs(git)).toEqual(refs);
    expect(await branchSha(git, "agent/x")).toBe(head);
    expect(await resolveRevision(git, "HEAD")).toBe(main);
    await git.run(["update-ref", "refs/heads/main", head ?? ""]);
    expect(await resolveRevision(git, "HEAD")).toBe(head);
    await git.run(["update-ref", "-d", "refs/heads/agent/x"]);
    expect(await branchSha(git, "agent/x")).toBeNull();
  });

  test("are a symbolic HEAD and tags too", async () => {
    await using scene = await setPullRequestScene();
    const git = scene.github.world.git(scene.repository);
    await git.run(["symbolic-ref", "HEAD", "refs/heads/agent/x"]);
    expect(await resolveRevision(git, "HEAD")).toBe(await branchSha(git, "agent/x"));
    await git.run(["symbolic-ref", "HEAD", "refs/heads/unborn"]);
    expect(await resolveRevision(git, "HEAD")).toBeNull();
    await git.run(["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    expect(await branchSha(git, "alias")).toBe(await branchSha(git, "main"));
    await git.run(["tag", "v1", "main"]);
    const names = (await listRefs(git)).map(({ name }) => name);
    expect(names).toEqual(["refs/heads/agent/x", "refs/heads/alias", "refs/heads/main", "refs/tags/v1"]);
  });

  test("of pull requests are refs for git", async () => {
    await using scene = await setPullRequestScene();
    const git = scene.github.world.git(scene.repository);
    const head = await branchSha(git, "agent/x");
    expect(await git.text(["for-each-ref", "--format=%(objectname) %(refname)", "refs/pull"])).toBe(
      `${head} refs/pull/1/head`,
    );
  });
});

test.each([
  ["one contains the other", 1, 6],
  ["they have one best common ancestor", 1, 2],
  ["they have two best common ancestors", 5, 6],
])("two commits are compared as git does if %s", async (_, from, to) => {
  await using scene = await setScene();
  const git = scene.github.world.git(scene.repository);
  const commits = [[], [0], [0], [1, 2], [2, 1], [3], [4]].map(([from, merged], index) =>
    [
      `commit refs/heads/c${index}\nmark :${index + 1}\ncommitter a <a@b> ${index} +0000\ndata 0\n`,
      from === undefined ? "" : `from :${from + 1}\n`,
      merged === undefined ? "" : `merge :${merged + 1}\n`,
      `M 100644 inline ${index}.txt\ndata 0\n`,
    ].join(""),
  );
  await git.run(["fast-import", "--quiet"], { input: commits.join("\n") });
  const [base, head] = [String(await branchSha(git, `c${from}`)), String(await branchSha(git, `c${to}`))];
  const [counts, mergeBase, list, tree] = await Promise.all([
    git.text(["rev-list", "--left-right", "--count", `${base}...${head}`]),
    git.text(["merge-base", base, head]),
    git.text(["rev-list", "--topo-order", "--reverse", head, `^${base}`]),
    git.text(["merge-tree", "--write-tree", base, head]),
  ]);
  const { aheadBy, behindBy, ...found } = await divergence(git, base, head);
  expect({ ...found, counts: `${behindBy}\t${aheadBy}` }).toEqual({ mergeBase, counts });
  expect((await listCommits(git, base, head)).map(({ sha }) => sha).join("\n")).toBe(list);
  expect(await tryMerge(git, base, head)).toEqual({ clean: true, treeSha: tree });
});
