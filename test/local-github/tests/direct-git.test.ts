// Tests and people run git on the bare repository itself. Answers from files and from memory must equal git's own.

import { describe, expect, test } from "../../support/testing.ts";
import { branchSha, listRefs, resolveRevision } from "../git/refs.ts";
import { setPullRequestScene } from "./scene.ts";

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
