import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "../../../support/testing.ts";
import {
  HOLDER_FILE,
  LATE_FILE,
  UNREADABLE_FILE,
  WORK_FILE,
} from "../../../support/workspaces/plain-hands.ts";
import { useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "All of it is pushed.\n", "more.md": "This too.\n" };

test("what is due and holds nothing is gone; its record, its project and its events say so", async () => {
  const made = await bench.make(FILES);
  await bench.database.connection.collection("projects").insertOne({ _id: made.project as never, facts: {} });
  const id = await bench.ask(made);
  await bench.runAll();
  const cleanup = await bench.stored(id);
  expect(cleanup).toMatchObject({ status: "completed", outcome: "removed", turn: null, step: "fenced" });
  expect(cleanup.freed?.bytes).toBe(Object.values(FILES).join("").length);
  expect(cleanup.history.map(({ what }) => what)).toEqual([
    "scheduled",
    "checked",
    "archived",
    "marked",
    "renamed",
    "condemned",
    "deleted",
    "pruned",
    "fenced",
    "removed",
  ]);
  expect(await bench.trash()).toEqual([]);
  expect(await bench.workspaces.find(made.workspace._id)).toMatchObject({ status: "removed", kept: [] });
  const project = await bench.database.connection
    .collection("projects")
    .findOne({ _id: made.project as never });
  expect(project?.["workspaceGone"]).toMatchObject({ path: made.path, outcome: "removed", archive: null });
  expect(await bench.typesOf(made.project)).toEqual(["scheduled", "started", "completed"]);
});

test("the fence at the old path is lowered by a later run of the same clean-up", async () => {
  const made = await bench.make();
  const id = await bench.ask(made);
  await bench.runAll();
  expect(await bench.contentOf(made.path)).toEqual({ ".git": "gitdir: nowhere\n" });
  bench.clock.skewMs += 25 * 3_600_000;
  await bench.runAll();
  expect(existsSync(made.path)).toBe(false);
  expect(await bench.stored(id)).toMatchObject({
    status: "completed",
    fenceUntil: null,
    work: { dueAt: null },
  });
});

describe("a workspace with work that is nowhere else", () => {
  const files = { ...FILES, [WORK_FILE]: "A commit.\n" };

  test("is kept; the reason is published once and gets an age, and each try comes later (C13)", async () => {
    const made = await bench.make(files);
    const id = await bench.ask(made);
    await bench.runAll();
    const first = await bench.stored(id);
    expect(first).toMatchObject({ status: "deferred", reasons: [{ code: "unpushed_commits" }], times: 1 });
    const kept = await bench.workspaces.find(made.workspace._id);
    expect(kept).toMatchObject({ status: "kept", isKept: true, kept: [{ code: "unpushed_commits" }] });

    bench.clock.skewMs += 3_600_000;
    await bench.runAll();
    const second = await bench.stored(id);
    expect(second.times).toBe(2);
    const waitOf = ({ work, updatedAt }: typeof first) => Number(work.dueAt) - updatedAt.getTime();
    expect(waitOf(second) / waitOf(first)).toBeCloseTo(2, 2);
    const later = await bench.workspaces.find(made.workspace._id);
    expect(later?.kept[0]?.since).toEqual(kept?.kept[0]?.since);
    expect(await bench.typesOf(made.project)).toEqual(["scheduled", "deferred"]);
    expect(await bench.contentOf(made.path)).toEqual(files);
    await bench.cleanups().cancel(id, "ines");
  });

  test("is archived first if that is wanted, and the archive is whole", async () => {
    const made = await bench.make(files);
    const id = await bench.ask(made, { unpushed: "archive", origin: "person" });
    await bench.runAll();
    const { tombstone, outcome } = await bench.stored(id);
    expect(outcome).toBe("removed");
    expect(await bench.contentOf(tombstone?.archive ?? "")).toEqual(files);
  });

  test("stays if the archive can't be written, with one event for one cause", async () => {
    const made = await bench.make(files);
    const id = await bench.ask(made, { unpushed: "archive", origin: "person" });
    const { queue } = bench.process({
      hands: (hands) => ({
        ...hands,
        archive: async () => {
          throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        },
      }),
    });
    await queue.runOne();
    bench.clock.skewMs += 3_600_000;
    await queue.runOne();
    expect(await bench.stored(id)).toMatchObject({ status: "failed", step: "checked", times: 2 });
    expect(await bench.contentOf(made.path)).toEqual(files);
    expect(await bench.typesOf(made.project)).toEqual(["scheduled", "failed"]);
    await bench.cleanups().cancel(id, "ines");
  });

  test("goes if that is wanted", async () => {
    const made = await bench.make(files);
    const id = await bench.ask(made, { unpushed: "discard", origin: "person" });
    await bench.runAll();
    expect((await bench.stored(id)).outcome).toBe("removed");
  });

  test("stays if it came after somebody asked to discard what was there", async () => {
    const made = await bench.make({ ...files, [LATE_FILE]: "" });
    const id = await bench.ask(made, { unpushed: "discard", origin: "person" });
    await bench.runAll();
    const reasons = [{ code: "worked_on_since" }, { code: "unpushed_commits" }];
    expect(await bench.stored(id)).toMatchObject({ status: "deferred", reasons });
    await bench.cleanups().cancel(id, "ines");
  });
});

test.each([
  [UNREADABLE_FILE, "unreadable"],
  [HOLDER_FILE, "in_use"],
])("with %s it is kept as %s, whatever anybody wants", async (file, code) => {
  const made = await bench.make({ ...FILES, [file]: "" });
  const id = await bench.ask(made, { unpushed: "discard", origin: "person" });
  await bench.runAll();
  expect(await bench.stored(id)).toMatchObject({ status: "deferred", reasons: [{ code }] });
  expect(await bench.contentOf(made.path)).toEqual({ ...FILES, [file]: "" });
  await bench.cleanups().cancel(id, "ines");
});

/** A worker that finds somebody in each folder that it has just moved to the trash. @param after what happens then */
function enteredDuringMove(after = async (): Promise<void> => {}) {
  return bench.process({
    hands: (hands) => ({
      ...hands,
      moveToTrash: async (marked) => {
        await hands.moveToTrash(marked);
        await writeFile(join(bench.root, ".trash", marked.tombstone.removal.trashName, HOLDER_FILE), "");
        await after();
      },
    }),
  });
}

test("somebody who comes in during the move is found in the trash, and gets everything back", async () => {
  const made = await bench.make(FILES);
  const id = await bench.ask(made);
  const { queue } = enteredDuringMove();
  await queue.runOne();
  expect(await bench.stored(id)).toMatchObject({
    status: "deferred",
    step: "planned",
    reasons: [{ code: "in_use" }],
  });
  expect(await bench.contentOf(made.path)).toEqual({ ...FILES, [HOLDER_FILE]: "" });
  expect(await bench.trash()).toEqual([]);
  await bench.cleanups().cancel(id, "ines");
});

test("if something new is at the path, what is held stays whole in the trash until it can be put back", async () => {
  const made = await bench.make(FILES);
  const id = await bench.ask(made);
  const { queue } = enteredDuringMove(() => writeFile(made.path, "An agent was faster.\n"));
  await queue.runOne();
  const failed = await bench.stored(id);
  expect(failed).toMatchObject({ status: "failed", step: "renamed", problem: { code: "path_taken" } });
  const inTrash = join(bench.root, ".trash", failed.tombstone?.removal.trashName ?? "");
  expect(await bench.contentOf(inTrash)).toEqual({ ...FILES, [HOLDER_FILE]: "" });
  await expect(bench.cleanups().cancel(id, "ines")).rejects.toMatchObject({ code: "cleanup_half_done" });
  const { unlink } = await import("node:fs/promises");
  await unlink(made.path);
  await bench.cleanups().run(id, "ines");
  await bench.runAll();
  expect(await bench.contentOf(made.path)).toEqual({ ...FILES, [HOLDER_FILE]: "" });
  await bench.cleanups().cancel(id, "ines");
});

test("a folder that somebody else has removed is reported as missing", async () => {
  const made = await bench.make(FILES);
  const id = await bench.ask(made);
  const { rm } = await import("node:fs/promises");
  await rm(made.path, { recursive: true });
  await bench.runAll();
  expect(await bench.stored(id)).toMatchObject({ status: "completed", outcome: "missing" });
  expect(await bench.workspaces.find(made.workspace._id)).toMatchObject({
    status: "missing",
    removedAt: null,
  });
});

describe("a dry run", () => {
  test.each([
    [{}, "would_remove", "checked", []],
    [{ [WORK_FILE]: "" }, "would_keep", "planned", ["unpushed_commits"]],
    [{ [HOLDER_FILE]: "" }, "would_keep", "planned", ["in_use"]],
    [{ [UNREADABLE_FILE]: "" }, "would_keep", "planned", ["unreadable"]],
  ])("of %j says %s, comes to the step %s, and changes nothing", async (more, outcome, step, codes) => {
    const made = await bench.make({ ...FILES, ...more });
    const id = await bench.ask(made, { dryRun: true, origin: "person" });
    await bench.runAll();
    const cleanup = await bench.stored(id);
    expect(cleanup).toMatchObject({ status: "completed", step, startedAt: null, fenceUntil: null });
    expect(cleanup.history.map(({ what }) => what)).toEqual(["scheduled", outcome]);
    expect([cleanup.outcome, cleanup.reasons.map(({ code }) => code)]).toEqual([outcome, codes]);
    expect(await bench.contentOf(made.path)).toEqual({ ...FILES, ...more });
    expect(await bench.typesOf(made.project)).toEqual([]);
    const { status, kept } = (await bench.workspaces.find(made.workspace._id)) ?? {};
    expect({ status, kept }).toEqual({ status: "active", kept: [] });
  });

  test("gets nothing that can write: its eyes have no such function (C16)", async () => {
    const { plainEyes, plainHands } = await import("../../../support/workspaces/plain-hands.ts");
    const folders = { root: bench.root, archive: null };
    const writing = "archive dropArchives moveToTrash putBack deleteTrash prune raiseFence lowerFence".split(
      " ",
    );
    const has = (parts: object) => writing.filter((name) => name in parts);
    expect(has(plainEyes(folders))).toEqual([]);
    // The control: what a removal gets has them all.
    expect(has(plainHands(folders))).toEqual(writing);
  });
});

describe("one clean-up of a workspace at a time", () => {
  test("twenty wishes at once are one clean-up", async () => {
    const made = await bench.make(FILES);
    const ids = await Promise.all(Array.from({ length: 20 }, () => bench.ask(made)));
    expect(new Set(ids).size).toBe(1);
    await bench.cleanups().cancel(ids[0] ?? "", "ines");
  });

  test("of two processes one moves it, and only once", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made);
    let moves = 0;
    const count = {
      hands: (hands: Parameters<NonNullable<Parameters<typeof bench.process>[0]>["hands"] & object>[0]) => ({
        ...hands,
        moveToTrash: async (marked: Parameters<typeof hands.moveToTrash>[0]) => {
          moves++;
          await hands.moveToTrash(marked);
        },
      }),
    };
    const [one, other] = [bench.process(count), bench.process(count)];
    const ran = await Promise.all([one.queue.runOne(), other.queue.runOne()]);
    expect(ran.filter(Boolean)).toHaveLength(1);
    expect(moves).toBe(1);
    expect((await bench.stored(id)).outcome).toBe("removed");
  });
});

describe("an operator", () => {
  test("cancels what has not begun, and the workspace stays", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made);
    await bench.cleanups().cancel(id, "ines");
    await bench.runAll();
    expect(await bench.stored(id)).toMatchObject({ status: "cancelled", turn: null });
    expect(await bench.contentOf(made.path)).toEqual(FILES);
    expect(await bench.typesOf(made.project)).toEqual(["scheduled", "cancelled"]);
    await expect(bench.cleanups().run(id, "ines")).rejects.toMatchObject({ code: "cleanup_ended" });
  });

  test("runs now what is scheduled for later", async () => {
    const made = await bench.make(FILES);
    const at = new Date(bench.now().getTime() + 3_600_000);
    const id = await bench.ask(made, { at });
    await bench.runAll();
    expect((await bench.stored(id)).status).toBe("scheduled");
    await bench.cleanups().run(id, "ines");
    await bench.runAll();
    expect((await bench.stored(id)).outcome).toBe("removed");
  });

  test("chooses another way with unpushed work for the clean-up that waits", async () => {
    const made = await bench.make({ ...FILES, [WORK_FILE]: "" });
    const id = await bench.ask(made);
    await bench.runAll();
    expect(await bench.ask(made, { origin: "person", by: "ines", unpushed: "discard" })).toBe(id);
    await bench.runAll();
    expect((await bench.stored(id)).outcome).toBe("removed");
  });
});
