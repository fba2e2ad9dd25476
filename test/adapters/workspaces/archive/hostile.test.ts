import { once } from "node:events";
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ArchiveFolder } from "../../../../src/workspaces/archive/archive-folder.ts";
import { assertStillArchived } from "../../../../src/workspaces/archive/still-archived.ts";
import { TreeBuilder } from "../../../../src/workspaces/archive/read/tree-builder.ts";
import type { Entry } from "../../../../src/workspaces/archive/rules/listing.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { longStory, sampled, sampledInputs } from "../../../support/sample.ts";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { afterEach, beforeEach, expect, test } from "../../../support/testing.ts";

let bench: ArchiveBench;
const at = (path: string): string => join(bench.path, path);
const canary = (): string => join(bench.folder, "canary");
const hasRun = (): Promise<boolean> =>
  stat(canary()).then(
    () => true,
    () => false,
  );

beforeEach(async () => {
  bench = await ArchiveBench.openWithCommit();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** Every place from which git starts a program on a plain `git status` or on the next commands that people try. */
async function setTraps(): Promise<void> {
  const trap = at(".git/trap");
  await writeFile(trap, `#!/bin/sh\ntouch ${canary()}\n`);
  await chmod(trap, 0o755);
  await appendFile(
    at(".git/config"),
    `[core]\n\tfsmonitor = ${trap}\n\tpager = ${trap}\n\thooksPath = .git/hooks\n[filter "x"]\n\tclean = ${trap}\n\tsmudge = ${trap}\n` +
      `[diff]\n\texternal = ${trap}\n[alias]\n\tst = !${trap}\n[include]\n\tpath = more\n[extensions]\n\tworktreeConfig = true\n`,
  );
  await writeFile(at(".git/more"), `[core]\n\tsshCommand = ${trap}\n`);
  await writeFile(at(".git/config.worktree"), `[core]\n\tfsmonitor = ${trap}\n`);
  await mkdir(at(".git/info"), { recursive: true });
  await writeFile(at(".git/info/attributes"), "* filter=x diff=x\n");
  for (const hook of ["post-checkout", "reference-transaction", "post-index-change"]) {
    await writeFile(at(`.git/hooks/${hook}`), `#!/bin/sh\ntouch ${canary()}\n`, { mode: 0o755 });
  }
}

test("nothing of a workspace's configuration, hooks and filters runs while it is archived and restored, nor afterwards (A24)", async () => {
  await setTraps();
  await appendFile(at("file"), "changed\n");
  await bench.archive();
  await bench.removeWorkspace();
  const restored = await bench.restore();
  for (const command of [["status"], ["diff"], ["checkout", "--quiet", "HEAD"], ["log"], ["stash", "list"]]) {
    await bench.git(command);
  }
  expect(await hasRun()).toBe(false);
  expect(restored.inert.map(String).sort()).toEqual([".git/config", ".git/config.worktree", ".git/hooks"]);
  expect(await readFile(at(".git/config.archived"), "utf8")).toContain("fsmonitor");
  expect(await readFile(at(".git/hooks.archived/post-checkout"), "utf8")).toContain("touch");
  // The control: with the archived file in its old place, the same command runs the trap.
  await rename(at(".git/config.archived"), at(".git/config"));
  await bench.git(["status"]);
  expect(await hasRun()).toBe(true);
});

test("links are archived as links, FIFOs and sockets are not read, and nothing outside is", async () => {
  const secret = join(bench.folder, "secret");
  await writeFile(secret, "canary-outside");
  await mkdir(join(bench.folder, "secrets"));
  await writeFile(join(bench.folder, "secrets/inner"), "canary-outside");
  await symlink(secret, at("to-file"));
  await symlink(join(bench.folder, "secrets"), at("to-folder"));
  const server = createServer().listen(at("socket"));
  const { special } = await bench.archive();
  server.close();
  expect(special).toBe(1);
  for (const file of await readdir(bench.into.pathOf("a1"))) {
    expect(await readFile(join(bench.into.pathOf("a1"), file), "latin1")).not.toContain("canary-outside");
  }
  await bench.removeWorkspace();
  await bench.restore();
  expect(await readlink(at("to-file"))).toBe(secret);
  expect(await readFile(secret, "utf8")).toBe("canary-outside");
});

test("somebody who exchanges a folder for a link all the time gets nothing from outside into an archive", async () => {
  const outside = join(bench.folder, "outside");
  await mkdir(outside);
  await mkdir(at("inside"));
  for (const folder of [outside, at("inside")]) {
    for (let each = 0; each < 20; each++) {
      await writeFile(join(folder, `f${each}`), folder === outside ? "canary-outside" : "harmless");
    }
  }
  await symlink(outside, at("link"));
  const inspection = await bench.inspect();
  const attacker = new Worker(
    `const { renameSync } = require("node:fs");
     const at = (name) => ${JSON.stringify(bench.path)} + "/" + name;
     for (;;) for (const [from, to] of [["inside", "x"], ["link", "inside"], ["inside", "link"], ["x", "inside"]]) renameSync(at(from), at(to));`,
    { eval: true },
  );
  await once(attacker, "online");
  const outcomes: unknown[] = [];
  const { numRuns } = sampledInputs({ all: 3, sample: 1 });
  for (let run = 0; run < numRuns; run++) {
    const name = `swapped-${run}`;
    outcomes.push(
      await bench.archive({ name, inspection }).then(
        () => "archived",
        ({ code }) => code as unknown,
      ),
    );
    if (!(await bench.into.has(name))) continue;
    expect(await readFile(join(bench.into.pathOf(name), "files.tar"), "latin1")).not.toContain(
      "canary-outside",
    );
  }
  await attacker.terminate();
  for (const outcome of outcomes) expect(["archived", "archive_changed"]).toContain(outcome);
});

test.each(sampled("links in a repository", ["objects", "refs", "."], ["objects"]))(
  "a link in the place of the repository's %s is a reason to keep",
  async (part) => {
    const inspection = await bench.inspect();
    const path = join(bench.path, ".git", part);
    await rename(path, join(bench.folder, "moved"));
    await symlink(join(bench.folder, "moved"), path.replace(/\/$/, ""));
    await expect(bench.archive({ inspection })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:git_unreadable|archive_changed|workspace_is_link)$/),
    });
  },
);

test("a workspace that changed after it was archived is not taken for the archived one", async () => {
  await bench.archive();
  const still = async (): Promise<void> => {
    await using workspace = await bench.root.openWorkspace(bench.path);
    await assertStillArchived(workspace, { into: bench.into, name: "a1", signal: bench.signal });
  };
  await still();
  const { atime, mtime } = await stat(at("file"));
  await writeFile(at("file"), "FILE\n");
  await utimes(at("file"), atime, mtime);
  await expect(still()).rejects.toMatchObject({ code: "archive_changed" });
});

test("an unreadable workspace is not archived: nobody knows what it holds", async () => {
  await rm(at(".git/HEAD"));
  await mkdir(at(".git/HEAD"));
  await expect(bench.archive()).rejects.toMatchObject({ code: "archive_refused" });
});

test("archives are private, and their names are not those of the workspace's files", async () => {
  await bench.archive();
  const folder = bench.into.pathOf("a1");
  expect((await stat(bench.into.path)).mode & 0o777).toBe(0o700);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
});

test.each(["root/archives", ".", "root"])(
  "a folder for archives at %s, near the workspaces, is refused",
  async (path) => {
    await expect(
      ArchiveFolder.open(join(bench.folder, path), { root: bench.root.path }),
    ).rejects.toMatchObject({ code: "archive_refused" });
  },
);

test("a path that has something is refused, also an empty folder; nothing there is touched", async () => {
  await bench.archive();
  await bench.removeWorkspace();
  await mkdir(bench.path);
  await expect(bench.restore()).rejects.toMatchObject({ code: "restore_path_taken" });
  await writeFile(at("new"), "new");
  await expect(bench.restore({ lowerFence: () => Promise.resolve("other") })).rejects.toMatchObject({
    code: "restore_path_taken",
  });
  expect(await readdir(bench.path)).toEqual(["new"]);
});

longStory("the fence is taken away at the last moment, and the workspace has its place then", async () => {
  await bench.archive();
  await bench.removeWorkspace();
  await mkdir(bench.path);
  await writeFile(at(".git"), "gitdir: /gone\n");
  await bench.restore({ lowerFence: () => bench.removeWorkspace() });
  expect(await bench.git(["status", "--porcelain"])).toBe("");
});

test.each(["../out", "/etc/out", "..", "a/../../out", "link/out", "", "missing/out"])(
  "a listing that names %j writes nothing outside the folder",
  async (path) => {
    const outside = join(bench.folder, "outside");
    await mkdir(outside);
    await mkdir(join(bench.folder, "top"));
    await using top = await OpenFolder.open(join(bench.folder, "top"));
    await using builder = new TreeBuilder(top, { name: "a1", finish: () => Promise.resolve() });
    const original = { mode: 0o755, uid: 0, gid: 0, mtimeNs: "0" };
    const add = (entry: Entry): Promise<void> => builder.add(entry, null);
    await add({ kind: "folder", path: "", ...original });
    await add({ kind: "link", path: "link", target: outside, ...original });
    await expect(add({ kind: "folder", path, ...original })).rejects.toMatchObject({
      code: "archive_damaged",
    });
    expect(await readdir(outside)).toEqual([]);
    expect(await readdir(join(bench.folder, "top"))).toEqual(["link"]);
  },
);

test("no secret of a workspace is in an error or in what an archive says of itself", async () => {
  const secret = "ghs_canary0123456789canary0123456789abcd";
  await writeFile(at(".env"), `TOKEN=${secret}\n`);
  await appendFile(at(".git/config"), `[remote "origin"]\n\turl = https://x:${secret}@github.com/a/b.git\n`);
  const archived = await bench.archive();
  const manifest = await readFile(join(bench.into.pathOf("a1"), "manifest.json"), "utf8");
  const limits = { fileBytesMax: 10, bytesMax: 1e9, entriesMax: 1e6, depthMax: 100 };
  const errors = await Promise.all([
    bench.archive({ name: "a2", limits }).catch(String),
    bench.restore().catch(String),
    bench.archive({ name: "a3", limits: { ...limits, fileBytesMax: 1e9, entriesMax: 3 } }).catch(String),
  ]);
  await bench.removeWorkspace();
  const restored = await bench.restore();
  expect(JSON.stringify([archived, manifest, errors, restored])).not.toContain(secret);
  expect(await readFile(at(".git/config"), "utf8")).not.toContain(secret);
  expect(await readFile(at(".env"), "utf8")).toContain(secret);
  expect(Object.keys(await treeOf(bench.path))).toContain(".env");
});
