import { existsSync } from "node:fs";
import { describe, expect, test } from "../../../support/testing.ts";
import { sampled } from "../../../support/sample.ts";
import { WORK_FILE } from "../../../support/workspaces/plain-hands.ts";
import { LEASE_MS, useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "One.\n", "more.md": "Two.\n", [WORK_FILE]: "Only here.\n" };

/** Between any two lines of a removal that write to the disk or to MongoDB. */
const POINTS = [
  "check:before",
  "check:after",
  "archive:before",
  "archive:written",
  "archive:replaced",
  "archive:after",
  "mark:before",
  "mark:after",
  "rename:before",
  "rename:checked",
  "rename:moved",
  "rename:after",
  "check_again:before",
  "check_again:after",
  "delete:before",
  "delete:gone",
  "delete:after",
  "prune:before",
  "prune:after",
  "fence:before",
  "fence:after",
  "finish:before",
] as const;

/** Up to here nothing was done to the workspace that can't be undone. */
const UNDOABLE: readonly string[] = POINTS.slice(0, POINTS.indexOf("check_again:after"));

const ARCHIVED = { unpushed: "archive", origin: "person" } as const;

/** Runs until the checkpoint, and dies there. @returns whether it came so far */
async function dieAt(point: string): Promise<boolean> {
  const died = Promise.withResolvers<true>();
  const process = bench.process({
    checkpoint: (name) => {
      if (name !== point) return undefined;
      process.die();
      died.resolve(true);
      // What is dead does nothing more.
      return new Promise<void>(() => {});
    },
  });
  const ended = process.queue.runOne().then(() => false);
  return Promise.race([died.promise, ended]);
}

/** The next process, once the others count the dead one as dead. */
async function takeOver(): Promise<void> {
  bench.clock.skewMs += 3 * LEASE_MS;
  const { queue } = bench.process();
  while ((await queue.takeOverOne()) || (await queue.runOne()));
}

describe("after a kill -9 the next process leaves the workspace gone, and its work in the archive (C5, A21)", () => {
  const taken = sampled("kill points of a clean-up", POINTS, [
    "archive:written",
    "rename:moved",
    "check_again:after",
    "delete:gone",
  ]);

  test.each(taken)("at %s", async (point) => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made, ARCHIVED);
    expect(await dieAt(point)).toBe(true);
    await takeOver();
    const cleanup = await bench.store.find(id);
    expect(cleanup).toMatchObject({ status: "completed", outcome: "removed" });
    expect(await bench.contentOf(cleanup?.tombstone?.archive ?? "")).toEqual(FILES);
    expect(await bench.trash()).toEqual([]);
    expect(await bench.typesOf(made.project)).toEqual(["scheduled", "started", "completed"]);
  });
});

describe("if an agent comes back while nobody works on it, the workspace is whole (B1, B3)", () => {
  const taken = sampled("kill points before a lease", UNDOABLE, ["rename:moved", "check_again:before"]);

  test.each(taken)("after a kill -9 at %s", async (point) => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made, ARCHIVED);
    expect(await dieAt(point)).toBe(true);
    await bench.lease(made);
    await takeOver();
    const cleanup = await bench.store.find(id);
    expect(cleanup).toMatchObject({ status: "deferred", reasons: [{ code: "leased" }] });
    expect(await bench.contentOf(made.path)).toEqual(FILES);
    expect(await bench.trash()).toEqual([]);
    await bench.cleanups().cancel(id, "ines");
  });
});

describe("a lease that comes during the run, at any of its steps", () => {
  const taken = sampled("moments of a claim", POINTS, [
    "rename:checked",
    "check_again:before",
    "check_again:after",
  ]);

  test.each(taken)(
    "%s: before the point of no return everything stays, after it everything goes",
    async (point) => {
      const made = await bench.make(FILES);
      const id = await bench.ask(made, ARCHIVED);
      const { queue } = bench.process({
        checkpoint: (name) => (name === point ? bench.lease(made) : undefined),
      });
      await queue.runOne();
      const cleanup = await bench.store.find(id);
      if (UNDOABLE.includes(point)) {
        // eslint-disable-next-line jest/no-conditional-expect -- the table has both
        expect(cleanup).toMatchObject({ status: "deferred", reasons: [{ code: "leased" }] });
      }
      const isWhole = JSON.stringify(await bench.contentOf(made.path)) === JSON.stringify(sorted(FILES));
      const isGone = cleanup?.outcome === "removed" && existsSync(cleanup.tombstone?.archive ?? "");
      expect({ isWhole, isGone }).toEqual({
        isWhole: UNDOABLE.includes(point),
        isGone: !UNDOABLE.includes(point),
      });
      expect(await bench.trash()).toEqual([]);
      if (!isGone) await bench.cleanups().cancel(id, "ines");
    },
  );

  test("control: without the decision in the transaction, a lease that comes last is not seen", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made, ARCHIVED);
    const blind = async () => ({ dueAt: new Date(0), because: "Due", cause: "merged", reasons: [] }) as const;
    const { queue } = bench.process({
      retentionOf: blind,
      checkpoint: (name) => (name === "check_again:before" ? bench.lease(made) : undefined),
    });
    await queue.runOne();
    expect(await bench.store.find(id)).toMatchObject({ outcome: "removed" });
  });
});

function sorted(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));
}
