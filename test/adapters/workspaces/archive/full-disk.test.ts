import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ArchiveFolder } from "../../../../src/workspaces/archive/archive-folder.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { expect, test } from "../../../support/testing.ts";

const run = promisify(execFile);

/** @returns the folder; `null` where nothing may be mounted, which is said on stderr */
async function smallDisk(
  bench: ArchiveBench,
  options: string,
): Promise<(AsyncDisposable & { path: string }) | null> {
  const path = join(bench.folder, "small");
  await mkdir(path, { mode: 0o700 });
  try {
    await run("mount", ["-t", "tmpfs", "-o", `${options},mode=700`, "tmpfs", path]);
  } catch (error) {
    process.stderr.write(`can't run here because nothing may be mounted: ${String(error)}\n`);
    return null;
  }
  return { path, [Symbol.asyncDispose]: async () => void (await run("umount", ["--lazy", path])) };
}

/** Commits, a staged file and a large one that git does not have: bundle, listing and tar each need room. */
async function benchWithWork(): Promise<ArchiveBench> {
  const bench = await ArchiveBench.open();
  await bench.git(["init", "--quiet"]);
  await writeFile(
    join(bench.path, "text"),
    Buffer.from(Array.from({ length: 300_000 }, () => Math.random() * 256)),
  );
  await bench.git(["add", "."]);
  await bench.git(["commit", "--quiet", "--message=Work"]);
  await writeFile(join(bench.path, "large"), "x".repeat(300_000));
  return bench;
}

// Room ends in the bundle, in the tar, while all is read back, or for names.
const SMALL = ["size=64k", "size=400k", "size=700k", "nr_inodes=6"] as const;
const SMALL_ROOTS = ["size=64k", "size=500k", "size=900k", "nr_inodes=30"] as const;

test.each(sampled("small disks for archives", SMALL, ["size=64k"]))(
  "a full disk (%s) is a reason to keep, leaves nothing there, and changes nothing in the workspace; needs root and tmpfs (D1, D6)",
  async (options) => {
    await using bench = await benchWithWork();
    await using small = await smallDisk(bench, options);
    if (!small) return;
    const into = await ArchiveFolder.open(small.path, { root: bench.root.path });
    const before = await treeOf(bench.path, { without: /^$/ });
    await expect(bench.archive({ into })).rejects.toMatchObject({ code: "archive_full" });
    expect(await treeOf(bench.path, { without: /^$/ })).toEqual(before);
    expect(await readdir(small.path)).toEqual([]);
  },
);

longStory(
  "with room for it, the same workspace is archived there: the control; needs root and tmpfs",
  async () => {
    await using bench = await benchWithWork();
    await using small = await smallDisk(bench, "size=4m");
    if (!small) return;
    const into = await ArchiveFolder.open(small.path, { root: bench.root.path });
    await expect(bench.archive({ into })).resolves.toMatchObject({ name: "a1" });
  },
);

test.each(sampled("small disks for restores", SMALL_ROOTS, ["size=500k"]))(
  "a full disk (%s) of workspaces ends a restore with a remedy, and leaves nothing there; needs root and tmpfs (D6)",
  async (options) => {
    await using bench = await benchWithWork();
    await using small = await smallDisk(bench, options);
    if (!small) return;
    await using root = await WorkspaceRoot.open(small.path);
    await bench.archive({ workspace: { host: "here", path: join(small.path, "w1") } });
    await expect(bench.restore({ root })).rejects.toMatchObject({
      code: "restore_failed",
      remedy: "Free space below WORKSPACE_ROOT, and restore again.",
    });
    expect(await readdir(small.path)).toEqual([".orb"]);
    expect(await readdir(join(small.path, ".orb/restores"))).toEqual([]);
  },
);

test("a workspace beyond a limit is kept, and the file is named", async () => {
  await using bench = await benchWithWork();
  const limits = { fileBytesMax: 100_000, bytesMax: 10_000_000, entriesMax: 1_000, depthMax: 10 };
  await expect(bench.archive({ limits: { ...limits, fileBytesMax: 299_999 } })).rejects.toMatchObject({
    code: "archive_too_large",
    message: expect.stringMatching(/"(?:large|text)" has more than 299999 bytes/),
  });
  await expect(
    bench.archive({ limits: { ...limits, fileBytesMax: 1e6, entriesMax: 5 } }),
  ).rejects.toMatchObject({
    code: "archive_too_large",
  });
  await expect(
    bench.archive({ limits: { ...limits, fileBytesMax: 1e6, bytesMax: 400_000 } }),
  ).rejects.toMatchObject({
    code: "archive_too_large",
    message: expect.stringContaining("large"),
  });
  await mkdir(join(bench.path, "a/".repeat(12)), { recursive: true });
  await expect(bench.archive({ limits: { ...limits, fileBytesMax: 1e6 } })).rejects.toMatchObject({
    code: "archive_too_large",
  });
});
