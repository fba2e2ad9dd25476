import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { longStory } from "../../../support/sample.ts";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { beforeEach, afterEach, expect, test } from "../../../support/testing.ts";

let bench: ArchiveBench;
beforeEach(async () => {
  bench = await ArchiveBench.open();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A repository beside the workspace, with two commits. */
async function parent(): Promise<string> {
  const path = join(bench.root.path, "parent");
  await bench.git(["init", "--quiet", "--initial-branch=main", path]);
  for (const each of ["one", "two"]) {
    await writeFile(join(path, "file"), `${each}\n`);
    await bench.git(["add", "."], path);
    await bench.git(["commit", "--quiet", `--message=${each}`], path);
  }
  return path;
}

async function loseIn(path: string): Promise<void> {
  await bench.git(["reflog", "expire", "--expire=now", "--all"], path);
  await bench.git(["gc", "--quiet", "--prune=now"], path);
}

test("a linked worktree comes back whole after the other repository has collected its commits (A7, A8, A22)", async () => {
  const main = await parent();
  await bench.git(["worktree", "add", "--quiet", "--detach", bench.path], main);
  await writeFile(join(bench.path, "file"), "committed\n");
  await bench.git(["commit", "--quiet", "--all", "--message=Loose"]);
  await bench.git(["update-ref", "refs/worktree/k", "HEAD"]);
  await bench.git(["commit", "--quiet", "--allow-empty", "--message=Looser"]);
  await writeFile(join(bench.path, "staged"), "staged\n");
  await bench.git(["add", "staged"]);
  const shas = await bench.git(["rev-parse", "HEAD", "refs/worktree/k"]);
  const status = await bench.git(["status"]);
  const files = await treeOf(bench.path, { without: /^\.git/ });
  const reflog = await bench.git(["reflog", "--format=%H %gs"]);
  await bench.archive();
  await bench.removeWorkspace();
  await rm(join(main, ".git/worktrees"), { recursive: true });
  await loseIn(main);
  await expect(bench.git(["cat-file", "-e", shas.slice(0, 40)], main)).rejects.toThrow();
  await bench.restore();
  expect(await bench.git(["rev-parse", "HEAD", "refs/worktree/k"])).toBe(shas);
  expect(await bench.git(["status"])).toBe(status);
  expect(await bench.git(["reflog", "--format=%H %gs"])).toBe(reflog);
  expect(await treeOf(bench.path, { without: /^\.git/ })).toEqual(files);
  await bench.git(["fsck", "--strict"]);
});

longStory(
  "a submodule of a linked worktree, whose repository lies in the other one, comes back (A17)",
  async () => {
    const main = await parent();
    const lib = join(bench.folder, "lib");
    await bench.git(["init", "--quiet", lib]);
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=Lib"], lib);
    await bench.git(["worktree", "add", "--quiet", "--detach", bench.path], main);
    await bench.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", lib, "lib"]);
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=Deep"], join(bench.path, "lib"));
    await bench.archive();
    await bench.removeWorkspace();
    await rm(main, { recursive: true });
    await bench.restore();
    expect(await bench.git(["log", "--format=%s"], join(bench.path, "lib"))).toBe("Deep\nLib");
    expect(await bench.git(["status", "--porcelain"], join(bench.path, "lib"))).toBe("");
    expect(await bench.git(["status", "--porcelain"])).toBe("A  .gitmodules\nAM lib");
  },
);

longStory("a worktree of a bare repository comes back on its branch, and is not bare", async () => {
  const bare = join(bench.folder, "bare.git");
  await bench.git(["clone", "--quiet", "--bare", await parent(), bare]);
  await bench.git(["worktree", "add", "--quiet", "-b", "agent/x", bench.path], bare);
  await bench.git(["commit", "--quiet", "--allow-empty", "--message=Work"]);
  await bench.archive();
  await bench.removeWorkspace();
  await rm(bare, { recursive: true });
  await bench.restore();
  expect(await bench.git(["log", "-1", "--format=%s %D"])).toBe("Work HEAD -> agent/x");
  expect(await bench.git(["status", "--porcelain"])).toBe("");
});

test("a clone that borrows its objects comes back with its own (A22)", async () => {
  const lender = await parent();
  await bench.git(["clone", "--quiet", "--shared", lender, bench.path]);
  const before = await treeOf(bench.path);
  await bench.archive();
  await bench.removeWorkspace();
  await rm(lender, { recursive: true });
  await bench.restore();
  expect(await treeOf(bench.path)).toEqual(before);
  expect(await bench.git(["log", "--format=%s"])).toBe("two\none");
  await bench.git(["fsck", "--strict"]);
});

test("objects of another user's repository are not taken: with the workspace they would come to the agent", async () => {
  const lender = await parent();
  await bench.git(["clone", "--quiet", "--shared", lender, bench.path]);
  await chown(join(lender, ".git/objects"), 12_345, 12_345);
  await expect(bench.archive()).rejects.toMatchObject({ code: "archive_incomplete" });
});

longStory("a shallow clone comes back as it was", async () => {
  await bench.git(["clone", "--quiet", "--depth=1", `file://${await parent()}`, bench.path]);
  await bench.git(["commit", "--quiet", "--allow-empty", "--message=Work"]);
  const before = await treeOf(bench.path);
  await bench.archive();
  await bench.removeWorkspace();
  await bench.restore();
  expect(await treeOf(bench.path)).toEqual(before);
  expect(await bench.git(["log", "--format=%s"])).toBe("Work\ntwo");
  await bench.git(["fsck", "--strict"]);
});

test("a partial clone is not archived by half: it says which object is missing", async () => {
  const source = await parent();
  await bench.git(["config", "uploadpack.allowFilter", "true"], source);
  const filter = ["--filter=blob:none", "--no-checkout"];
  await bench.git(["clone", "--quiet", ...filter, `file://${source}`, bench.path]);
  const inspection = { ...(await bench.inspect()), answer: "work" as const };
  await expect(bench.archive({ inspection })).rejects.toMatchObject({
    code: expect.stringMatching(/^(?:archive_incomplete|git_failed)$/),
  });
  expect(await bench.into.list()).toEqual([]);
});

longStory("the same file is stored once: what git has is taken from git", async () => {
  await bench.git(["init", "--quiet"]);
  await mkdir(join(bench.path, "src"));
  await writeFile(join(bench.path, "src/large"), "0123456789".repeat(100_000));
  await bench.git(["add", "."]);
  await bench.git(["commit", "--quiet", "--message=Large"]);
  const { bytes } = await bench.archive();
  expect(bytes).toBeLessThan(200_000);
  await bench.removeWorkspace();
  await bench.restore();
  expect((await readFile(join(bench.path, "src/large"))).length).toBe(1_000_000);
});
