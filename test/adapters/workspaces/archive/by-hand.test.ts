import { execFile } from "node:child_process";
import { mkdir, open, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readDocExamples } from "../../../support/documents/doc-examples.ts";
import { ROOT } from "../../../support/repository-files.ts";
import { ArchiveBench } from "../../../support/workspaces/archive-bench.ts";
import { expect, test } from "../../../support/testing.ts";

const run = promisify(execFile);
const SPARSE_BYTES = 4 * 1024 * 1024;
/** With how many bytes each ends: what is behind the last part is a hole, too. */
const SPARSE = [
  ["hole-at-end", SPARSE_BYTES],
  ["part-at-end", 3 * 1024 * 1024 + 5],
  ["nothing-but-a-hole", 1024 * 1024],
] as const;
const LONG = "x".repeat(200);

async function writeSparse(path: string, bytes: number): Promise<void> {
  await using file = await open(path, "w");
  if (bytes > 1024 * 1024) {
    await file.write("begin", 4_096);
    await file.write("later", 3 * 1024 * 1024);
  }
  await file.truncate(bytes);
}

test("the commands in docs/cleanup.md get the work out of an archive without the bot, and no hook with it", async () => {
  const examples = await readDocExamples(`${ROOT}docs/cleanup.md`);
  const { code } = examples.find((each) => each.test === "restore-by-hand") ?? { code: "exit 1" };
  await using bench = await ArchiveBench.open();
  const at = (path: string): string => join(bench.path, path);
  await bench.git(["init", "--quiet", "--initial-branch=agent/x"]);
  await mkdir(at("src"));
  await writeFile(at("src/same"), "same\n");
  await writeFile(at("changed"), "one\n");
  await bench.git(["add", "."]);
  await bench.git(["commit", "--quiet", "--message=First"]);
  await bench.git(["commit", "--quiet", "--allow-empty", "--message=Second"]);
  await writeFile(at("changed"), "stashed\n");
  await bench.git(["stash"]);
  await writeFile(at("changed"), "two\n");
  await writeFile(at("new"), "new\n");
  for (const [name, end] of SPARSE) await writeSparse(at(name), end);
  // Longer than a name in a tar's own header, and not in ASCII.
  await mkdir(at(LONG));
  await writeSparse(at(`${LONG}/é`), SPARSE_BYTES);
  await writeFile(at(".git/hooks/post-index-change"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const said = await Promise.all([bench.git(["status"]), bench.git(["stash", "list"]), bench.git(["log"])]);
  await bench.archive();
  await run("sh", ["-e", "-c", code], {
    cwd: bench.folder,
    env: { ...process.env, ARCHIVE: bench.into.pathOf("a1") },
  });
  const work = join(bench.folder, "work");
  expect(
    await Promise.all([
      bench.git(["status"], work),
      bench.git(["stash", "list"], work),
      bench.git(["log"], work),
    ]),
  ).toEqual(said);
  expect(await readFile(join(work, "src/same"), "utf8")).toBe("same\n");
  for (const name of [...SPARSE.map(([each]) => each), `${LONG}/é`]) {
    const [before, after] = [await stat(at(name)), await stat(join(work, name))];
    expect([name, after.size, after.blocks < 2 * 1024]).toEqual([name, before.size, true]);
    expect((await readFile(at(name))).equals(await readFile(join(work, name)))).toBe(true);
  }
  await expect(stat(join(work, ".git/hooks/post-index-change"))).rejects.toThrow("ENOENT");
});
