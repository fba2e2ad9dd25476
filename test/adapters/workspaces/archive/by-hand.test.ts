import { execFile } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readDocExamples } from "../../../support/documents/doc-examples.ts";
import { ROOT } from "../../../support/repository-files.ts";
import { ArchiveBench } from "../../../support/workspaces/archive-bench.ts";
import { expect, test } from "../../../support/testing.ts";

const run = promisify(execFile);

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
  await expect(stat(join(work, ".git/hooks/post-index-change"))).rejects.toThrow("ENOENT");
});
