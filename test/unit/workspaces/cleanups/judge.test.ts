import { describe, expect, test } from "../../../support/testing.ts";
import type { KeepReason } from "../../../../src/workspaces/keep-reason.ts";
import type { Retention } from "../../../../src/workspaces/retention/decide-retention.ts";
import { judgeFolder, judgeTime } from "../../../../src/workspaces/cleanups/rules/judge.ts";
import { judgeOperator } from "../../../../src/workspaces/cleanups/rules/operator.ts";
import { repeat } from "../../../../src/workspaces/cleanups/rules/repeated.ts";
import { mergeWishes } from "../../../../src/workspaces/cleanups/rules/wishes.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const HOUR_MS = 3_600_000;
const LATER = new Date(NOW.getTime() + HOUR_MS);
const EARLIER = new Date(NOW.getTime() - HOUR_MS);

function reason(code: string): KeepReason {
  return { code, reason: `It is ${code}.`, remedy: "Wait." };
}

describe("the time of a clean-up", () => {
  const leased = { code: "leased", reason: "An agent uses it.", remedy: "Wait." } as const;
  const open = { code: "pull_request_open", reason: "It is open.", remedy: "Merge it." } as const;
  const merged = { because: "Merged", cause: "merged" } as const;
  const due: Retention = { dueAt: EARLIER, ...merged, reasons: [] };
  const notYet: Retention = { dueAt: LATER, ...merged, reasons: [] };
  const usedForNow: Retention = { dueAt: LATER, ...merged, reasons: [leased] };
  const inReview: Retention = { dueAt: null, reasons: [open] };
  const usedInReview: Retention = { dueAt: null, reasons: [open, leased] };

  test.each([
    ["retention", due, "look"],
    ["retention", notYet, "later"],
    ["retention", usedForNow, "keep"],
    ["retention", inReview, "off"],
    ["retention", usedInReview, "keep"],
    ["person", due, "look"],
    ["person", notYet, "look"],
    ["person", inReview, "look"],
    ["person", usedForNow, "keep"],
    ["person", usedInReview, "keep"],
    ["command", notYet, "look"],
    ["command", usedForNow, "keep"],
    ["disk", notYet, "look"],
    // A full disk does not end work that goes on.
    ["disk", inReview, "keep"],
    ["disk", usedForNow, "keep"],
  ] as const)("of %s with %j: %s", (origin, retention, verdict) => {
    expect(judgeTime({ origin, retention, at: EARLIER, now: NOW }).verdict).toBe(verdict);
  });

  test("nothing runs before the time that it was scheduled for, also if it was made due by mistake", () => {
    const judged = judgeTime({ origin: "person", retention: due, at: LATER, now: NOW });
    expect(judged).toMatchObject({ verdict: "later", at: LATER });
  });

  test("only what says that somebody uses it keeps what a person wants to go, until it ends", () => {
    const judged = judgeTime({ origin: "person", retention: usedForNow, at: NOW, now: NOW });
    expect(judged).toEqual({ verdict: "keep", reasons: [leased], until: LATER });
    const inTheEnd = judgeTime({ origin: "person", retention: usedInReview, at: NOW, now: NOW });
    expect(inTheEnd).toEqual({ verdict: "keep", reasons: [leased], until: null });
  });
});

describe("what was found in a folder", () => {
  const nothing = { work: [], obstacles: [] } as const;
  const work = { work: [reason("unpushed")], obstacles: [] } as const;
  const held = { work: [], obstacles: [reason("open_file")] } as const;
  const both = { work: [reason("unpushed")], obstacles: [reason("open_file")] } as const;

  test.each([
    ["clean", nothing, "keep", true, "go"],
    ["clean", nothing, "discard", false, "go"],
    ["work", work, "keep", true, "unpushed"],
    ["work", work, "archive", true, "go, archived"],
    ["work", work, "archive", false, "no_archive unpushed"],
    ["work", work, "discard", true, "go"],
    // A workspace that is said to have work is kept, also if nobody says which.
    ["work", nothing, "keep", true, "work"],
    // In use stays in use, whatever anybody wants to do with its work.
    ["clean", held, "discard", true, "open_file"],
    ["work", both, "archive", true, "open_file"],
    ["work", both, "keep", true, "open_file unpushed"],
    // A1: what could not be read is never clean, and never only work.
    ["unreadable", nothing, "keep", true, "unreadable"],
    ["unreadable", nothing, "discard", true, "unreadable"],
    ["unreadable", work, "discard", true, "unpushed"],
    ["unreadable", work, "archive", true, "unpushed"],
  ] as const)("%s, %j, unpushed: %s, archive: %s → %s", (answer, found, unpushed, canArchive, expected) => {
    const findings = { answer, ...found, changedAt: NOW };
    const verdict = judgeFolder({ findings, unpushed, saidAt: NOW, canArchive });
    const said =
      verdict.verdict === "go"
        ? `go${verdict.mustArchive ? ", archived" : ""}`
        : verdict.reasons.map(({ code }) => code).join(" ");
    expect(said).toBe(expected);
  });

  test.each([
    ["work", "discard", "worked_on_since unpushed"],
    // It is still there in the archive, and what is clean is elsewhere.
    ["work", "archive", "go"],
    ["clean", "discard", "go"],
  ] as const)(
    "that was changed after it was said what to do: %s, unpushed: %s → %s",
    (answer, unpushed, expected) => {
      const findings = { answer, ...(answer === "work" ? work : nothing), changedAt: LATER };
      const verdict = judgeFolder({ findings, unpushed, saidAt: NOW, canArchive: true });
      expect(verdict.verdict === "go" ? "go" : verdict.reasons.map(({ code }) => code).join(" ")).toBe(
        expected,
      );
    },
  );
});

describe("what an operator may do", () => {
  test.each([
    ["scheduled", "planned", null, null, null],
    ["deferred", "planned", null, null, null],
    ["failed", "checked", null, null, null],
    ["failed", "renamed", null, "cleanup_half_done", "cleanup_half_done"],
    ["failed", "condemned", null, "cleanup_half_done", "cleanup_half_done"],
    ["running", "marked", "cleanup_running", "cleanup_running", "cleanup_running"],
    ["running", "planned", "cleanup_running", null, "cleanup_running"],
    ["completed", "fenced", "cleanup_ended", "cleanup_ended", "cleanup_ended"],
    ["cancelled", "planned", "cleanup_ended", "cleanup_ended", "cleanup_ended"],
  ] as const)("%s at %s: run %s, cancel %s, change %s", (status, step, ...expected) => {
    const codes = (["run", "cancel", "change"] as const).map(
      (act) => judgeOperator(act, { status, step })?.code ?? null,
    );
    expect(codes).toEqual(expected);
  });
});

describe("a further wish for a workspace that has a clean-up", () => {
  const keep = { unpushed: "keep" } as const;
  const archive = { unpushed: "archive" } as const;

  test.each([
    ["a person", "retention", "person", archive, { origin: "person", ...archive, saidAt: NOW }],
    ["a command", "retention", "command", keep, { origin: "command", ...keep, saidAt: NOW }],
    ["a full disk", "retention", "disk", archive, { origin: "disk", ...archive, saidAt: NOW }],
    ["the schedule", "person", "retention", keep, { origin: "person", ...archive, saidAt: EARLIER }],
    ["a command", "person", "command", keep, { origin: "person", ...archive, saidAt: EARLIER }],
    ["the same person", "person", "person", archive, { origin: "person", ...archive, saidAt: NOW }],
  ] as const)("%s over one of %s", (_, before, origin, how, expected) => {
    const known = { origin: before, at: LATER, dueAt: LATER, ...archive, saidAt: EARLIER } as const;
    const own = before === "retention" ? { ...known, ...keep } : known;
    expect(mergeWishes(own, { origin, at: NOW, ...how }, NOW)).toEqual({ at: NOW, ...expected });
  });

  test("the bot's own reasons never put it off", () => {
    const known = { origin: "retention", at: EARLIER, dueAt: EARLIER, ...keep, saidAt: EARLIER } as const;
    expect(mergeWishes(known, { origin: "retention", at: NOW, ...keep }, NOW)).toBeNull();
    expect(mergeWishes(known, { origin: "disk", at: NOW, ...keep }, NOW)).toBeNull();
  });
});

describe("a cause that comes again (C13)", () => {
  test("is news once, and counted", () => {
    const first = repeat({ told: null, times: 0 }, ["mounted", "open_file"]);
    const second = repeat(first, ["open_file", "mounted", "mounted"]);
    const third = repeat(second, ["open_file"]);
    expect([first, second, third].map(({ isNews, times }) => [isNews, times])).toEqual([
      [true, 1],
      [false, 2],
      [true, 1],
    ]);
  });
});
