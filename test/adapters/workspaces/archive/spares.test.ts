import { appendFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ArchiveBench } from "../../../support/workspaces/archive-bench.ts";
import { expect, test } from "../../../support/testing.ts";
import { longStory } from "../../../support/sample.ts";

async function benchWithWork(): Promise<ArchiveBench> {
  const bench = await ArchiveBench.openWithCommit();
  await writeFile(join(bench.path, "more"), "more\n");
  return bench;
}

const FITS = { name: "a1", mayFit: true };

test("an archive of an earlier try is used again as long as it has all that is there", async () => {
  await using bench = await benchWithWork();
  const first = await bench.archive();
  expect(await bench.archive({ name: "a2", spares: [FITS] })).toEqual({ ...first, outdated: [] });
  await appendFile(join(bench.path, "more"), "and more\n");
  expect(await bench.archive({ name: "a2", spares: [FITS] })).toMatchObject({ name: "a2" });
  expect((await readdir(bench.into.path)).toSorted()).toEqual(["a1", "a2"]);
});

longStory("it is not used again if it is damaged, or if something says that it does not fit", async () => {
  await using bench = await benchWithWork();
  await bench.archive();
  const other = await bench.archive({ name: "a2", spares: [{ name: "a1", mayFit: false }] });
  expect(other.name).toBe("a2");
  await rm(bench.into.pathOf("a2"), { recursive: true });
  await appendFile(join(bench.into.pathOf("a1"), "files.tar"), "x");
  expect(await bench.archive({ name: "a2", spares: [FITS] })).toMatchObject({ name: "a2" });
});

longStory(
  "an older one is not used again while a newer one is there: it may be about to be removed",
  async () => {
    await using bench = await benchWithWork();
    await bench.archive();
    await bench.archive({ name: "a2" });
    await appendFile(join(bench.into.pathOf("a2"), "files.tar"), "x");
    const spares = [{ name: "a2", mayFit: true }, FITS];
    expect(await bench.archive({ name: "a3", spares })).toMatchObject({ name: "a3" });
    // The control: without the newer one it is used.
    await rm(bench.into.pathOf("a3"), { recursive: true });
    await rm(bench.into.pathOf("a2"), { recursive: true });
    expect(await bench.archive({ name: "a3", spares })).toMatchObject({ name: "a1" });
  },
);

longStory(
  "that of a linked worktree is not used again: its entry may have changed, and nothing in the worktree shows it",
  async () => {
    await using bench = await ArchiveBench.open();
    const main = join(bench.folder, "main");
    await bench.git(["init", "--quiet", main]);
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=First"], main);
    await bench.git(["worktree", "add", "--quiet", "--detach", bench.path], main);
    await bench.archive();
    expect(await bench.archive({ name: "a2", spares: [FITS] })).toMatchObject({ name: "a2", outdated: [] });
    expect(await bench.archive({ name: "a2" })).toMatchObject({ name: "a2-2", outdated: ["a2"] });
  },
);

test("an archive is removed as a whole, also after a call that was ended half-way", async () => {
  await using bench = await benchWithWork();
  await bench.archive();
  await bench.archive({ name: "a2" });
  await bench.into.remove("a1");
  await bench.into.remove("a1");
  await mkdir(join(bench.into.path, ".partial-a1"));
  await bench.into.remove("a1");
  expect(await readdir(bench.into.path)).toEqual(["a2"]);
  await expect(bench.into.remove("../a2")).rejects.toMatchObject({ code: "archive_refused" });
});
