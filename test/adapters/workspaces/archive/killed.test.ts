import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeBrokenRestores } from "../../../../src/workspaces/archive/read/restore-place.ts";
import { verifyArchive } from "../../../../src/workspaces/archive/verify.ts";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { expect, test } from "../../../support/testing.ts";

const CHILD = fileURLToPath(new URL("../../../support/workspaces/archive-and-die.ts", import.meta.url));
const STEPS = ["begun", "bundled", "copied", "described", "verified", "finished"] as const;

async function benchWithWork(): Promise<ArchiveBench> {
  const bench = await ArchiveBench.openWithCommit();
  await writeFile(join(bench.path, "more"), "more\n");
  return bench;
}

async function killAt(bench: ArchiveBench, step: string): Promise<void> {
  const child = fork(CHILD, [bench.root.path, bench.into.path, step], { stdio: "inherit" });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

test.each(sampled("steps of an archive at which it is killed", STEPS, ["finished"]))(
  "killed after the step %s, nothing of the workspace is changed, and a later run succeeds (A21)",
  async (step) => {
    await using bench = await benchWithWork();
    const before = await treeOf(bench.path, { without: /^$/ });
    await killAt(bench, step);
    expect(await treeOf(bench.path, { without: /^$/ })).toEqual(before);
    // Only a finished archive has a name that counts.
    expect((await bench.into.list()).map(({ name }) => name)).toEqual(step === "finished" ? ["a1"] : []);
    await bench.archive();
    expect(await readdir(bench.into.path)).toEqual(["a1"]);
    await bench.removeWorkspace();
    await bench.restore();
    expect(await bench.git(["status", "--porcelain"])).toBe("?? more");
  },
);

longStory(
  "killed at any moment, nothing of the workspace is changed, and a later run succeeds (A21)",
  async () => {
    await using bench = await benchWithWork();
    const before = await treeOf(bench.path, { without: /^$/ });
    for (let run = 0; run < 30; run++) {
      const child = fork(CHILD, [bench.root.path, bench.into.path, "never"], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      await once(child, "message");
      setTimeout(() => child.kill("SIGKILL"), run * 15);
      await once(child, "exit");
      expect(await treeOf(bench.path, { without: /^$/ })).toEqual(before);
      await bench.archive();
      await verifyArchive(bench.into, "a1", { signal: bench.signal });
      await rm(bench.into.pathOf("a1"), { recursive: true });
    }
  },
);

longStory(
  "an archive that a killed process had finished does not count for a workspace that changed since",
  async () => {
    await using bench = await benchWithWork();
    await bench.archive();
    await expect(bench.archive()).resolves.toMatchObject({ name: "a1" });
    await appendFile(join(bench.path, "more"), "and more\n");
    await expect(bench.archive()).resolves.toMatchObject({ name: "a1-2" });
    await bench.removeWorkspace();
    await bench.restore({ name: "a1-2" });
    expect(await readFile(join(bench.path, "more"), "utf8")).toBe("more\nand more\n");
  },
);

test("what a killed restore left is removed a day later: until then another process may be working in it", async () => {
  await using bench = await benchWithWork();
  await bench.archive();
  await bench.removeWorkspace();
  const broken = join(bench.root.path, ".orb/restores/left");
  await mkdir(broken, { recursive: true, mode: 0o700 });
  await removeBrokenRestores(bench.root, new Date());
  expect(await readdir(join(bench.root.path, ".orb/restores"))).toEqual(["left"]);
  await removeBrokenRestores(bench.root, new Date(Date.now() + 25 * 3_600_000));
  expect(await readdir(join(bench.root.path, ".orb/restores"))).toEqual([]);
  await bench.restore();
  expect(await readdir(join(bench.root.path, ".orb/restores"))).toEqual([]);
});
