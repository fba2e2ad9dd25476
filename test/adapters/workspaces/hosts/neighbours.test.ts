import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { longStory } from "../../../support/sample.ts";
import { useNeighbours } from "./neighbours-scene.ts";

const used = useNeighbours();
const HOUR_MS = 3_600_000;
const NOBODY = { known: [], unread: [] };

/** The lender `a` and the borrower `b`, both known, and read before anybody borrowed. */
async function readBefore() {
  const { scene } = used;
  await scene.make("a");
  await scene.make("b");
  await scene.record("a", "b");
  expect(await scene.of("a")).toEqual(NOBODY);
  expect(await scene.last("a")).toEqual(NOBODY);
  return scene;
}

const borrowFrom = (lender: string, borrower: string) => {
  mkdirSync(join(borrower, ".git/objects/info"), { recursive: true });
  appendFileSync(join(borrower, ".git/objects/info/alternates"), lender);
};

describe("a workspace that lends objects (C3)", () => {
  test("is known by its borrower, also in the trash and after a restart", async () => {
    const { scene } = used;
    await scene.make("a");
    await scene.share("a", "b");
    await scene.make("c");
    await scene.record("a", "b", "c");
    const borrowers = { known: [scene.path("b")], unread: [] };
    expect(await scene.of("a")).toEqual(borrowers);
    expect(await scene.last("a")).toEqual(borrowers);
    scene.restart();
    expect(await scene.of("a")).toEqual(borrowers);
    expect(await scene.of("b")).toEqual(NOBODY);
    expect(await scene.of("c")).toEqual(NOBODY);
  });

  test.each([
    ["relative", () => "../../../a/.git/objects\n"],
    ["by a link to the root", (root: string) => `${root}-link/a/.git/objects\n`],
    ["with dots in it", (root: string) => `${root}/b/../a/.git/objects\n`],
  ])("is known if its path is %s", async (_how, path) => {
    const { scene } = used;
    await scene.make("a");
    await scene.make("b");
    await scene.record("a", "b");
    symlinkSync(scene.root, `${scene.root}-link`);
    try {
      borrowFrom(path(scene.root), scene.path("b"));
      expect((await scene.last("a")).known).toEqual([scene.path("b")]);
      expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    } finally {
      rmSync(`${scene.root}-link`);
    }
  });

  longStory("can go beside a record whose path no folder can have", async () => {
    const scene = await readBefore();
    await scene.record("y".repeat(256));
    expect(await scene.of("a")).toEqual(NOBODY);
    expect(await scene.last("a")).toEqual(NOBODY);
  });

  longStory(
    "is known if the borrower's objects are a link to its own, as `git new-workdir` makes it",
    async () => {
      const scene = await readBefore();
      rmSync(join(scene.path("b"), ".git/objects"), { recursive: true });
      symlinkSync(join(scene.path("a"), ".git/objects"), join(scene.path("b"), ".git/objects"));
      expect((await scene.last("a")).known).toEqual([scene.path("b")]);
    },
  );

  longStory(
    "is known if the borrower lies deep inside a workspace, in a folder that git ignores",
    async () => {
      const { scene } = used;
      await scene.make("a");
      await scene.make("b");
      writeFileSync(join(scene.path("b"), ".gitignore"), "node_modules\n");
      mkdirSync(join(scene.path("b"), "node_modules/x/y"), { recursive: true });
      await scene.share("a", "b/node_modules/x/y/z");
      await scene.record("a", "b");
      expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    },
  );
});

describe("in the last look before a removal", () => {
  test("a workspace that began to borrow a moment ago is found", async () => {
    const scene = await readBefore();
    borrowFrom(`${scene.path("a")}/.git/objects\n`, scene.path("b"));
    // The control: nothing else says so yet.
    expect(await scene.of("a")).toEqual(NOBODY);
    expect((await scene.last("a")).known).toEqual([scene.path("b")]);
    // And it is remembered.
    expect((await scene.of("a")).known).toEqual([scene.path("b")]);
  });

  longStory("a repository that was cloned into a known workspace a moment ago is found", async () => {
    const scene = await readBefore();
    await scene.share("a", "b/inner");
    expect((await scene.last("a")).known).toEqual([scene.path("b")]);
  });

  test("a folder that no record knows yet is found, and a fence is nothing", async () => {
    const scene = await readBefore();
    mkdirSync(scene.path("fence"));
    writeFileSync(join(scene.path("fence"), "WORKSPACE-REMOVED.txt"), "It was removed.\n");
    expect(await scene.last("a")).toEqual(NOBODY);
    await scene.share("a", "new");
    expect(await scene.last("a")).toEqual({ known: [scene.path("new")], unread: [] });
    rmSync(scene.path("new"), { recursive: true });
    expect(await scene.last("a")).toEqual(NOBODY);
  });

  test("a borrower that is in the trash itself still counts: it may be put back", async () => {
    const { scene } = used;
    await scene.make("a");
    await scene.share("a", "b");
    await scene.record("a", "b");
    await scene.of("a");
    renameSync(scene.path("b"), scene.path(".b-in-trash"));
    mkdirSync(scene.path(".orb"), { recursive: true });
    renameSync(scene.path(".b-in-trash"), scene.path(".orb/b"));
    expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    expect((await scene.last("a")).known).toEqual([scene.path("b")]);
    await scene.store.model.updateOne({ path: scene.path("b") }, { $set: { goneAt: scene.now() } });
    expect(await scene.last("a")).toEqual(NOBODY);
  });

  longStory("a workspace that borrows no more is no borrower", async () => {
    const { scene } = used;
    await scene.make("a");
    await scene.share("a", "b");
    await scene.record("a", "b");
    expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    await scene.git("b", "repack", "-adq");
    rmSync(join(scene.path("b"), ".git/objects/info/alternates"));
    expect(await scene.of("a")).toEqual(NOBODY);
    expect(await scene.last("a")).toEqual(NOBODY);
  });
});

describe("what was read of a workspace", () => {
  test("is not read again by another process, and is after a sign of work and after a while", async () => {
    const scene = await readBefore();
    const { store } = scene;
    const id = (await store.findByPath("host-1", scene.path("b")))?._id ?? "";
    const readAgainAt = async () => (await store.find(id))?.readAgainAt.getTime() ?? 0;
    const first = await readAgainAt();
    expect(first).toBeGreaterThan(scene.now().getTime());
    borrowFrom(`${scene.path("a")}/.git/objects\n`, scene.path("b"));
    scene.restart();
    expect(await scene.of("a")).toEqual(NOBODY);
    expect(await readAgainAt()).toBe(first);
    await store.change(id, () => ({ lastActiveAt: scene.now() }));
    expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    rmSync(join(scene.path("b"), ".git/objects/info/alternates"));
    scene.pass(7 * HOUR_MS);
    expect(await scene.of("a")).toEqual(NOBODY);
  });

  test("of which there is too much to store is read at each look, and found also when it is in the trash", async () => {
    const { scene } = used;
    await scene.make("a");
    for (let index = 0; index < 80; index++)
      await mkdir(join(scene.path("b"), `${index}/.git`), { recursive: true });
    await scene.share("a", "b/borrower");
    await scene.record("a", "b");
    expect((await scene.of("a")).known).toEqual([scene.path("b")]);
    const due = await scene.borrowing.toRead("host-1", scene.now());
    expect(due.map(({ path }) => path)).toEqual([scene.path("b")]);
    mkdirSync(scene.path(".orb"), { recursive: true });
    renameSync(scene.path("b"), scene.path(".orb/b"));
    expect((await scene.last("a")).known).toEqual([scene.path("b")]);
  });

  longStory("is not stored if the record changed meanwhile", async () => {
    const scene = await readBefore();
    const before = await scene.store.findByPath("host-1", scene.path("b"));
    if (!before) throw new Error("There is no record");
    await scene.store.change(before._id, () => ({ lastActiveAt: scene.now() }));
    const { borrowing } = scene;
    await borrowing.note(before, { borrowing: null, readAgainAt: new Date(scene.now().getTime() + HOUR_MS) });
    const due = await borrowing.toRead("host-1", scene.now());
    expect(due.map(({ path }) => path)).toEqual([scene.path("b")]);
  });
});

testNeeding([ROOT], "a workspace with a mount inside keeps the others, and the reason says so", async () => {
  const scene = await readBefore();
  const point = join(scene.path("b"), "data");
  mkdirSync(point);
  execFileSync("mount", ["-t", "tmpfs", "none", point]);
  try {
    const { known, unread } = await scene.last("a");
    expect(known).toEqual([]);
    expect(unread).toMatchObject([{ path: scene.path("b"), remedy: expect.stringContaining("Unmount") }]);
    expect(unread[0]?.reason).toBe(`"data" is a mount point, behind which nothing is read.`);
    expect((await scene.of("a")).unread).toHaveLength(1);
  } finally {
    execFileSync("umount", [point]);
  }
  expect(await scene.of("a")).toEqual(NOBODY);
  expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(point);
});
