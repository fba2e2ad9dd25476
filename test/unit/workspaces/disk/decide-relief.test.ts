import * as fc from "fast-check";
import { describe, expect, test } from "../../../support/testing.ts";
import { sampledInputs } from "../../../support/sample.ts";
import { amountOf } from "../../../../src/workspaces/disk/rules/amount.ts";
import { decideRelief, type ReliefPlan } from "../../../../src/workspaces/disk/rules/decide-relief.ts";
import type { ReliefCandidate, ReliefFacts } from "../../../../src/workspaces/disk/relief-facts.ts";
import type { DiskUsage, Space } from "../../../../src/workspaces/disk/usage.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const NOW = new Date("2026-11-29T12:00:00Z");
const NONE: Space = { bytes: 0, inodes: 0 };

function usage({ bytes = 0, inodes = 0 }: { bytes?: number; inodes?: number | null }): DiskUsage {
  const full = (percent: number, total: number) => {
    const free = total * (1 - percent / 100);
    return amountOf({ total, free, available: free });
  };
  return { bytes: full(bytes, 100 * GIB), inodes: inodes === null ? null : full(inodes, 1_000_000) };
}

function workspace(
  id: string,
  more: Partial<ReliefCandidate> & { daysOld?: number; gib?: number } = {},
): ReliefCandidate {
  const { daysOld = 1, gib = 1, ...rest } = more;
  return {
    id,
    size: { bytes: gib * GIB, inodes: 1_000 },
    rebuildable: NONE,
    lastUsedAt: new Date(NOW.getTime() - daysOld * 86_400_000),
    isBusy: false,
    isFinished: true,
    answer: "clean",
    archiveSize: { bytes: MIB, inodes: 1 },
    ...rest,
  };
}

function facts(more: Partial<ReliefFacts>): ReliefFacts {
  return {
    usage: usage({ bytes: 90 }),
    marks: { highPercent: 85, lowPercent: 75 },
    isUnderPressure: false,
    underWay: NONE,
    workspaces: [],
    archive: { isSameDisk: false },
    now: NOW,
    ...more,
  };
}

const stepsOf = (plan: ReliefPlan) => (plan.kind === "relieve" ? plan.steps : []);
const shown = (plan: ReliefPlan) => stepsOf(plan).map(({ action, id }) => `${action} ${id}`);

describe("when relief begins and ends", () => {
  test.each([
    { bytes: 85, inodes: 50, pressed: false, kind: "enough", because: "at the high mark" },
    { bytes: 85.1, inodes: 50, pressed: false, kind: "relieve", because: "above the high mark" },
    { bytes: 10, inodes: 86, pressed: false, kind: "relieve", because: "D2: inodes above the high mark" },
    {
      bytes: 80,
      inodes: 50,
      pressed: false,
      kind: "enough",
      because: "between the marks, coming from below",
    },
    {
      bytes: 80,
      inodes: 50,
      pressed: true,
      kind: "relieve",
      because: "between the marks, coming from above",
    },
    { bytes: 75, inodes: 75, pressed: true, kind: "enough", because: "at the low mark" },
    { bytes: 10, inodes: null, pressed: false, kind: "enough", because: "no limit of inodes, as on btrfs" },
    { bytes: 100, inodes: 100, pressed: false, kind: "relieve", because: "nothing at all is free" },
  ])(
    "$bytes % of bytes, $inodes % of inodes, under pressure $pressed → $kind: $because",
    ({ bytes, inodes, pressed, kind }) => {
      const plan = decideRelief(facts({ usage: usage({ bytes, inodes }), isUnderPressure: pressed }));
      expect(plan).toMatchObject({ kind, isUnderPressure: kind === "relieve" });
    },
  );

  test("what removals under way will free is not freed twice", () => {
    const workspaces = [workspace("a", { gib: 20 })];
    expect(shown(decideRelief(facts({ workspaces, underWay: { bytes: 15 * GIB, inodes: 0 } })))).toEqual([]);
    expect(shown(decideRelief(facts({ workspaces, underWay: { bytes: 14 * GIB, inodes: 0 } })))).toEqual([
      "remove a",
    ]);
  });
});

describe("in which order", () => {
  const rebuildable = { bytes: 4 * GIB, inodes: 500 };

  test("D4: rebuildable folders of idle workspaces come first, and if they are enough no workspace is lost", () => {
    const workspaces = Array.from({ length: 20 }, (_none, number) =>
      workspace(`w${number}`, {
        gib: 5,
        rebuildable,
        answer: number % 2 ? "work" : "clean",
        isFinished: number % 3 === 0,
      }),
    );
    const plan = decideRelief(facts({ workspaces }));
    expect(new Set(stepsOf(plan).map(({ action }) => action))).toEqual(new Set(["remove_rebuildable"]));
    expect(plan).toMatchObject({ shortage: null });
    // 15 GiB are needed, and each gives 4.
    expect(stepsOf(plan)).toHaveLength(4);
  });

  test("then finished ones without work, then those whose work is archived; what is left after the rebuildable folders counts", () => {
    const workspaces = [
      workspace("work", { gib: 10, answer: "work" }),
      workspace("clean", { gib: 6, rebuildable }),
      workspace("unfinished", { gib: 10, isFinished: false, rebuildable: { bytes: GIB, inodes: 1 } }),
    ];
    const plan = decideRelief(facts({ workspaces }));
    expect(shown(plan)).toEqual([
      "remove_rebuildable clean",
      "remove_rebuildable unfinished",
      "remove clean",
      "archive_and_remove work",
    ]);
    expect(stepsOf(plan)[2]?.frees.bytes).toBe(2 * GIB);
  });

  test("of the same size the oldest, of the same age the largest", () => {
    const workspaces = [
      workspace("young", { daysOld: 1, gib: 5 }),
      workspace("old", { daysOld: 9, gib: 5 }),
      workspace("large", { daysOld: 9, gib: 8 }),
      workspace("future", { daysOld: -400, gib: 5 }),
    ];
    expect(shown(decideRelief(facts({ workspaces })))).toEqual([
      "remove large",
      "remove old",
      "remove young",
    ]);
  });

  test("D2: if inodes are short, many small files count and not one large file", () => {
    const workspaces = [
      workspace("large", { size: { bytes: 30 * GIB, inodes: 10 } }),
      workspace("many", { size: { bytes: MIB, inodes: 160_000 } }),
    ];
    expect(shown(decideRelief(facts({ usage: usage({ inodes: 90 }), workspaces })))).toEqual(["remove many"]);
  });
});

describe("what is never touched", () => {
  const full = { usage: usage({ bytes: 100, inodes: 100 }), isUnderPressure: true };

  test.each([
    {
      what: "one in use",
      one: workspace("w", { isBusy: true, rebuildable: { bytes: GIB, inodes: 500 } }),
      helps: "disk_in_use",
    },
    {
      what: "one that can't be read",
      one: workspace("w", { answer: "unreadable" }),
      helps: "disk_unreadable_work",
    },
    {
      what: "one whose project goes on",
      one: workspace("w", { isFinished: false }),
      helps: "disk_unfinished",
    },
    {
      what: "one with work and no archive",
      one: workspace("w", { answer: "work" }),
      archive: null,
      helps: "disk_no_archive",
    },
    {
      what: "one with work whose archive would be as large, on the same disk",
      one: workspace("w", { answer: "work", archiveSize: { bytes: GIB, inodes: 1_000 } }),
      archive: { isSameDisk: true },
      helps: "disk_archive_on_same_disk",
    },
    {
      what: "one with work and an archive of unknown size on the same disk",
      one: workspace("w", { answer: "work", archiveSize: null }),
      archive: { isSameDisk: true },
      helps: "disk_archive_on_same_disk",
    },
  ])(
    "$what, on a disk that is full: the shortage says what would help",
    ({ one, helps, archive = { isSameDisk: false } }) => {
      const plan = decideRelief(facts({ ...full, archive, workspaces: [one] }));
      expect(stepsOf(plan)).toEqual([]);
      expect(plan.kind === "relieve" && plan.shortage?.wouldHelp.map(({ code }) => code)).toContain(helps);
    },
  );

  test("with an archive on the same disk, what it occupies is not freed", () => {
    const one = workspace("w", { gib: 20, answer: "work", archiveSize: { bytes: 6 * GIB, inodes: 1 } });
    const plan = decideRelief(facts({ workspaces: [one], archive: { isSameDisk: true } }));
    expect(stepsOf(plan)).toMatchObject([{ action: "archive_and_remove", frees: { bytes: 14 * GIB } }]);
  });
});

test("if workspaces are not what fills the disk, the shortage says so", () => {
  const plan = decideRelief(facts({ workspaces: [workspace("w", { gib: 3 })] }));
  expect(plan).toMatchObject({
    kind: "relieve",
    steps: [{ id: "w" }],
    shortage: { missing: { bytes: 12 * GIB }, wouldHelp: [{ code: "disk_filled_by_others" }] },
  });
});

test("any disk, any workspaces: nothing protected is touched, no stage overtakes another, and no step is without need", () => {
  const space = fc.record({ bytes: fc.nat(20 * GIB), inodes: fc.nat(100_000) });
  const candidate = fc.record({
    size: space,
    rebuildable: space,
    archiveSize: fc.option(space),
    daysOld: fc.integer({ min: -10, max: 100 }),
    isBusy: fc.boolean(),
    isFinished: fc.boolean(),
    answer: fc.constantFrom("clean" as const, "work" as const, "unreadable" as const),
  });
  const any = fc.record({
    workspaces: fc.array(candidate, { maxLength: 30 }),
    bytes: fc.integer({ min: 0, max: 100 }),
    inodes: fc.option(fc.integer({ min: 0, max: 100 })),
    isUnderPressure: fc.boolean(),
    archive: fc.option(fc.record({ isSameDisk: fc.boolean() })),
  });
  fc.assert(
    fc.property(any, ({ workspaces, bytes, inodes, isUnderPressure, archive }) => {
      const candidates = workspaces.map((one, number) => workspace(String(number), one));
      const plan = decideRelief(
        facts({ usage: usage({ bytes, inodes }), workspaces: candidates, isUnderPressure, archive }),
      );
      const stages = stepsOf(plan).map(({ action }) =>
        ["remove_rebuildable", "remove", "archive_and_remove"].indexOf(action),
      );
      expect(stages).toEqual(stages.toSorted((one, other) => one - other));
      for (const { action, id, frees } of stepsOf(plan)) {
        const one = candidates[Number(id)];
        expect(one?.isBusy).toBe(false);
        if (action !== "remove_rebuildable") expect(one?.isFinished).toBe(true);
        if (action === "remove") expect(one?.answer).toBe("clean");
        if (action === "archive_and_remove") expect([one?.answer, archive !== null]).toEqual(["work", true]);
        expect(frees.bytes + frees.inodes).toBeGreaterThan(0);
      }
      const freed = stepsOf(plan)
        .slice(0, -1)
        .reduce(
          (sum, { frees }) => ({ bytes: sum.bytes + frees.bytes, inodes: sum.inodes + frees.inodes }),
          NONE,
        );
      if (plan.kind === "relieve" && stepsOf(plan).length > 0) {
        expect(freed.bytes < plan.need.bytes || freed.inodes < plan.need.inodes).toBe(true);
      }
    }),
    sampledInputs({ all: 2_000 }),
  );
});
