import { describe, expect, test } from "../../../support/testing.ts";
import { latestActivity } from "../../../../src/workspaces/record/rules/activity.ts";
import { KEPT_MAX, keptAfter } from "../../../../src/workspaces/record/rules/kept.ts";
import {
  holding,
  LEASES_MAX,
  withLease,
  withoutLease,
} from "../../../../src/workspaces/record/rules/leases.ts";
import type { Kept, Lease, Owner } from "../../../../src/workspaces/record/workspace.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 9, minute));
const NOW = at(0);

function lease(holder: string, minute: number, kind: Lease["kind"] = "heartbeat"): Lease {
  return { kind, holder, until: at(minute), signal: `["test","${holder}"]`, since: NOW };
}

describe("leases", () => {
  test("two hold it, and it is in use until both have ended (B4)", () => {
    const both = withLease(withLease([], lease("first", 5), NOW), lease("second", 10), NOW);
    expect(holding(both, at(4))).toHaveLength(2);
    expect(holding(both, at(5)).map(({ holder }) => holder)).toEqual(["second"]);
    expect(holding(both, at(10))).toEqual([]);
    const given = withoutLease(both, lease("first", 0));
    expect(holding(given, NOW).map(({ holder }) => holder)).toEqual(["second"]);
  });

  test("a renewal is the same lease, and a late one does not shorten it", () => {
    const renewed = withLease(withLease([], lease("one", 5), NOW), lease("one", 9), NOW);
    expect(renewed).toEqual([lease("one", 9)]);
    expect(withLease(renewed, lease("one", 7), NOW)).toEqual([lease("one", 9)]);
  });

  test("one holder may have a lease of each kind", () => {
    const both = withLease(withLease([], lease("p", 5), NOW), lease("p", 9, "phase"), NOW);
    expect(both).toHaveLength(2);
    expect(withoutLease(both, lease("p", 0, "phase"))).toEqual([lease("p", 5)]);
  });

  test("expired leases go, and one that has expired is not added (B6)", () => {
    expect(withLease([lease("dead", -1)], lease("one", 5), NOW)).toEqual([lease("one", 5)]);
    expect(withLease([], lease("late", -1), NOW)).toEqual([]);
  });

  test("beyond the limit those that end first go, so the end of all stays", () => {
    const many = Array.from({ length: LEASES_MAX + 20 }, (_, index) => lease(`${index}`, index + 1));
    const kept = many.reduce((leases: readonly Lease[], one) => withLease(leases, one, NOW), []);
    expect(kept).toHaveLength(LEASES_MAX);
    expect(kept.at(-1)).toEqual(many.at(-1));
    expect(kept[0]).toEqual(many[20]);
  });
});

describe("signs of work", () => {
  test("the newest one counts, whichever clock it comes from (B12)", () => {
    const old = { at: at(-60), source: "signal" } as const;
    for (const source of ["heartbeat", "files", "git"] as const) {
      const others = (["heartbeat", "files", "git"] as const).map((one) => ({
        at: one === source ? at(-1) : at(-90),
        source: one,
      }));
      expect(latestActivity(old, others, NOW)).toEqual({ at: at(-1), source });
    }
    expect(latestActivity(old, [{ at: at(-90), source: "git" }], NOW)).toEqual(old);
  });

  test("the future counts as now: neither ignored nor for ever (B12)", () => {
    const ahead = { at: at(525_600), source: "files" } as const;
    expect(latestActivity({ at: at(-60), source: "signal" }, [ahead], NOW)).toEqual({
      at: NOW,
      source: "files",
    });
  });
});

describe("reasons to keep", () => {
  const owner: Owner = { kind: "operator", name: "host-1", project: null };
  const found = (code: string, reason = code) => ({ code, reason, remedy: "Do something." });
  const kept = (code: string, by: Kept["by"], since: Date): Kept => ({ ...found(code), by, since, owner });
  const after = (before: readonly Kept[], codes: readonly string[], by: Kept["by"] = "cleanup") =>
    keptAfter(
      before,
      codes.map((code) => found(code)),
      { by, now: NOW, ownerOf: () => owner },
    );

  test("a code keeps its age as long as it stays, also if its sentence changes", () => {
    const before = [kept("unpushed", "cleanup", at(-90))];
    const ownerOf = () => owner;
    const reworded = keptAfter(before, [found("unpushed", "2 commits")], {
      by: "cleanup",
      now: NOW,
      ownerOf,
    });
    expect(reworded).toEqual([{ ...kept("unpushed", "cleanup", at(-90)), reason: "2 commits" }]);
  });

  test("a code that went and comes back is new", () => {
    const gone = after([kept("stash", "cleanup", at(-90))], []);
    expect(gone).toEqual([]);
    expect(after(gone, ["stash"])).toEqual([kept("stash", "cleanup", NOW)]);
  });

  test("what retention found stays when a clean-up finds nothing, and the other way round", () => {
    const both = [kept("leased", "retention", at(-5)), kept("stash", "cleanup", at(-90))];
    expect(after(both, [])).toEqual([both[0]]);
    expect(after(both, [], "retention")).toEqual([both[1]]);
  });

  test("each code is there once, and there are not more than a record holds", () => {
    expect(after([], ["one", "two", "one"]).map(({ code }) => code)).toEqual(["one", "two"]);
    const many = Array.from({ length: KEPT_MAX + 1 }, (_, index) => `code_${index}`);
    expect(after([], many)).toHaveLength(KEPT_MAX);
  });
});
