import { execFile } from "node:child_process";
import {
  chmod,
  lchown,
  link,
  lutimes,
  mkdir,
  open,
  readFile,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { expect, test } from "../../../support/testing.ts";

const run = promisify(execFile);
/** What people see of a repository. */
const QUESTIONS = [
  ["status", "--porcelain=v2", "--branch", "--untracked-files=all", "--ignored"],
  ["stash", "list", "--format=%H %gs"],
  ["log", "--all", "--format=%H %D"],
  ["reflog", "--format=%H %gs"],
  ["notes", "list"],
  ["ls-files", "--stage", "--debug"],
  ["diff", "--cached", "--raw"],
];

async function answers(bench: ArchiveBench): Promise<string[]> {
  // The index remembers inodes and times, which differ after a restore.
  const all = await Promise.all(QUESTIONS.map((question) => bench.git(question)));
  return all.map((answer) => answer.replaceAll(/^ {2}(?:ctime|mtime|dev|uid|size).*$/gm, ""));
}

/** Archives the workspace, removes it and brings it back. */
async function expectSameAfterRestore(bench: ArchiveBench): Promise<void> {
  const before = await treeOf(bench.path);
  await bench.archive();
  await bench.removeWorkspace();
  await bench.restore();
  expect(await treeOf(bench.path)).toEqual(before);
}

async function cloneWithWork(bench: ArchiveBench): Promise<void> {
  const git = (...args: string[]): Promise<string> => bench.git(args);
  const write = (path: string, text: string): Promise<void> => writeFile(join(bench.path, path), text);
  await git("init", "--quiet", "--initial-branch=main");
  await write("README.md", "Readme\n");
  await write("tracked.txt", "one\n");
  await git("add", ".");
  await git("commit", "--quiet", "--message=First");
  for (const each of ["one", "two", "three"]) {
    await write("tracked.txt", `stashed ${each}\n`);
    await git("stash", "push", "--quiet", "--include-untracked", `--message=${each}`);
  }
  await git("notes", "add", "--message=A note", "HEAD");
  await git("notes", "--ref=review", "add", "--message=Another note", "HEAD");
  await git("tag", "--annotate", "--message=Tagged", "v1");
  await git("commit", "--quiet", "--allow-empty", "--message=Only in the reflog");
  await git("update-ref", "refs/worktree/k", "HEAD");
  await git("reset", "--quiet", "--hard", "HEAD~1");
  await write("staged.txt", "staged, and in no commit\n");
  await git("add", "staged.txt");
  await write("staged.txt", "staged, and then changed\n");
  await write("tracked.txt", "changed\n");
  await write("untracked.txt", "untracked\n");
}

test("a clone comes back byte for byte: files, index, every stash entry, notes, tags, reflogs and refs of its own (A7, A8, A19, A21)", async () => {
  await using bench = await ArchiveBench.open();
  await cloneWithWork(bench);
  const said = await answers(bench);
  const before = { answers: said, tree: await treeOf(bench.path) };
  const archived = await bench.archive();
  expect(await treeOf(bench.path)).toEqual(before.tree);
  await bench.removeWorkspace();
  const restored = await bench.restore();
  expect(await treeOf(bench.path)).toEqual(before.tree);
  expect(await answers(bench)).toEqual(before.answers);
  await bench.git(["fsck", "--strict"]);
  expect(archived.repositories).toBe(1);
  expect(restored).toMatchObject({ path: bench.path, special: [], leftOut: [] });
});

longStory("a plain `git bundle --all` loses all but one entry of the stash: the control of A19", async () => {
  await using bench = await ArchiveBench.open();
  await cloneWithWork(bench);
  const stash = (await bench.git(["stash", "list", "--format=%H"])).split("\n");
  const bundle = join(bench.folder, "all.bundle");
  await bench.git(["bundle", "create", "--quiet", bundle, "--all"]);
  const empty = join(bench.folder, "empty");
  await bench.git(["init", "--quiet", "--bare", empty]);
  await bench.git(["fetch", "--quiet", bundle, "refs/*:refs/*"], empty);
  const exists = await Promise.all(
    stash.map((sha) =>
      bench.git(["cat-file", "-e", sha], empty).then(
        () => true,
        () => false,
      ),
    ),
  );
  expect(exists).toEqual([true, false, false]);
});

test("names that are no UTF-8, links, hard links, holes, modes, times, owners and empty folders come back (A23, C12)", async () => {
  await using bench = await ArchiveBench.open();
  const at = (name: string): string => join(bench.path, name);
  await bench.git(["init", "--quiet"]);
  const odd = ["a b", '"quoted"', "line\nfeed", "é", "x -> y", "-rf", "a\u2028b", "x".repeat(255), "\\"];
  for (const name of odd) await writeFile(at(name), name);
  await writeFile(Buffer.concat([Buffer.from(`${bench.path}/`), Buffer.from([0xff, 0xfe])]), "no UTF-8");
  await mkdir(at("empty/inner"), { recursive: true });
  await mkdir(at("closed"));
  await writeFile(at("closed/inside"), "inside");
  await writeFile(at("program"), "#!/bin/sh\n");
  await link(at("program"), at("empty/same-program"));
  await symlink("/etc/passwd", at("link-out"));
  await symlink("nowhere", at("link-nowhere"));
  await lutimes(at("link-out"), 1_000_000, 1_000_000.5);
  await writeHoles(at("holes"));
  await writeFile(at("nothing"), "");
  await chmod(at("program"), 0o4755);
  await lchown(at("nothing"), 12_345, 23_456);
  await chmod(at("closed"), 0o000);
  await utimes(at("empty"), 1, 2_000_000_000.25);
  await run("mkfifo", [at("fifo")]);
  const before = await treeOf(bench.path, { without: /(?:^|\/)(?:objects|config|hooks|fifo)/ });
  await bench.archive();
  await bench.removeWorkspace();
  const restored = await bench.restore();
  expect(await treeOf(bench.path, { without: /(?:^|\/)(?:objects|config|hooks)/ })).toEqual(before);
  expect(restored.special).toEqual([Buffer.from("fifo")]);
});

longStory("holes take no room in the archive", async () => {
  await using bench = await ArchiveBench.open();
  await writeHoles(join(bench.path, "holes"));
  const { bytes } = await bench.archive();
  expect(bytes).toBeLessThan(100_000);
});

async function writeHoles(path: string): Promise<void> {
  await using file = await open(path, "w");
  await file.write("begin", 5_000);
  await file.write("middle", 2_000_001);
  await file.truncate(20_000_000);
}

test("folders that a command makes again are left out, but not a repository or a tracked file in them (A18, D4)", async () => {
  await using bench = await ArchiveBench.open();
  const at = (name: string): string => join(bench.path, name);
  await bench.git(["init", "--quiet"]);
  await mkdir(at("node_modules/inner/deep"), { recursive: true });
  await mkdir(at("dist"));
  await writeFile(at(".gitignore"), "node_modules\ndist\n");
  await writeFile(at("dist/tracked.js"), "tracked\n");
  await bench.git(["add", "--force", "dist/tracked.js"]);
  await writeFile(at("dist/made.js"), "x".repeat(1_000_000));
  await writeFile(at("dist/tracked.js"), "tracked, and changed\n");
  await writeFile(at("node_modules/large.js"), "x".repeat(1_000_000));
  await writeFile(at("node_modules/inner/deep/work.js"), "work\n");
  await bench.git(["init", "--quiet"], at("node_modules/inner"));
  await bench.git(["add", "."], at("node_modules/inner"));
  await bench.git(["commit", "--quiet", "--message=Hidden work"], at("node_modules/inner"));
  const { bytes, leftOut } = await bench.archive();
  await bench.removeWorkspace();
  await bench.restore();
  expect(bytes).toBeLessThan(200_000);
  expect(leftOut).toBe(2);
  expect(await readFile(at("dist/tracked.js"), "utf8")).toBe("tracked, and changed\n");
  expect(await bench.git(["status", "--porcelain"], at("node_modules/inner"))).toBe("");
  expect(await bench.git(["log", "--format=%s"], at("node_modules/inner"))).toBe("Hidden work");
});

longStory(
  "an unpushed commit two submodules deep, a nested repository and a bare one come back (A17, A18)",
  async () => {
    await using bench = await ArchiveBench.open();
    const sources = ["inner", "outer"].map((name) => join(bench.folder, name));
    for (const source of sources) {
      await bench.git(["init", "--quiet", source]);
      await bench.git(["commit", "--quiet", "--allow-empty", "--message=Source"], source);
    }
    const [inner = "", outer = ""] = sources;
    const files = ["-c", "protocol.file.allow=always"];
    await bench.git([...files, "submodule", "--quiet", "add", inner, "inner"], outer);
    await bench.git(["commit", "--quiet", "--message=Add inner"], outer);
    await bench.git(["init", "--quiet"]);
    await bench.git([...files, "submodule", "--quiet", "add", outer, "outer"]);
    await bench.git([...files, "submodule", "--quiet", "update", "--init", "--recursive"]);
    await bench.git(["commit", "--quiet", "--message=Add outer"]);
    const deep = join(bench.path, "outer/inner");
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=Deep"], deep);
    await bench.git(["init", "--quiet", "--bare", join(bench.path, "sample.git")]);
    await expectSameAfterRestore(bench);
    expect(await bench.git(["log", "-1", "--format=%s"], deep)).toBe("Deep");
    expect(await bench.git(["rev-parse", "--show-toplevel"], deep)).toBe(deep);
  },
);

const OPERATIONS = ["merge", "rebase", "cherry-pick", "bisect"] as const;

test.each(sampled("operations under way", OPERATIONS, ["rebase"]))(
  "a %s under way goes on after a restore (A9)",
  async (operation) => {
    await using bench = await ArchiveBench.open();
    const write = (text: string): Promise<void> => writeFile(join(bench.path, "file"), `${text}\n`);
    const commit = async (text: string): Promise<void> => {
      await write(text);
      await bench.git(["add", "."]);
      await bench.git(["commit", "--quiet", `--message=${text}`]);
    };
    await bench.git(["init", "--quiet", "--initial-branch=main"]);
    await commit("base");
    await bench.git(["checkout", "--quiet", "-b", "other"]);
    await commit("theirs");
    await bench.git(["checkout", "--quiet", "main"]);
    await commit("ours");
    await bench
      .git(operation === "bisect" ? ["bisect", "start"] : [operation, "other"])
      .catch(() => undefined);
    if (operation === "bisect") await bench.git(["bisect", "bad"]);
    const status = await bench.git(["status"]);
    const before = { status, tree: await treeOf(bench.path) };
    await bench.archive();
    await bench.removeWorkspace();
    await bench.restore();
    expect(await treeOf(bench.path)).toEqual(before.tree);
    expect(await bench.git(["status"])).toBe(before.status);
    if (operation === "bisect") await bench.git(["bisect", "reset"]);
    else await bench.git([operation, "--abort"]);
  },
);

longStory(
  "a sample repository among tracked files comes back file by file, also what git would never reach",
  async () => {
    await using bench = await ArchiveBench.open();
    await bench.git(["init", "--quiet"]);
    const sample = join(bench.path, "samples/bare");
    await bench.git(["init", "--quiet", "--bare", sample]);
    await mkdir(join(sample, "objects/aa"));
    await writeFile(join(sample, "objects/aa/broken"), "no object of git");
    await mkdir(join(bench.path, "samples/odd/HEAD"), { recursive: true });
    for (const name of ["objects", "refs"]) await mkdir(join(bench.path, "samples/odd", name));
    await writeFile(join(bench.path, "samples/odd/objects/file"), "file");
    const all = /^\.git|config/;
    const before = await treeOf(bench.path, { without: all });
    await bench.archive();
    await bench.removeWorkspace();
    await bench.restore();
    expect(await treeOf(bench.path, { without: all })).toEqual(
      Object.fromEntries(
        Object.entries(before).map(([path, it]) => [path.replace("bare/hooks", "bare/hooks.archived"), it]),
      ),
    );
  },
);

longStory(
  "a linked worktree inside the workspace comes back linked, with a commit that only its own ref has (A8)",
  async () => {
    await using bench = await ArchiveBench.open();
    await bench.git(["init", "--quiet"]);
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=First"]);
    const linked = join(bench.path, "linked");
    await bench.git(["worktree", "add", "--quiet", "--detach", linked]);
    await bench.git(["commit", "--quiet", "--allow-empty", "--message=Detached"], linked);
    await bench.git(["update-ref", "refs/worktree/k", "HEAD"], linked);
    await bench.git(["reset", "--quiet", "--hard", "HEAD~1"], linked);
    await expectSameAfterRestore(bench);
    expect(await bench.git(["log", "-1", "--format=%s", "refs/worktree/k"], linked)).toBe("Detached");
    expect(await bench.git(["worktree", "list", "--porcelain"])).toContain(`worktree ${linked}`);
  },
);

longStory("a repository whose objects are named by SHA-256 comes back", async () => {
  await using bench = await ArchiveBench.open();
  await bench.git(["init", "--quiet", "--object-format=sha256"]);
  await writeFile(join(bench.path, "file"), "file\n");
  await bench.git(["add", "."]);
  await bench.git(["commit", "--quiet", "--message=First"]);
  await expectSameAfterRestore(bench);
  await bench.git(["fsck", "--strict"]);
});

longStory("objects of Git LFS come back, also those that no server has (A20)", async () => {
  await using bench = await ArchiveBench.open();
  await bench.git(["init", "--quiet"]);
  const oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
  const folder = join(bench.path, ".git/lfs/objects/4d/7a");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, oid), "large");
  await expectSameAfterRestore(bench);
});
