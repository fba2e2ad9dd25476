import { execFile } from "node:child_process";
import { chmod, link, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "../../../support/testing.ts";
import { linkedGitActivity } from "../../../../src/workspaces/registry/git-activity.ts";
import {
  changedSince,
  DEPTH_MAX,
  type Measured,
  measureFolder,
} from "../../../../src/workspaces/registry/measure-folder.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";

const run = promisify(execFile);
const OLD = new Date("2026-01-01T00:00:00Z");
const FUTURE = new Date("2040-01-01T00:00:00Z");
let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "orb-measure-"));
});
afterEach(async () => {
  await rm(path, { recursive: true });
});

async function measured(): Promise<Measured> {
  await using folder = await OpenFolder.open(path);
  return await measureFolder(folder);
}

/** What coreutils says: allocated bytes, and files without the further names of hard links. */
async function du(): Promise<Pick<Measured, "bytes" | "inodes">> {
  const number = async (...flags: string[]) => {
    const { stdout } = await run("du", ["--summarize", ...flags, path]);
    return Number(stdout.split("\t")[0]);
  };
  return { bytes: await number("--block-size=1"), inodes: await number("--inodes") };
}

describe("the size of a workspace", () => {
  test("is what du says, with sparse files, hard links, links, a FIFO and odd names", async () => {
    await mkdir(join(path, "src/deep"), { recursive: true });
    await writeFile(join(path, "src/deep/large"), Buffer.alloc(300_000, 1));
    await run("truncate", ["--size=1T", join(path, "sparse")]);
    for (const name of ["one", "two", "src/three"])
      await link(join(path, "src/deep/large"), join(path, name));
    await symlink("/etc", join(path, "to-etc"));
    await symlink("..", join(path, "src/up"));
    await run("mkfifo", [join(path, "fifo")]);
    await writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x0a])]), "odd");
    await writeFile(join(path, "-rf"), "x");
    expect(await measured()).toMatchObject({ ...(await du()), sharedBytes: 0, isPartial: false });
  });

  test("says what has names elsewhere too, so that removing it frees nothing (D3)", async () => {
    await mkdir(join(path, "a"));
    await writeFile(join(path, "a/inside"), Buffer.alloc(50_000, 1));
    await link(join(path, "a/inside"), join(path, "a/again"));
    const elsewhere = `${path}.elsewhere`;
    await writeFile(elsewhere, Buffer.alloc(200_000, 1));
    await link(elsewhere, join(path, "shared"));
    await link(elsewhere, join(path, "shared-again"));
    const { bytes, sharedBytes } = await measured();
    await rm(elsewhere);
    const alone = await measured();
    expect(alone).toMatchObject({ bytes, sharedBytes: 0 });
    expect(sharedBytes).toBeGreaterThanOrEqual(200_000);
    expect(sharedBytes).toBeLessThan(bytes - 50_000);
  });

  test("what lies deeper than it looks is not counted, and it says so", async () => {
    const deep = join(path, ...Array.from({ length: DEPTH_MAX + 20 }, () => "d"));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, "file"), "x");
    expect(await measured()).toMatchObject({ inodes: DEPTH_MAX + 1, isPartial: true });
  });

  test("stops when the process is to end", async () => {
    await writeFile(join(path, "file"), "x");
    await using folder = await OpenFolder.open(path);
    await expect(measureFolder(folder, { stopping: AbortSignal.abort() })).rejects.toThrow("aborted");
  });
});

describe("the last change in a workspace", () => {
  async function old(...names: readonly string[]): Promise<void> {
    for (const name of names) await utimes(join(path, name), OLD, OLD);
  }

  test("is that of the deepest file, whatever the times of the folders above say (B12)", async () => {
    await mkdir(join(path, "a/b/c"), { recursive: true });
    await writeFile(join(path, "a/b/c/file"), "x");
    await utimes(join(path, "a/b/c/file"), FUTURE, FUTURE);
    await old("a/b/c", "a/b", "a", ".");
    expect((await measured()).newest).toEqual(FUTURE);
  });

  test("is the change time of an entry, if somebody set its modification time back (B12)", async () => {
    const before = new Date(Date.now() - 2_000);
    await writeFile(join(path, "file"), "x");
    await old("file", ".");
    expect((await measured()).newest.getTime()).toBeGreaterThan(before.getTime());
  });

  test("is not the rename of the folder itself, which the bot does", async () => {
    await old(".");
    expect((await measured()).newest).toEqual(OLD);
  });

  test("is no change since itself, whatever the fraction of its millisecond; a later one is found", async () => {
    await mkdir(join(path, "inside"));
    await using folder = await OpenFolder.open(path);
    await utimes(path, 2_000_000_000.000_4, 2_000_000_000.000_4);
    const { newest } = await measureFolder(folder);
    expect(await changedSince(folder, newest)).toBeNull();
    const later = new Date(newest.getTime() + 10);
    await utimes(join(path, "inside"), later, later);
    expect(await changedSince(folder, newest)).not.toBeNull();
  });

  test("the question whether anything is young ends at the first such entry", async () => {
    await writeFile(join(path, "young"), "x");
    await using folder = await OpenFolder.open(path);
    await mkdir(join(path, "others"));
    for (let index = 0; index < 300; index++) await writeFile(join(path, "others", `${index}`), "x");
    let aborted = 0;
    const stopping = { throwIfAborted: () => void (aborted += 1) } as AbortSignal;
    expect(await changedSince(folder, OLD, { stopping })).not.toBeNull();
    expect(aborted).toBeLessThan(3);
    expect(await changedSince(folder, FUTURE, { stopping })).toBeNull();
    expect(aborted).toBeGreaterThan(15);
  });
});

const ROOT = 0;
const NOBODY = 65_534;

function becomeUser(id: number): void {
  if (!process.seteuid) throw new Error("This platform has no users");
  process.seteuid(id);
}

test("what a command makes again is counted by its name, but not inside git's own folders", async () => {
  await mkdir(join(path, "web", "node_modules", "dist"), { recursive: true });
  await mkdir(join(path, ".git", "refs", "target"), { recursive: true });
  await writeFile(join(path, "web", "node_modules", "dist", "large"), Buffer.alloc(40_000, 1));
  await writeFile(join(path, ".git", "refs", "target", "large"), Buffer.alloc(40_000, 1));
  const { rebuildable } = await measured();
  expect(rebuildable.inodes).toBe(3);
  expect(rebuildable.bytes).toBeGreaterThanOrEqual(40_000);
  expect(rebuildable.bytes).toBeLessThan(80_000);
});

describe("a folder that can't be read, or lies on another mount", () => {
  test("a mount inside is not entered, and it says so; needs root", async () => {
    await mkdir(join(path, "mounted"));
    await mkdir(`${path}.source`);
    await writeFile(`${path}.source/large`, Buffer.alloc(500_000, 1));
    // Of the same file system, so that the device number is the same.
    await run("mount", ["--bind", `${path}.source`, join(path, "mounted")]);
    try {
      const found = await measured();
      expect(found.isPartial).toBe(true);
      expect(found.bytes).toBeLessThan(500_000);
    } finally {
      await run("umount", [join(path, "mounted")]);
      await rm(`${path}.source`, { recursive: true });
    }
  });

  test("a folder that the bot may not read is not empty: it says so; needs root to become another user", async () => {
    await mkdir(join(path, "closed"));
    await writeFile(join(path, "closed/file"), "x");
    await chmod(join(path, "closed"), 0o000);
    await chmod(path, 0o755);
    await using folder = await OpenFolder.open(path);
    becomeUser(NOBODY);
    try {
      expect(await measureFolder(folder)).toMatchObject({ isPartial: true, inodes: 2 });
    } finally {
      becomeUser(ROOT);
    }
    await chmod(join(path, "closed"), 0o755);
  });
});

describe("git activity of a linked worktree", () => {
  async function activity(): Promise<Date | null> {
    await using folder = await OpenFolder.open(path);
    return await linkedGitActivity(folder, path);
  }

  test("is read from its admin folder, which is elsewhere", async () => {
    const admin = `${path}.admin`;
    await mkdir(join(admin, "logs"), { recursive: true });
    await writeFile(join(admin, "logs/HEAD"), "");
    await utimes(join(admin, "logs/HEAD"), FUTURE, FUTURE);
    for (const pointer of [admin, `../${admin.split("/").at(-1)}`]) {
      await writeFile(join(path, ".git"), `gitdir: ${pointer}\n`);
      expect(await activity()).toEqual(FUTURE);
    }
    await rm(admin, { recursive: true });
    expect(await activity()).toBeNull();
  });

  test("hostile pointers lead to nothing: a FIFO, a link, a large file, other text, NUL", async () => {
    const pointer = join(path, ".git");
    expect(await activity()).toBeNull();
    await run("mkfifo", [pointer]);
    expect(await activity()).toBeNull();
    await rm(pointer);
    await symlink("/etc/passwd", pointer);
    expect(await activity()).toBeNull();
    await rm(pointer);
    for (const text of [
      "x".repeat(1_000_000),
      "gitdir: ",
      "gitdir: /etc\0/passwd\n",
      "gitdir: a\ngitdir: b\n",
    ]) {
      await writeFile(pointer, text);
      expect(await activity()).toBeNull();
    }
  });
});
