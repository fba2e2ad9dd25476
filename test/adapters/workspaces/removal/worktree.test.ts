import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { moveToTrash } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { pruneWorktree } from "../../../../src/workspaces/removal/worktree.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { setUpStand, type Stand } from "./stand.ts";
import { git, makeMain } from "./main-repository.ts";

describe("the entry of one worktree is removed from its main repository", () => {
  test("by its id: one whose folder is away for the moment keeps its entry (C4)", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w", "away"]);
    const tombstone = await stand.plan("w");
    expect(tombstone.worktree).not.toBeNull();
    renameSync(join(stand.root.path, "away"), join(stand.base, "unmounted"));
    await moveToTrash(stand.root, tombstone);
    expect(await pruneWorktree(tombstone)).toBe("pruned");
    expect(readdirSync(join(main, ".git/worktrees"))).toEqual(["away"]);
    expect(readdirSync(join(main, ".git")).filter((name) => name.startsWith("orb-"))).toEqual([]);
    git(main, "branch", "-D", "w");
    renameSync(join(stand.base, "unmounted"), join(stand.root.path, "away"));
    expect(git(join(stand.root.path, "away"), "status", "--porcelain")).toBe("");
  });

  test("the control: `git worktree prune` removes both", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w", "away"]);
    renameSync(join(stand.root.path, "away"), join(stand.base, "unmounted"));
    rmSync(join(stand.root.path, "w"), { recursive: true });
    git(main, "worktree", "prune", "--expire=now");
    expect(existsSync(join(main, ".git/worktrees"))).toBe(false);
  });

  test("each half is removed by itself: the entry is gone, or the folder is (C5)", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["a", "b"]);
    const [a, b] = [await stand.plan("a"), await stand.plan("b")];
    rmSync(join(main, ".git/worktrees/a"), { recursive: true });
    expect(await pruneWorktree(a)).toBe("pruned");
    await moveToTrash(stand.root, a);
    rmSync(join(stand.root.path, "b"), { recursive: true });
    expect(await pruneWorktree(b)).toBe("pruned");
    expect(await pruneWorktree(b)).toBe("pruned");
    expect(git(main, "worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1);
  });

  test("killed between the rename and the removal, it goes on there", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w"]);
    const tombstone = await stand.plan("w");
    renameSync(join(main, ".git/worktrees/w"), join(main, `.git/orb-removed-${tombstone.trashName}`));
    expect(await pruneWorktree(tombstone)).toBe("pruned");
    expect(readdirSync(join(main, ".git")).filter((name) => name.startsWith("orb-"))).toEqual([]);
  });

  test("those inside a workspace go with it, and no other one of their repository", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["away"]);
    const inner = ["deep/one", "two"].map((name) => join(stand.make("w"), name));
    for (const path of inner) git(main, "worktree", "add", "-q", "--detach", path);
    renameSync(join(stand.root.path, "away"), join(stand.base, "unmounted"));
    const tombstone = await stand.plan("w", ["deep/one", "two", "missing"]);
    expect(tombstone).toMatchObject({ worktree: null, nested: [{}, {}] });
    await moveToTrash(stand.root, tombstone);
    for (let times = 0; times < 2; times++) expect(await pruneWorktree(tombstone)).toBe("pruned");
    expect(readdirSync(join(main, ".git/worktrees"))).toEqual(["away"]);
    expect(readdirSync(join(main, ".git")).filter((name) => name.startsWith("orb-"))).toEqual([]);
  });

  test("another worktree that has the same id now keeps its entry", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w"]);
    const tombstone = await stand.plan("w");
    git(main, "worktree", "remove", join(stand.root.path, "w"));
    mkdirSync(join(stand.base, "elsewhere"));
    git(main, "worktree", "add", "-q", join(stand.base, "elsewhere/w"), "w");
    const before = contentHash(join(main, ".git/worktrees"));
    expect(await pruneWorktree(tombstone)).toBe("other");
    expect(contentHash(join(main, ".git/worktrees"))).toBe(before);
  });

  test("a locked one is refused, with its lock as the reason", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w"]);
    const tombstone = await stand.plan("w");
    git(main, "worktree", "lock", join(stand.root.path, "w"));
    await expect(pruneWorktree(tombstone)).rejects.toMatchObject({ code: "worktree_locked" });
    expect(existsSync(join(main, ".git/worktrees/w/HEAD"))).toBe(true);
  });

  test("a `.git` file that names another folder, or another one's entry, proves nothing", async () => {
    await using stand = await setUpStand();
    const main = worktrees(stand, ["w", "other"]);
    const pointers = [
      `gitdir: ${join(main, ".git/worktrees/other")}\n`,
      "gitdir: /etc/worktrees/ssh\n",
      "gitdir: ../../../../etc\n",
      "nothing",
      "x".repeat(100_000),
    ];
    for (const pointer of pointers) {
      writeFileSync(join(stand.root.path, "w/.git"), pointer);
      expect((await stand.plan("w")).worktree).toBeNull();
    }
  });
});

/** A main repository beside the root, with a worktree for each name below it. @returns its path */
function worktrees(stand: Stand, names: readonly string[]): string {
  const main = makeMain(join(stand.base, "main"));
  for (const name of names) git(main, "worktree", "add", "-q", "-b", name, join(stand.root.path, name));
  return main;
}
