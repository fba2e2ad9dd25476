import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, putBack, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { matchTrash } from "../../../../src/workspaces/removal/rules/match-trash.ts";
import { readTrash } from "../../../../src/workspaces/removal/trash.ts";
import { longStory } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { fillWithHostileThings, makeDeep, makeOutside } from "./hostile-tree.ts";
import { ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { setUpStand } from "./stand.ts";

const DEPTH = 5_000;
const FILE_BYTES = 8 * 1024 * 1024;

describe("a workspace is removed in steps", () => {
  test("it is moved, deleted and measured; each step may be repeated", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    writeFileSync(join(path, "file"), Buffer.alloc(FILE_BYTES));
    const tombstone = await stand.plan("w");
    expect(await whereIs(stand.root, tombstone)).toBe("workspace");
    await moveToTrash(stand.root, tombstone);
    await moveToTrash(stand.root, tombstone);
    expect(existsSync(path)).toBe(false);
    expect(await whereIs(stand.root, tombstone)).toBe("trash");
    const removed = await deleteTrash(stand.root, tombstone);
    expect(removed.counts).toEqual({ files: 1, folders: 1 });
    // Other tests write to the same file system meanwhile.
    expect(removed.freed.bytes).toBeGreaterThan(FILE_BYTES / 2);
    expect(await whereIs(stand.root, tombstone)).toBe("gone");
    expect(await deleteTrash(stand.root, tombstone)).toMatchObject({
      counts: { files: 0, folders: 0 },
    });
    expect(await readTrash(stand.root)).toEqual([]);
  });

  test("one that turns out to be in use is put back as it was", async () => {
    await using stand = await setUpStand();
    const path = stand.make("group/w");
    writeFileSync(join(path, "file"), "content");
    const before = contentHash(path);
    const tombstone = await stand.plan("group/w");
    await moveToTrash(stand.root, tombstone);
    await putBack(stand.root, tombstone);
    await putBack(stand.root, tombstone);
    expect(contentHash(path)).toBe(before);
    expect(await whereIs(stand.root, tombstone)).toBe("workspace");
  });

  test("if something new has its path, it stays in the trash and the new one is not touched", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    const tombstone = await stand.plan("w");
    await moveToTrash(stand.root, tombstone);
    mkdirSync(path);
    await expect(putBack(stand.root, tombstone)).rejects.toMatchObject({ code: "path_taken" });
    expect(await whereIs(stand.root, tombstone)).toBe("trash");
    expect(readdirSync(path)).toEqual([]);
  });

  test("a folder that took its place since it was checked stays", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    const tombstone = await stand.plan("w");
    renameSync(path, `${path}-old`);
    mkdirSync(path);
    await expect(moveToTrash(stand.root, tombstone)).rejects.toMatchObject({ code: "workspace_changed" });
    expect(existsSync(path)).toBe(true);
    expect(await whereIs(stand.root, tombstone)).toBe("gone");
  });

  test("one replaced by a link to a sibling is not moved, and nor is the sibling (C1)", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    const sibling = stand.make("sibling");
    const tombstone = await stand.plan("w");
    renameSync(path, join(stand.base, "w"));
    symlinkSync(sibling, path);
    await expect(moveToTrash(stand.root, tombstone)).rejects.toMatchObject({ code: "workspace_changed" });
    expect(existsSync(sibling)).toBe(true);
  });

  test("after a crash the trash says what it has, and only what a tombstone proves is finished", async () => {
    await using stand = await setUpStand();
    for (const name of ["a", "b"]) writeFileSync(join(stand.make(name), "file"), "content");
    const [a, b] = [await stand.plan("a"), await stand.plan("b")];
    await moveToTrash(stand.root, a);
    await moveToTrash(stand.root, b);
    const { known, unknown } = matchTrash(await readTrash(stand.root), [a]);
    expect(known.map(({ tombstone }) => tombstone)).toEqual([a]);
    expect(unknown.map(({ name }) => String(name))).toEqual([b.trashName]);
    // The same name with another identity proves nothing.
    const forged = { ...b, folder: a.folder };
    expect(matchTrash(await readTrash(stand.root), [forged]).known).toEqual([]);
    await expect(deleteTrash(stand.root, forged)).rejects.toMatchObject({
      code: "trash_entry_changed",
    });
    expect(await whereIs(stand.root, b)).toBe("trash");
  });

  test("a trash that is a link, or open to others, is not used (C14)", async () => {
    await using stand = await setUpStand();
    const elsewhere = stand.make("elsewhere");
    stand.make("w");
    const tombstone = await stand.plan("w");
    symlinkSync(elsewhere, join(stand.root.path, ".orb"));
    await expect(moveToTrash(stand.root, tombstone)).rejects.toMatchObject({ code: "workspace_is_link" });
    expect(readdirSync(elsewhere)).toEqual([]);
    await using other = await setUpStand();
    other.make("w");
    mkdirSync(join(other.root.path, ".orb"));
    chmodSync(join(other.root.path, ".orb"), 0o777);
    const second = await other.plan("w");
    await expect(moveToTrash(other.root, second)).rejects.toMatchObject({ code: "trash_unusable" });
    expect(existsSync(join(other.root.path, "w"))).toBe(true);
  });
});

describe("a hostile tree is removed, and nothing outside", () => {
  testNeeding([ROOT], "names, links, hard links, FIFOs, sockets, devices, modes (C6, C9, C12)", async () => {
    await using stand = await setUpStand();
    const outside = makeOutside(stand.base);
    const path = stand.make("w");
    fillWithHostileThings(path, outside);
    stand.make("sibling");
    const before = contentHash(outside);
    const tombstone = await stand.plan("w");
    await moveToTrash(stand.root, tombstone);
    await deleteTrash(stand.root, tombstone);
    expect(await whereIs(stand.root, tombstone)).toBe("gone");
    expect(readdirSync(stand.root.path).sort()).toEqual([".orb", "sibling"]);
    // The hard link in the workspace is the only thing that was taken away from it.
    expect(contentHash(outside)).not.toBe(before);
    fillWithHostileThings(stand.make("w"), outside);
    expect(contentHash(outside)).toBe(before);
  });

  longStory("a chain of folders deeper than any path may be long, with few descriptors", async () => {
    await using stand = await setUpStand();
    makeDeep(stand.make("w"), DEPTH);
    const tombstone = await stand.plan("w");
    await moveToTrash(stand.root, tombstone);
    let descriptorsMax = 0;
    const progress = () =>
      void (descriptorsMax = Math.max(descriptorsMax, readdirSync("/proc/self/fd").length));
    const before = readdirSync("/proc/self/fd").length;
    const { counts } = await deleteTrash(stand.root, tombstone, { progress });
    expect(counts).toMatchObject({ files: DEPTH, folders: DEPTH + 1 });
    expect(descriptorsMax - before).toBeLessThan(150);
  });
});
