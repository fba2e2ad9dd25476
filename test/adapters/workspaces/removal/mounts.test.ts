import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { whatBlocks } from "../../../../src/workspaces/removal/what-blocks.ts";
import { eventually } from "../../../support/eventually.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { setUpStand, type Stand } from "./stand.ts";

const FOLDERS = 20;
const FILES = 500;
const REST_MS = 20;

describe("mounts of this process", () => {
  testNeeding(
    [ROOT],
    "a bind mount of the same file system inside is found before, and its source stays whole (C7)",
    async () => {
      await using stand = await setUpStand();
      const { path, source } = withSource(stand);
      mkdirSync(join(path, "a/mounted"), { recursive: true });
      using _ = mount(["--bind", source], join(path, "a/mounted"));
      expect(await blocks(stand, path)).toContainEqual(
        expect.objectContaining({
          code: "mount_inside",
          remedy: expect.stringContaining(`umount ${path}/a/mounted`),
        }),
      );
    },
  );

  testNeeding([ROOT], "a bind mount of one file is found too", async () => {
    await using stand = await setUpStand();
    const { path, source } = withSource(stand);
    writeFileSync(join(path, "file"), "");
    using _ = mount(["--bind", join(source, "precious")], join(path, "file"));
    expect(await codesOf(stand, path)).toEqual(new Set(["mount_inside"]));
  });

  testNeeding([ROOT], "a workspace that is a mount point itself, or is mounted elsewhere", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    mkdirSync(join(stand.base, "elsewhere"));
    {
      using _ = mount(["--bind", path], join(stand.base, "elsewhere"));
      expect(await codesOf(stand, path)).toEqual(new Set(["mounted_elsewhere"]));
    }
    using _ = mount(["-t", "tmpfs", "tmpfs"], path);
    expect(await codesOf(stand, path)).toEqual(new Set(["mount_inside"]));
  });

  testNeeding(
    [ROOT],
    "one made while the walk runs is not entered; the rest goes when it is gone (C7)",
    async () => {
      await using stand = await setUpStand();
      const { path, source } = withSource(stand);
      for (let index = 0; index < FOLDERS; index++) fill(join(path, `f${index}`));
      const before = contentHash(source);
      const tombstone = await stand.plan("w");
      await moveToTrash(stand.root, tombstone);
      const trash = join(stand.root.path, ".orb/trash", tombstone.trashName);
      const pause = { on: false, isOver: false };
      const progress = ({ files }: { readonly files: number }) =>
        void (pause.on = !pause.isOver && files > 0);
      const removal = deleteTrash(stand.root, tombstone, { paused: () => pause.on, progress });
      await eventually("the walk rests in the middle", () => pause.on && rests(trash));
      const left = readdirSync(trash).findLast((name) => existsSync(join(trash, name, "mounted"))) ?? "none";
      const mounted = mount(["--bind", source], join(trash, left, "mounted"));
      Object.assign(pause, { on: false, isOver: true });
      await expect(removal).rejects.toMatchObject({
        code: "mount_inside",
        remedy: expect.stringContaining("umount"),
      });
      expect(contentHash(source)).toBe(before);
      expect(readdirSync(trash)).toEqual([left]);
      // C13: as long as it is there, each try says the same and changes nothing.
      for (let tries = 0; tries < 3; tries++)
        await expect(deleteTrash(stand.root, tombstone)).rejects.toMatchObject({
          code: "mount_inside",
        });
      mounted[Symbol.dispose]();
      await deleteTrash(stand.root, tombstone);
      expect(await whereIs(stand.root, tombstone)).toBe("gone");
    },
  );

  testNeeding(
    [ROOT],
    "the control: `rm -rf --one-file-system` empties the source of such a mount",
    async () => {
      await using stand = await setUpStand();
      const { path, source } = withSource(stand);
      mkdirSync(join(path, "mounted"));
      using _ = mount(["--bind", source], join(path, "mounted"));
      expect(() => execFileSync("rm", ["-rf", "--one-file-system", path], { stdio: "ignore" })).toThrow();
      expect(readdirSync(source)).toEqual([]);
    },
  );
});

describe("mounts of other namespaces (B10)", () => {
  test.each([
    ["a workspace that a container has as its own folder", "mount --bind $W /mnt", "mounted_elsewhere"],
    ["something that a container has mounted inside", "mount -t tmpfs tmpfs $W/inner", "mount_inside"],
    [
      "something that a container has mounted inside, where it calls the workspace by another name",
      "mount --bind $R /mnt && umount -l /tmp 2>/dev/null; mount -t tmpfs tmpfs /mnt/w/inner",
      "mount_inside",
    ],
  ])("%s", async (_, command, code) => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    mkdirSync(join(path, "inner"));
    expect(await blocks(stand, path)).toEqual([]);
    await using __ = await container(command, { W: path, R: stand.root.path });
    expect(await blocks(stand, path)).toContainEqual(
      expect.objectContaining({ code, reason: expect.stringContaining("in the mounts of process") }),
    );
  });

  testNeeding(
    [ROOT, program("unshare")],
    "the control: the kernel lets it be removed without a word",
    async () => {
      await using stand = await setUpStand();
      const path = stand.make("w");
      mkdirSync(join(path, "inner"));
      await using _ = await container("mount -t tmpfs tmpfs $W/inner", { W: path });
      execFileSync("rmdir", [join(path, "inner")]);
    },
  );
});

/** A process with mounts of its own that begins meanwhile, such as another test's, has the same mounts and is named too. */
async function codesOf(stand: Stand, path: string) {
  return new Set((await blocks(stand, path)).map(({ code }) => code));
}

async function blocks({ root, threads }: Stand, path: string) {
  await using folder = await root.openWorkspace(path);
  return await whatBlocks(folder, { threads });
}

function withSource(stand: Stand): { readonly path: string; readonly source: string } {
  const source = join(stand.base, "source");
  mkdirSync(source);
  writeFileSync(join(source, "precious"), "alive");
  return { path: stand.make("w"), source };
}

function fill(folder: string): void {
  mkdirSync(join(folder, "mounted"), { recursive: true });
  for (let index = 0; index < FILES; index++) writeFileSync(join(folder, `f${index}`), "");
}

/** Whether nothing is removed from a folder for a moment. */
async function rests(folder: string): Promise<boolean> {
  const before = countOf(folder);
  await delay(REST_MS);
  return countOf(folder) === before;
}

function countOf(folder: string): number {
  return Number(execFileSync("sh", ["-c", 'find "$0" 2>/dev/null | wc -l', folder]));
}

function mount(args: readonly string[], point: string): Disposable {
  execFileSync("mount", [...args, point]);
  let isMounted = true;
  return {
    [Symbol.dispose]: () => {
      if (isMounted) execFileSync("umount", [point]);
      isMounted = false;
    },
  };
}

/** A process in a mount namespace of its own that has mounted something there. */
async function container(command: string, env: Readonly<Record<string, string>>): Promise<AsyncDisposable> {
  const script = `(${command}) && echo ready && exec cat`;
  const child = spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", script], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (part) => (output += String(part)));
  await eventually("the container has mounted it", () => output.includes("ready"));
  return {
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, "close");
    },
  };
}
