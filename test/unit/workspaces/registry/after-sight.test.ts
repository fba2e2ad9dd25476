import { describe, expect, test } from "../../../support/testing.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import type { Kept, StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { afterLoss, afterSight } from "../../../../src/workspaces/registry/rules/after-sight.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 5, hour));
const NOW = at(12);
const FOLDER = { dev: "1", ino: "17", bornMs: 1_000 };
const OTHER = { ...FOLDER, ino: "18" };
const KNOWN: StoredWorkspace = {
  ...newWorkspace({ host: "h-1", path: "/w/p-1", noticedBy: "signal", at: at(1), now: at(1) }),
  projects: ["p-1"],
  folder: FOLDER,
  seenAt: at(11),
  baseline: { notedAt: at(2) },
};
const kindOf = (before: Partial<StoredWorkspace>, folder = FOLDER) =>
  afterSight({ ...KNOWN, ...before }, folder, NOW).kind;

describe("a folder at the path of a workspace", () => {
  test.each([
    { title: "seen a short while ago", before: {}, kind: "nothing" },
    { title: "never seen yet", before: { folder: null, seenAt: null }, kind: "seen" },
    { title: "not seen for a day", before: { seenAt: at(12 - 24) }, kind: "seen" },
    {
      title: "on a device with another number, after a restart",
      before: { folder: { ...FOLDER, dev: "2" } },
      kind: "seen",
    },
    { title: "in the hands of a clean-up", before: { status: "cleaning", folder: OTHER }, kind: "nothing" },
    {
      title: "removed, with our fence",
      before: { status: "removed", goneAt: at(3), fenceUntil: at(13) },
      kind: "nothing",
    },
    { title: "removed, without a fence", before: { status: "removed", goneAt: at(3) }, kind: "new_orphan" },
    { title: "missing, and back", before: { status: "missing", goneAt: at(3) }, kind: "back" },
    {
      title: "missing, never seen before",
      before: { status: "missing", goneAt: at(3), folder: null },
      kind: "replaced",
    },
    {
      title: "replaced while it was missing",
      before: { status: "missing", goneAt: at(3), folder: OTHER },
      kind: "replaced",
    },
    { title: "replaced", before: { folder: OTHER }, kind: "replaced" },
    {
      title: "replaced by one with the same number",
      before: { folder: { ...FOLDER, bornMs: 5 } },
      kind: "replaced",
    },
  ] as const)("$title: $kind", ({ before, kind }) => {
    expect(kindOf(before)).toBe(kind);
  });

  test("one that replaced another keeps the projects, and nothing that was found in the other; its baseline is not known (B8)", () => {
    const kept = [{ by: "cleanup", code: "stash" } as Kept, { by: "retention", code: "leased" } as Kept];
    const sight = afterSight({ ...KNOWN, kept, folder: OTHER }, FOLDER, NOW);
    expect(sight).toMatchObject({
      change: {
        generation: 2,
        createdAt: NOW,
        lastActiveAt: NOW,
        baseline: null,
        size: null,
        kept: [kept[1]],
      },
    });
    expect(sight).not.toHaveProperty("change.projects");
    expect(sight).not.toHaveProperty("change.leases");
  });

  test("one that is back is the same workspace", () => {
    const sight = afterSight({ ...KNOWN, status: "missing", goneAt: at(3) }, FOLDER, NOW);
    expect(sight).toEqual({
      kind: "back",
      change: { status: "active", goneAt: null, folder: FOLDER, seenAt: NOW, updatedAt: NOW },
    });
  });
});

describe("no folder at the path of a workspace", () => {
  const newMs = 3_600_000;

  test("it is missing, nothing is due, and nobody holds it", () => {
    expect(afterLoss(KNOWN, { now: NOW, newMs })).toMatchObject({
      status: "missing",
      goneAt: NOW,
      dueAt: null,
      leases: [],
    });
  });

  test.each([
    { title: "a clean-up has it", before: { status: "cleaning" } },
    { title: "that is known", before: { status: "missing", goneAt: at(3) } },
    {
      title: "it was named a short while ago and not seen yet",
      before: { seenAt: null, lastActiveAt: new Date(NOW.getTime() - 1) },
    },
  ] as const)("nothing follows if $title", ({ before }) => {
    expect(afterLoss({ ...KNOWN, ...before }, { now: NOW, newMs })).toBeNull();
  });

  test("one that was named long ago and never seen is missing", () => {
    expect(afterLoss({ ...KNOWN, seenAt: null, lastActiveAt: at(10) }, { now: NOW, newMs })).not.toBeNull();
  });
});
