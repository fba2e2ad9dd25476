import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { whereNow } from "../../../../src/workspaces/git/moved-folder.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { KeepScene, summary } from "./scene.ts";

/** Moves the folder `name` of a scene into its trash. */
async function trash(scene: KeepScene, name: string): Promise<void> {
  await mkdir(join(scene.root, "trash"), { recursive: true });
  await rename(join(scene.root, name), join(scene.root, "trash/t-1"));
}

/** Inspects what is in the trash as the folder that had this name. */
async function inspectTrashed(scene: KeepScene, name: string) {
  await using to = await OpenFolder.open(join(scene.root, "trash/t-1"));
  const moved = { from: [Buffer.from(join(scene.root, name))], to };
  return await scene.inspect({ at: "trash/t-1", host: { moved } });
}

const NESTED = "echo .worktrees >> .git/info/exclude; git worktree add -q -b x .worktrees/x";
/** What `worktree.useRelativePaths` of git 2.48 writes. */
const RELATIVE = `
echo 'gitdir: ../ws/.git/worktrees/lw' > ../lw/.git
echo '../../../../lw/.git' > .git/worktrees/lw/gitdir`;
const BORROWING = "echo inner >> .git/info/exclude; git clone -q --shared . inner";
const DEEP_BORROWING = `${BORROWING}; echo other >> .git/info/exclude; git clone -q --shared inner other`;
const RELATIVE_BORROWING =
  "git clone -q --bare --template= ../origin.git ../lender.git; echo ../../../lender.git/objects > .git/objects/info/alternates; find .git/objects -type f ! -name alternates -delete";

/** Of the workspace `ws`, or of the worktree `lw` beside it. */
const MADE = {
  "a linked worktree": { at: "lw", make: "git worktree add -q -b lw ../lw" },
  "one with relative paths": { at: "lw", make: `git worktree add -q -b lw ../lw${RELATIVE}` },
  "one with a commit of its own": {
    at: "lw",
    make: "git worktree add -q -b lw ../lw; cd ../lw; git commit -q --allow-empty -m x",
  },
  "a worktree inside": { at: "ws", make: NESTED },
  "a worktree inside with work": { at: "ws", make: `${NESTED}; echo mine > .worktrees/x/new.ts` },
  "a worktree elsewhere": { at: "ws", make: "git worktree add -q -b lw ../lw" },
  "one elsewhere with relative paths": { at: "ws", make: `git worktree add -q -b lw ../lw${RELATIVE}` },
  "an absolute work tree": { at: "ws", make: 'git config core.worktree "$PWD"' },
  "the work tree of another folder": {
    at: "ws",
    make: 'mkdir ../o; git config core.worktree "$PWD/../o"',
  },
  "a repository inside that borrows from it": { at: "ws", make: BORROWING },
  "one that borrows from that one": { at: "ws", make: DEEP_BORROWING },
  "objects borrowed by a relative path": { at: "ws", make: RELATIVE_BORROWING },
} as const;
const taken = sampled("workspaces in the trash", Object.keys(MADE) as (keyof typeof MADE)[], [
  "one elsewhere with relative paths",
  "one that borrows from that one",
]);

describe("a workspace in the trash holds what it held at its path:", () => {
  test.each(taken)("%s", async (what) => {
    const { at, make } = MADE[what];
    await using scene = await KeepScene.set();
    await scene.shell(make);
    const before = summary(await scene.inspect({ at }));
    await trash(scene, at);
    expect(summary(await inspectTrashed(scene, at))).toBe(before);
    // The folder of somebody who came back is at the old path.
    await scene.shell(`git clone -q --template= origin.git ${at}; echo other > ${at}/other`, { at: "." });
    expect(summary(await inspectTrashed(scene, at))).toBe(before);
  });

  test("the control: without its old path it can't be read", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git worktree add -q -b lw ../lw");
    await trash(scene, "lw");
    expect((await scene.inspect({ at: "trash/t-1" })).answer).toBe("unreadable");
  });
});

longStory("a `.git` file that names the entry of another worktree is still not believed", async () => {
  await using scene = await KeepScene.set();
  await scene.shell(
    "git worktree add -q -b lw ../lw; git worktree add -q -b o ../o; cp ../o/.git ../lw/.git",
  );
  expect((await scene.inspect({ at: "lw" })).answer).toBe("unreadable");
  await trash(scene, "lw");
  expect((await inspectTrashed(scene, "lw")).answer).toBe("unreadable");
});

test("another folder at the old path is not taken for the workspace, whose entry names that path", async () => {
  await using scene = await KeepScene.set();
  await scene.shell("git worktree add -q -b lw ../lw");
  await trash(scene, "lw");
  await scene.shell("mkdir lw; cp trash/t-1/.git lw/.git; echo lost > lw/README.md", { at: "." });
  await using to = await OpenFolder.open(join(scene.root, "trash/t-1"));
  const moved = { from: [Buffer.from(join(scene.root, "lw"))], to };
  const other = await scene.inspect({ at: "lw", host: { moved } });
  expect(other.answer).toBe("unreadable");
});

describe("where something is now that a path led to:", () => {
  test.each([
    ["/", "ROOT/ws/a/b", "WS/a/b"],
    ["/", "ROOT/ws", "WS"],
    ["/", "ROOT/ws2/a", "ROOT/ws2/a"],
    ["/", "ROOT/link/a", "WS/a"],
    ["/", "ROOT/link/../other", "ROOT/other"],
    ["/", "ROOT/ws/in/a", "WS/dir/a"],
    ["/", "ROOT/ws/back/a", "WS/dir/a"],
    ["/", "ROOT/ws/in", "WS/in"],
    ["/", "ROOT/ws/out/a", "ROOT/other/a"],
    ["ws/dir", "../../other/a", "ROOT/other/a"],
    ["ws/dir", "a", "WS/dir/a"],
    ["ws/dir", "../../ws/a", "WS/a"],
    ["other", "../ws/dir", "WS/dir"],
    ["other", "../trash/../ws/dir", "WS/dir"],
    ["other", "missing/../../ws/dir", "ROOT/other/missing/../../ws/dir"],
  ])("from %s by %s: %s", async (base, path, expected) => {
    await using scene = await KeepScene.set("mkdir -p ws/dir other trash/ws2");
    const at = (text: string) => text.replace("ROOT", scene.root);
    await symlink(at("ROOT/ws"), at("ROOT/link"));
    await symlink("dir", at("ROOT/ws/in"));
    await symlink(at("ROOT/ws/dir"), at("ROOT/ws/back"));
    await symlink("../other", at("ROOT/ws/out"));
    await rename(at("ROOT/ws"), at("ROOT/trash/t-1"));
    await mkdir(at("ROOT/ws"));
    await writeFile(at("ROOT/ws/dir"), "A fence.\n");
    await using to = await OpenFolder.open(at("ROOT/trash/t-1"));
    const place = base.startsWith("ws") ? base.replace("ws", "trash/t-1") : base;
    await using from = await OpenFolder.open(join(base === "/" ? "/" : scene.root, place));
    const moved = { from: [Buffer.from(at("ROOT/ws"))], to };
    const found = String(await whereNow(from, Buffer.from(at(path)), { moved }));
    expect(found.replace(`/proc/self/fd/${to.fd}/.`, "WS").replace(scene.root, "ROOT")).toBe(expected);
  });

  test("links that lead in circles end with an error", async () => {
    await using scene = await KeepScene.set("mkdir ws; ln -s ../ws/b ws/a; ln -s a ws/b");
    await using to = await OpenFolder.open(join(scene.root, "ws"));
    const moved = { from: [Buffer.from(join(scene.root, "ws"))], to };
    const found = whereNow(to, Buffer.from("a/x"), { moved });
    await expect(found).rejects.toMatchObject({ code: "git_unreadable" });
  });
});
