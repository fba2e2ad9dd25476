import { describe, expect, test } from "../../../support/testing.ts";
import { CLEANUP_STEPS, type CleanupStep } from "../../../../src/workspaces/cleanups/cleanup.ts";
import { type Act, nextAct, type Place } from "../../../../src/workspaces/cleanups/rules/next-act.ts";

const PLACES = ["here", "trash", "gone", "trash_and_other", "other"] as const satisfies readonly Place[];

/** The rows are steps, the columns are PLACES. */
const TABLE: Readonly<Record<CleanupStep, readonly Act[]>> = {
  planned: ["check", "note_renamed", "note_missing", "note_renamed", "check"],
  checked: ["archive", "note_renamed", "note_missing", "note_renamed", "start_again"],
  archived: ["mark", "note_renamed", "note_missing", "note_renamed", "start_again"],
  marked: ["rename", "note_renamed", "note_missing", "note_renamed", "start_again"],
  renamed: ["start_again", "check_again", "note_missing", "check_again", "start_again"],
  condemned: ["start_again", "delete", "delete", "delete", "delete"],
  deleted: ["prune", "prune", "prune", "prune", "prune"],
  pruned: ["fence", "fence", "fence", "fence", "fence"],
  fenced: ["finish", "finish", "finish", "finish", "finish"],
};

test.each(CLEANUP_STEPS)("after the step %s the place of the folder decides", (step) => {
  expect(PLACES.map((place) => nextAct(step, place))).toEqual(TABLE[step]);
});

/** A disk with one folder, as far as a clean-up can see it. */
interface World {
  step: CleanupStep;
  place: Place;
  /** How many of its files are left, of 2. */
  files: number;
  /** Processes that use it are found by both checks. */
  isUsed: boolean;
}

/** Every act as a list of single writes, to the disk or to MongoDB, between any two of which the process may die. */
const WRITES: Readonly<Record<Act, (world: World) => readonly ((world: World) => void)[]>> = {
  check: () => [record("checked")],
  archive: () => [record("archived")],
  mark: () => [record("marked")],
  rename: () => [(world) => void (world.place = "trash"), record("renamed")],
  note_renamed: () => [record("renamed")],
  check_again: ({ isUsed }) =>
    isUsed ? [(world) => void (world.place = "here"), record("planned")] : [record("condemned")],
  delete: () => [
    (world) => void (world.files = Math.min(world.files, 1)),
    (world) => void Object.assign(world, { files: 0, place: "gone" }),
    record("deleted"),
  ],
  prune: () => [record("pruned")],
  fence: () => [record("fenced")],
  finish: () => [],
  note_missing: () => [],
  start_again: () => [record("planned")],
};

function record(step: CleanupStep) {
  return (world: World) => void (world.step = step);
}

const ACTS_MAX = 40;

/** Runs until it ends, or dies after so many writes. @returns whether it ended */
function live(world: World, writesLeft: number): boolean {
  let left = writesLeft;
  for (let acts = 0; acts < ACTS_MAX; acts++) {
    const act = nextAct(world.step, world.place);
    if (act === "finish" || act === "note_missing") return true;
    if (act === "check" && world.isUsed && acts > 0) return true;
    for (const write of WRITES[act](world)) {
      if (left-- === 0) return false;
      write(world);
    }
  }
  throw new Error(`It never ends: ${JSON.stringify(world)}`);
}

describe("a process that dies between any two writes, in two lives", () => {
  const DEATHS = Array.from({ length: 16 }, (_, first) => first);

  test.each([false, true])("leaves a workspace that is gone or whole (used: %s)", (isUsed) => {
    for (const first of DEATHS) {
      for (const second of DEATHS) {
        const world: World = { step: "planned", place: "here", files: 2, isUsed };
        live(world, first);
        live(world, second);
        expect(live(world, Infinity)).toBe(true);
        const isWhole = world.place === "here" && world.files === 2;
        const isGone = world.place === "gone" && world.files === 0;
        expect({ first, second, ok: isUsed ? isWhole : isGone }).toEqual({ first, second, ok: true });
      }
    }
  });

  test("control: a clean-up that only looks at its step deletes what was put back", () => {
    const world: World = { step: "renamed", place: "here", files: 2, isUsed: false };
    const blind = nextAct(world.step, "trash");
    expect([blind, nextAct(world.step, world.place)]).toEqual(["check_again", "start_again"]);
  });
});
