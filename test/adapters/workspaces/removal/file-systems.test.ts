import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { surveyFolder } from "../../../../src/workspaces/removal/walk/survey-folder.ts";
import { whatBlocks } from "../../../../src/workspaces/removal/what-blocks.ts";
import { sampled } from "../../../support/sample.ts";
import { describe, expect } from "../../../support/testing.ts";
import { fillWithHostileThings, makeDeep, makeOutside } from "./hostile-tree.ts";
import { type Kind, mountNew } from "./loop-mount.ts";
import { fileSystem, type Need, program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { setUpStand, type Stand } from "./stand.ts";

const DEPTH = 300;
const BIG_BYTES = 4 * 1024 * 1024;
/** What a file system may do with blocks of its own meanwhile. */
const NOISE_BYTES = 1024 * 1024;

const NEEDS: Readonly<Record<Kind, readonly Need[]>> = {
  ext4: [ROOT, program("mkfs.ext4")],
  xfs: [ROOT, fileSystem("xfs")],
  btrfs: [ROOT, fileSystem("btrfs")],
  tmpfs: [ROOT],
  overlay: [ROOT, fileSystem("overlay"), program("mkfs.ext4")],
};
const KINDS = ["ext4", "xfs", "btrfs", "tmpfs", "overlay"] as const;

describe("on every file system", () => {
  for (const kind of sampled("file systems on which a hostile workspace is removed", KINDS, ["ext4"]))
    testNeeding(
      NEEDS[kind],
      `${kind}: nothing blocks a hostile workspace, it is removed, and the room that it says is there`,
      async () => {
        using mounted = await mountNew(kind);
        await using stand = await setUpStand({ at: mounted.path });
        const path = stand.make("w");
        fillWithHostileThings(path, makeOutside(stand.base));
        makeDeep(path, DEPTH);
        for (let index = 0; index < 4; index++)
          writeFileSync(join(path, `big-${index}`), Buffer.alloc(BIG_BYTES, index));
        expect(await blocks(stand, path)).toEqual([]);
        const { freed, promised } = await remove(stand, "w");
        expect(freed.bytes).toBeGreaterThan(2 * BIG_BYTES);
        expect(freed.bytes).toBeLessThanOrEqual(promised.bytes);
        expect(readdirSync(join(mounted.path, "root")).filter((name) => name === "w")).toEqual([]);
      },
    );

  testNeeding(
    NEEDS.overlay,
    "overlay: what lies in the lower layer can't be moved, and stays whole",
    async () => {
      using mounted = await mountNew("overlay");
      await using stand = await setUpStand({ at: mounted.path });
      const tombstone = await stand.plan("from-below");
      await expect(moveToTrash(stand.root, tombstone)).rejects.toMatchObject({
        code: "trash_on_other_device",
      });
      expect(existsSync(join(stand.root.path, "from-below/inner/file"))).toBe(true);
      // Inside a workspace it does no harm: it is removed where it is.
      execFileSync("cp", ["-r", join(stand.root.path, "from-below"), join(stand.root.path, "w")]);
      await remove(stand, "w");
    },
  );
});

describe("btrfs subvolumes (C11)", () => {
  for (const kind of sampled("file systems with subvolumes", ["btrfs"], []))
    testNeeding(
      [ROOT, fileSystem(kind)],
      "one inside is kept and named; if they are allowed, it goes too",
      async () => {
        using mounted = await mountNew(kind);
        await using stand = await setUpStand({ at: mounted.path });
        const path = stand.make("w");
        mkdirSync(join(path, "a"));
        // The image has one, because only btrfs-progs can make it; any process may move it.
        renameSync(join(mounted.path, "subvolume"), join(path, "a/snapshot"));
        expect(await blocks(stand, path)).toMatchObject([
          {
            code: "btrfs_subvolume",
            remedy: expect.stringContaining(`btrfs subvolume delete ${path}/a/snapshot`),
          },
        ]);
        await using folder = await stand.root.openWorkspace(path);
        expect(await whatBlocks(folder, { ...stand, allowSubvolumes: true })).toEqual([]);
        const tombstone = await stand.plan("w");
        await moveToTrash(stand.root, tombstone);
        await expect(deleteTrash(stand.root, tombstone)).rejects.toMatchObject({
          code: "btrfs_subvolume",
        });
        await deleteTrash(stand.root, tombstone, { allowSubvolumes: true });
        expect(await whereIs(stand.root, tombstone)).toBe("gone");
      },
    );
});

describe("what was freed is what the file system says (D3)", () => {
  testNeeding(
    [ROOT, program("mkfs.ext4")],
    "files that have other names or are still open do not count",
    async () => {
      using mounted = await mountNew("ext4");
      await using stand = await setUpStand({ at: mounted.path });
      const path = stand.make("w");
      for (const name of ["linked", "open", "plain"])
        writeFileSync(join(path, name), Buffer.alloc(BIG_BYTES, 1));
      linkSync(join(path, "linked"), join(stand.base, "other name"));
      linkSync(join(path, "plain"), join(path, "second name of plain"));
      const descriptor = openSync(join(path, "open"), "r");
      using _ = { [Symbol.dispose]: () => closeSync(descriptor) };
      const { freed, promised } = await remove(stand, "w");
      expect(promised.bytes).toBeGreaterThanOrEqual(2 * BIG_BYTES);
      expect(freed.bytes).toBeLessThan(BIG_BYTES + NOISE_BYTES);
      expect(freed.bytes).toBeGreaterThan(BIG_BYTES - NOISE_BYTES);
    },
  );
});

describe("a rename into the trash that fails is a failure with a reason (C14)", () => {
  testNeeding([ROOT, program("mkfs.ext4")], "on a read-only file system", async () => {
    using mounted = await mountNew("ext4");
    await using stand = await setUpStand({ at: mounted.path });
    const path = stand.make("w");
    const tombstone = await stand.plan("w");
    await moveToTrash(stand.root, tombstone);
    execFileSync("mount", ["-o", "remount,ro", mounted.path]);
    await expect(deleteTrash(stand.root, tombstone)).rejects.toMatchObject({ code: "read_only" });
    execFileSync("mount", ["-o", "remount,rw", mounted.path]);
    await deleteTrash(stand.root, tombstone);
    stand.make("w");
    const second = await stand.plan("w");
    execFileSync("mount", ["-o", "remount,ro", mounted.path]);
    expect(await blocks(stand, path)).toContainEqual(expect.objectContaining({ code: "read_only" }));
    await expect(moveToTrash(stand.root, second)).rejects.toMatchObject({ code: "trash_read_only" });
    expect(await whereIs(stand.root, second)).toBe("workspace");
  });

  testNeeding([ROOT], "on another file system than the trash", async () => {
    await using stand = await setUpStand();
    const path = stand.make("disk/w");
    using mounted = await mountNew("tmpfs");
    execFileSync("mount", ["--bind", mounted.path, join(stand.root.path, "disk")]);
    try {
      mkdirSync(path);
      const tombstone = await stand.plan("disk/w");
      await expect(moveToTrash(stand.root, tombstone)).rejects.toMatchObject({
        code: "trash_on_other_device",
      });
      expect(existsSync(path)).toBe(true);
    } finally {
      execFileSync("umount", [join(stand.root.path, "disk")]);
    }
  });

  testNeeding(
    [ROOT, program("mkfs.ext4")],
    "a full disk stops nothing: with no byte and no inode left, a deep tree is removed (D1)",
    async () => {
      using mounted = await mountNew("ext4");
      await using stand = await setUpStand({ at: mounted.path });
      const path = stand.make("w");
      makeDeep(path, DEPTH);
      stand.make("other");
      const other = await stand.plan("other");
      // The trash is made once, long before the disk is full.
      await moveToTrash(stand.root, other);
      const tombstone = await stand.plan("w");
      fillUp(join(stand.base, "full"));
      await moveToTrash(stand.root, tombstone);
      await deleteTrash(stand.root, tombstone);
      expect(await whereIs(stand.root, tombstone)).toBe("gone");
    },
  );
});

async function blocks({ root, threads }: Stand, path: string) {
  await using folder = await root.openWorkspace(path);
  return await whatBlocks(folder, { threads });
}

async function remove(stand: Stand, name: string) {
  const promised = await survey(stand, name);
  const tombstone = await stand.plan(name);
  await moveToTrash(stand.root, tombstone);
  const removed = await deleteTrash(stand.root, tombstone, { promised });
  expect(await whereIs(stand.root, tombstone)).toBe("gone");
  return { promised, ...removed };
}

async function survey({ root, threads }: Stand, name: string) {
  await using folder = await root.openWorkspace(join(root.path, name));
  const { bytes, files, folders } = await surveyFolder(folder, { threads });
  return { bytes, inodes: files + folders };
}

/** Uses the last block and the last inode of a file system. */
function fillUp(folder: string): void {
  mkdirSync(folder);
  const file = openSync(join(folder, "bytes"), "w");
  for (let size = 1024 * 1024; size >= 512; size /= 2)
    while (succeeds(() => writeSync(file, Buffer.alloc(size)) === size));
  closeSync(file);
  for (let index = 0; succeeds(() => (closeSync(openSync(join(folder, `i${index}`), "w")), true)); index++);
}

function succeeds(act: () => boolean): boolean {
  try {
    return act();
  } catch {
    return false;
  }
}
