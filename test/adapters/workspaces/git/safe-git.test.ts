import { chown, readdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "../../../support/testing.ts";
import { OrbError } from "../../../../src/errors.ts";
import { openBelow } from "../../../../src/workspaces/git/open-below.ts";
import { removeLeftovers } from "../../../../src/workspaces/git/leftovers.ts";
import { SafeGit } from "../../../../src/workspaces/git/safe-git.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { KeepScene, summary } from "../keep/scene.ts";

async function openGit(
  scene: KeepScene,
): Promise<{ git: SafeGit; workTree: OpenFolder; [Symbol.asyncDispose](): Promise<void> }> {
  const workTree = await OpenFolder.open(join(scene.root, "ws"));
  const objects = await openBelow(workTree, ".git/objects");
  const git = await SafeGit.open({ objects, objectFormat: "sha1", shallow: [] }, { scratch: scene.root });
  return {
    git,
    workTree,
    [Symbol.asyncDispose]: async () => {
      await git.close();
      await objects?.close();
      await workTree.close();
    },
  };
}

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OrbError) return `${error.code}: ${error.message}`;
  throw error ?? new Error("Not refused");
}

describe("SafeGit", () => {
  test("reads the objects of a workspace, also those that it borrows", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("mv ws lender; git clone -q --shared lender ws", { at: "." });
    await using opened = await openGit(scene);
    const head = await scene.shell("git rev-parse HEAD");
    expect(await scene.shell("find .git/objects -type f | grep -v info/alternates || true")).toBe("");
    expect(String(await opened.git.run(["cat-file", "-t", head]))).toBe("commit\n");
  });

  test("writes into its throw-away repository, and removes that at the end", async () => {
    await using scene = await KeepScene.set();
    const before = await scene.shell("find . | sort | xargs -d '\\n' ls -ld --time-style=full-iso");
    {
      await using opened = await openGit(scene);
      const blob = await opened.git.run(["hash-object", "-w", "--stdin"], { input: Buffer.from("x") });
      await opened.git.run(["update-ref", "refs/heads/kept", await scene.shell("git rev-parse HEAD")]);
      expect(
        await scene.shell(`git cat-file -e ${String(blob).trim()} 2>&1 && echo there || echo not`),
      ).toContain("not");
      expect(await scene.shell("git for-each-ref refs/heads/kept")).toBe("");
    }
    expect(await scene.shell("find . | sort | xargs -d '\\n' ls -ld --time-style=full-iso")).toBe(before);
    expect((await readdir(scene.root)).filter((name) => name.startsWith("orb-git-"))).toEqual([]);
  });

  test("stays in the folder that it was handed, if another one takes its path", async () => {
    await using scene = await KeepScene.set();
    await using opened = await openGit(scene);
    const head = await scene.shell("git rev-parse HEAD");
    await opened.git.setHead(head);
    await opened.git.run(["read-tree", head]);
    await scene.shell("echo changed > README.md");
    await rename(join(scene.root, "ws"), join(scene.root, "moved"));
    await symlink("/etc", join(scene.root, "ws"));
    const status = await opened.git.run(["status", "--porcelain", "-z", "--untracked-files=no"], {
      workTree: opened.workTree,
    });
    expect(String(status)).toContain(" M README.md\0");
    expect(String(status)).not.toContain("src/a.ts");
  });

  test("names the command that failed, took too long, or said too much", async () => {
    await using scene = await KeepScene.set();
    await using opened = await openGit(scene);
    const { git } = opened;
    expect(await refusalOf(git.run(["rev-parse", "--verify", "nothing"]))).toMatch(
      /^git_failed: git rev-parse exited with 128: fatal/,
    );
    // Nobody ever writes into it.
    await scene.shell("mkfifo silent", { at: "." });
    expect(await refusalOf(git.run(["hash-object", join(scene.root, "silent")], { timeoutMs: 1 }))).toMatch(
      /^git_timed_out: git hash-object/,
    );
    expect(
      await refusalOf(git.run(["cat-file", "--batch-all-objects", "--batch-check"], { outputBytesMax: 10 })),
    ).toMatch(/^git_output_too_large: git cat-file/);
  });

  test("opens no connection", async () => {
    await using scene = await KeepScene.set();
    await using opened = await openGit(scene);
    expect(await refusalOf(opened.git.run(["ls-remote", join(scene.root, "origin.git")]))).toContain(
      "transport 'file' not allowed",
    );
  });
});

test("what a killed process left behind is removed a day later, and nothing else", async () => {
  await using scene = await KeepScene.set();
  await scene.shell("mkdir -p orb-git-dead/objects other; mkdir aside; ln -s aside orb-git-link", {
    at: ".",
  });
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  expect(await removeLeftovers(scene.root, later(23))).toBe(0);
  expect(await removeLeftovers(scene.root, later(25))).toBe(1);
  expect((await readdir(scene.root)).toSorted()).toEqual([
    "aside",
    "orb-git-link",
    "origin.git",
    "other",
    "ws",
  ]);
});

test("a workspace of another user is read (A25); this needs root", async () => {
  await using scene = await KeepScene.set();
  if (process.getuid?.() !== 0) {
    process.stderr.write("can't run here because only root can give files to another user\n");
    return;
  }
  await chown(join(scene.root, "ws"), 65_534, 65_534);
  await chown(join(scene.root, "ws/.git"), 65_534, 65_534);
  // The control: git refuses to look, which a careless reader takes for a failure to be overcome by force.
  expect(await scene.shell("git status 2>&1 || true")).toContain("dubious ownership");
  expect(summary(await scene.inspect())).toBe("clean");
});
