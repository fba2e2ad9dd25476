import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { holdFile } from "../../../support/workspaces/hold-folder.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { readUsage } from "../../../../src/workspaces/disk/read-usage.ts";
import { type Relief, relieve } from "../../../../src/workspaces/disk/relieve.ts";
import { DiskReserve } from "../../../../src/workspaces/disk/reserve.ts";
import type { ReliefFacts } from "../../../../src/workspaces/disk/relief-facts.ts";
import { MIB, SmallDisk } from "./small-disk.ts";

const RELIEF_MS_MAX = 10_000;
const MARKS = { highPercent: 85, lowPercent: 75 };
const SIZE = { mib: 96, inodes: 2_000 };
const DISKS = ["ext4", "tmpfs"] as const;

function factsOf(disk: SmallDisk): ReturnType<Parameters<typeof relieve>[0]["facts"]> {
  const facts: Omit<ReliefFacts, "usage" | "isUnderPressure"> = {
    marks: MARKS,
    underWay: { bytes: 0, inodes: 0 },
    workspaces: [...disk.candidates.values()],
    archive: null,
    now: new Date(),
  };
  return facts;
}

function relieveDisk(disk: SmallDisk): Promise<Relief> {
  return relieve(
    { usage: () => readUsage(disk.root.folder), facts: () => factsOf(disk), take: (step) => disk.take(step) },
    false,
  );
}

const removed = ({ steps }: Relief) =>
  steps.map(({ step, isDone }) => `${isDone ? "" : "kept: "}${step.action} ${step.id}`);

describe.each(sampled("disks", DISKS, ["ext4"]))("on %s, as root,", (type) => {
  test("D1: with no byte and no inode free, relief reaches the low mark in seconds, whatever is remembered of sizes", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    for (let number = 0; number < 8; number++) {
      disk.make(`w${number}`, { mib: 2, rebuildableMib: 3, files: 60, isFinished: false });
    }
    disk.make("busy", { mib: 1, rebuildableMib: 1, isBusy: true });
    await using reserve = await DiskReserve.open(disk.root);
    expect(await reserve.fill()).toBe(true);
    // An agent that builds: nobody has measured its workspace since.
    await disk.fill(disk.path("w0", "target", "filler"));
    const full = await readUsage(disk.root.folder);
    expect([full.bytes.available, full.inodes?.available]).toEqual([0, 0]);

    const began = performance.now();
    await reserve.release();
    const relief = await relieveDisk(disk);

    expect(disk.holders).toEqual([]);
    expect(performance.now() - began).toBeLessThan(RELIEF_MS_MAX);
    expect(relief.plan).toEqual({ kind: "enough", isUnderPressure: false });
    expect(
      Math.max(relief.after.bytes.usedPercent, relief.after.inodes?.usedPercent ?? 0),
    ).toBeLessThanOrEqual(MARKS.lowPercent);
    expect(removed(relief)).toContain("remove_rebuildable w0");
    expect(removed(relief).filter((step) => !/^remove_rebuildable w\d$/.test(step))).toEqual([]);
    expect(await reserve.fill()).toBe(true);
  });

  test("what fills the disk is in use: nothing of it is touched, and the shortage names it", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    disk.make("idle", { mib: 2 });
    disk.make("busy", { mib: 1, isBusy: true });
    await using reserve = await DiskReserve.open(disk.root);
    await reserve.fill();
    await disk.fill(disk.path("busy", "target", "filler"));
    disk.candidates.set("busy", { ...disk.candidate("busy"), size: { bytes: 80 * MIB, inodes: 1_900 } });
    await reserve.release();
    const relief = await relieveDisk(disk);
    expect(disk.holders).toEqual([]);
    expect(removed(relief)).toEqual(["remove idle"]);
    expect(relief.plan).toMatchObject({
      kind: "relieve",
      steps: [],
      shortage: { wouldHelp: [{ code: "disk_in_use" }] },
    });
  });

  longStory("D1: without a reserve, the first step on a full disk fails", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    disk.make("w", { mib: 2 });
    await disk.fill(disk.path("filler"));
    await expect(relieveDisk(disk)).rejects.toMatchObject({
      code: expect.stringMatching(/trash_full|no_space|disk_full/) as unknown,
    });
  });

  longStory("D4: rebuildable folders are enough, and after that a few more files begin nothing", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    for (let number = 0; number < 6; number++)
      disk.make(`w${number}`, { mib: 2, rebuildableMib: type === "ext4" ? 11 : 12, files: 250 });
    const relief = await relieveDisk(disk);
    expect(relief.before.bytes.usedPercent).toBeGreaterThan(MARKS.highPercent);
    expect(relief.plan).toEqual({ kind: "enough", isUnderPressure: false });
    expect(new Set(relief.steps.map(({ step }) => step.action))).toEqual(new Set(["remove_rebuildable"]));
    writeFileSync(disk.path("w1", "more"), Buffer.alloc(4 * MIB));
    expect((await relieveDisk(disk)).steps).toEqual([]);
  });

  longStory("D2: small files alone are a reason", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    for (let number = 0; number < 6; number++) disk.make(`w${number}`, { mib: 0, files: 310 });
    const relief = await relieveDisk(disk);
    expect(relief.before.bytes.usedPercent).toBeLessThan(MARKS.lowPercent);
    expect(relief.before.inodes?.usedPercent).toBeGreaterThan(MARKS.highPercent);
    expect(disk.holders).toEqual([]);
    expect(relief.plan.kind).toBe("enough");
    expect(removed(relief)).toEqual(["remove_rebuildable w0", "remove_rebuildable w1"]);
  });

  test("D3: what another name or a process keeps is not counted as freed, and relief goes on to the next", async () => {
    await using disk = await SmallDisk.mount(type, SIZE);
    mkdirSync(disk.path("elsewhere"));
    for (const id of ["linked", "held", "third", "fourth"]) disk.make(id, { mib: 21 });
    linkSync(disk.path("linked", "source"), disk.path("elsewhere", "source"));
    // The oldest comes first.
    disk.candidates.set("third", { ...disk.candidate("third"), lastUsedAt: new Date(2) });
    disk.candidates.set("linked", { ...disk.candidate("linked"), lastUsedAt: new Date(0) });
    disk.candidates.set("held", { ...disk.candidate("held"), lastUsedAt: new Date(1) });
    await using _holder = await holdFile(disk.path("held", "source"));
    const relief = await relieveDisk(disk);
    expect(removed(relief).slice(0, 3)).toEqual(["remove linked", "kept: remove held", "remove third"]);
    expect(relief.plan.kind).toBe("enough");
    const { bavail, bsize } = statfsSync(disk.root.path);
    expect(relief.after.bytes.available).toBe(bavail * bsize);
  });
});

test("the disk is measured through the open root: a mount at its path changes nothing (needs root)", async () => {
  await using disk = await SmallDisk.mount("tmpfs", { mib: 8, inodes: 100 });
  const before = await readUsage(disk.root.folder);
  expect(before.bytes.total).toBe(8 * MIB);
  expect(before.inodes?.total).toBe(100);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.root.path]);
  try {
    expect(await readUsage(disk.root.folder)).toEqual(before);
    expect(statfsSync(disk.root.path).blocks * statfsSync(disk.root.path).bsize).toBe(MIB);
  } finally {
    execFileSync("umount", [disk.root.path]);
  }
});

test("a reserve takes bytes and inodes; on a full disk it is not, and to release it twice is no error (needs root)", async () => {
  await using disk = await SmallDisk.mount("tmpfs", { mib: 64, inodes: 1_000 });
  await using reserve = await DiskReserve.open(disk.root);
  const before = await readUsage(disk.root.folder);
  expect(await reserve.fill()).toBe(true);
  expect(await reserve.fill()).toBe(true);
  const filled = await readUsage(disk.root.folder);
  expect(before.bytes.available - filled.bytes.available).toBeGreaterThanOrEqual(0.6 * MIB);
  expect((before.inodes?.available ?? 0) - (filled.inodes?.available ?? 0)).toBe(11);
  await reserve.release();
  await reserve.release();
  expect(await readUsage(disk.root.folder)).toEqual(before);
  await disk.fill(disk.path("filler"));
  expect(await reserve.fill()).toBe(false);
});

test("a disk that can't be asked is an error and not an empty disk", async () => {
  await expect(readUsage({ fd: -1 })).rejects.toMatchObject({ code: "disk_unreadable" });
});
