import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "../../../support/testing.ts";
import { sampled } from "../../../support/sample.ts";
import { type FoundHolders, HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import { holderReason } from "../../../../src/workspaces/holders/rules/keep-reasons.ts";
import { FILE_SYSTEMS, type MadeFileSystem, makeFileSystem } from "../../../support/file-systems.ts";
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
 * A mount inside makes the rename fail. A socket and the layer of an overlay are known by the paths that somebody wrote, so they are seen
 * before the rename only. From the folder of a detached mount no way leads to a folder that was moved out of that mount: then it is in doubt.
 */
const NOT_MOVED = new Set(
  KINDS.flatMap(({ kind, use }) =>
    use === "mount_inside" || use === "socket" || use === "overlay_layer" || kind === "detached_above" ? [kind] : [],
  ),
);

/** Needs root, for mounts and namespaces. */
describe.each(sampled("file systems", ["ext4"], ["ext4"]))("on %s, as root,", (type) => {
  let disk: MadeFileSystem;
  let holding: Holding;
  let held: ReadonlyMap<string, Held>;
  let found: FoundHolders;
  const pathOf = (kind: string) => join(disk.path, "ws", kind);

  beforeAll(async () => {
    disk = await makeFileSystem(type);
    await Promise.all(KINDS.map(({ kind }) => mkdir(pathOf(kind), { recursive: true })));
    holding = await Holding.start(join(disk.path, "outside"));
    const answers = await holding.hold(KINDS.map(({ kind }) => ({ kind, path: pathOf(kind) })));
    held = new Map(answers.map((answer) => [answer.kind, answer]));
    const folders = await Promise.all(KINDS.map(({ kind }) => folderOf(pathOf(kind))));
    found = await find(folders);
  });

  afterAll(async () => {
    await holding[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
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
    const trash = join(disk.path, ".orb", "trash");
    await mkdir(trash, { recursive: true });
    const moved = KINDS.filter(
      ({ kind, use }) => use !== null && held.get(kind)?.cannot === undefined && !NOT_MOVED.has(kind),
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
      await using alone = await Holding.start(join(disk.path, "outside"));
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
});
