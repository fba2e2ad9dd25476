import { mkdir, readFile, rename, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "../../../support/testing.ts";
import { sampled } from "../../../support/sample.ts";
import { type FoundHolders, HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import { holderReason } from "../../../../src/workspaces/holders/rules/keep-reasons.ts";
import { type Kind as FileSystem, mountNew } from "../removal/loop-mount.ts";
import { type Held, Holding } from "./holding.ts";
import { DOUBTFUL, KINDS } from "./kinds.ts";
import { cantRun } from "./cant-run.ts";

const finder = new HolderFinder();
afterAll(() => finder.close());

async function folderOf(path: string) {
  const { dev, ino } = await stat(path, { bigint: true });
  return { dev, ino, path };
}

async function find(folders: readonly Awaited<ReturnType<typeof folderOf>>[]): Promise<FoundHolders> {
  const failures: unknown[] = [];
  const found = await finder.find(folders, { onFailure: (error) => failures.push(error) });
  for (const failure of failures) throw new Error(String((failure as Error).cause), { cause: failure });
  return found;
}

/**
 * Those that are found before the rename and not for certain after it. A mount inside makes the rename fail. A socket and the layer of an
 * overlay are known by paths that somebody wrote. What was moved out of the part of the disk that a mount shows has no path there any more.
 */
const NOT_MOVED = new Set(["detached_above", "container_root", "container_pivot", "passed_on"]);
const NOT_MOVED_USES = new Set<unknown>(["mount_inside", "socket", "overlay_layer", null]);

const FILE_SYSTEMS = ["ext4", "tmpfs", "overlay", "btrfs", "xfs"] as const satisfies readonly FileSystem[];

/** Needs root, for mounts and namespaces. */
describe.each(sampled("file systems", FILE_SYSTEMS, ["btrfs"]))("on %s, as root,", (type) => {
  let disk: Awaited<ReturnType<typeof mountNew>>;
  let top: string;
  let holding: Holding;
  let held: ReadonlyMap<string, Held>;
  let found: FoundHolders;
  const pathOf = (kind: string) => join(top, "ws", kind);

  beforeAll(async () => {
    disk = await mountNew(type);
    // Files of a subvolume have another device number than the file system.
    top = type === "btrfs" ? join(disk.path, "subvolume") : disk.path;
    await Promise.all(KINDS.map(({ kind }) => mkdir(pathOf(kind), { recursive: true })));
    holding = await Holding.start(join(top, "outside"));
    const answers = await holding.hold(KINDS.map(({ kind }) => ({ kind, path: pathOf(kind) })));
    held = new Map(answers.map((answer) => [answer.kind, answer]));
    const folders = await Promise.all(KINDS.map(({ kind }) => folderOf(pathOf(kind))));
    found = await find(folders);
  });

  afterAll(async () => {
    await holding[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  });

  test.each(KINDS)("$kind → $use: $because", ({ kind, use, locks, path, count, isRemoved, isOther }) => {
    const { pid, cannot } = held.get(kind) ?? {};
    if (cannot !== undefined) return cantRun(`${kind} on ${type}`, cannot);
    const holders = found.byFolder.get(pathOf(kind)) ?? [];
    expect(holders).toEqual(
      use === null
        ? []
        : expect.arrayContaining([
            expect.objectContaining({
              kind: "known",
              use,
              ...(locks && { locks }),
              ...(path !== undefined && { path }),
              ...(count && { count }),
              ...(isRemoved && { isRemoved }),
              ...(isOther ? {} : { process: expect.objectContaining({ pid }) as unknown }),
            }),
          ]),
    );
    for (const holder of holders) expect(holderReason(holder).code).not.toBe("in_use_unknown");
  });

  test("after the rename into the trash the same holders are found there", async () => {
    const trash = join(top, ".orb", "trash");
    await mkdir(trash, { recursive: true });
    const moved = KINDS.filter(
      ({ kind, use }) =>
        held.get(kind)?.cannot === undefined && !NOT_MOVED.has(kind) && !NOT_MOVED_USES.has(use),
    );
    const inTrash = (kind: string) => join(trash, `1-${kind}`);
    for (const { kind } of moved) await rename(pathOf(kind), inTrash(kind));
    try {
      const again = await find(await Promise.all(moved.map(({ kind }) => folderOf(inTrash(kind)))));
      for (const { kind, use } of moved) {
        expect([kind, again.byFolder.get(inTrash(kind))]).toEqual([
          kind,
          expect.arrayContaining([expect.objectContaining({ use })]),
        ]);
      }
    } finally {
      for (const { kind } of moved) await rename(inTrash(kind), pathOf(kind));
    }
  });

  test.each(DOUBTFUL)(
    "$kind leaves every workspace of the disk in doubt, as $cause: $because",
    async ({ kind, cause }) => {
      await using alone = await Holding.start(join(top, "outside"));
      const path = pathOf(`alone-${kind}`);
      await mkdir(path);
      await alone.hold([{ kind, path }]);
      const folders = [await folderOf(path), await folderOf(pathOf("nobody"))];
      const { byFolder } = await find(folders);
      for (const holders of byFolder.values()) {
        expect(holders).toEqual([expect.objectContaining({ kind: "unknown", cause })]);
      }
    },
  );

  test("B9, control: by the device numbers of /proc/locks a lock is found on ext4, xfs and tmpfs, and missed on btrfs", async () => {
    const { dev, ino } = await stat(join(pathOf("posix_write"), ".lock"));
    const locks = await readFile("/proc/locks", "utf8");
    const minor = (dev % 256) + Math.floor(dev / 2 ** 20) * 256;
    const device = [Math.floor(dev / 256) % 4096, minor]
      .map((part) => part.toString(16).padStart(2, "0"))
      .join(":");
    if (type !== "overlay") expect(locks.includes(` ${device}:${ino} `)).toBe(type !== "btrfs");
    expect(found.byFolder.get(pathOf("posix_write"))).toMatchObject([{ locks: ["exclusive POSIX lock"] }]);
  });

  // The last one: the mount in the container is gone after it.
  test("B10, control: the kernel removes a folder that is a mount point in a container, without an error", async () => {
    const point = join(pathOf("container_point"), "sub");
    expect(found.byFolder.get(pathOf("container_point"))).toMatchObject([{ use: "mount_inside" }]);
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(`${point} `);
    await rmdir(point);
    await expect(stat(point)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
