import { joinPieces } from "../../../src/trace/rules/join-pieces.ts";
import { TRACE_ENTRIES_MAX } from "../../../src/trace/rules/limits.ts";
import { type Message, messagePiece } from "../../../src/trace/rules/message.ts";
import { moment } from "../../../src/trace/rules/moment.ts";
import { TRIES_MAX } from "../../../src/work/rules/tries-max.ts";
import { describe, expect, test } from "../../support/testing.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const ABOUT = { part: "event", id: "p/1", name: "orb.project.updated" } as const;
const PROBLEM = { code: "broken", reason: "It broke.", remedy: "Fix it." };
const WORK = { dueAt: null, owner: null, epoch: 2, attempts: 0 };

const MESSAGE: Message = {
  id: "d1",
  kind: "delivery",
  name: "push",
  received: "GitHub sent push, 5 bytes",
  verified: "It was signed",
  receivedAt: AT,
  status: "done",
  outcome: "applied",
  because: "1 pull request gets a look",
  problem: null,
  tries: [
    { takenAt: after(1), endedAt: after(2), by: "host/1/a", outcome: "failed", problem: PROBLEM },
    { takenAt: after(10), endedAt: after(11), by: "host/2/b", outcome: "done", problem: null },
  ],
  work: WORK,
};

describe("the pieces of a trace", () => {
  test("are joined in the order of time, and the first ones are shown if there are too many", () => {
    const entry = (seconds: number) =>
      moment(ABOUT, { at: after(seconds), what: "published", because: null });
    const many = Array.from({ length: TRACE_ENTRIES_MAX }, (_, index) => entry(index));
    const piece = { entries: many, waits: [], gaps: [] };
    const whole = joinPieces([piece], { receivedAt: AT, isCut: false });
    expect(whole).toMatchObject({ isCut: false, durationMs: (TRACE_ENTRIES_MAX - 1) * 1_000 });
    const early = { entries: [entry(0.5)], waits: [], gaps: [] };
    const cut = joinPieces([piece, early], { receivedAt: AT, isCut: false });
    expect(cut.entries).toHaveLength(TRACE_ENTRIES_MAX);
    expect(cut.entries.slice(0, 3).map(({ at }) => at)).toEqual([AT, after(0.5), after(1)]);
    expect(cut.isCut).toBe(true);
  });

  test("a message has its door and each try, with the time that it waited and took", () => {
    const { entries, waits, gaps } = messagePiece(MESSAGE);
    expect(entries.map(({ part, what, durationMs }) => [part, what, durationMs])).toEqual([
      ["door", "received", null],
      ["door", "verified", null],
      ["door", "stored", null],
      ["handling", "claimed", 1_000],
      ["handling", "failed", 1_000],
      ["handling", "claimed", 8_000],
      ["handling", "applied", 1_000],
    ]);
    expect(entries[4]).toMatchObject({ because: "It broke.", problem: PROBLEM });
    expect(entries[6]).toMatchObject({ because: "1 pull request gets a look" });
    expect({ waits, gaps }).toEqual({ waits: [], gaps: [] });
  });

  test.each([
    {
      name: "that no process has taken",
      with: { tries: [] },
      because: "No process has taken it yet",
      dueAt: AT,
    },
    { name: "that failed", with: { problem: PROBLEM }, because: "It broke.", dueAt: AT },
    {
      name: "that a process holds",
      with: { work: { ...WORK, owner: "host/1/a", dueAt: AT } },
      because: "The process host/1/a works on it",
      dueAt: null,
    },
  ])("a message $name says what it waits for", ({ with: more, because, dueAt }) => {
    const pending = { ...MESSAGE, status: "pending" as const, work: { ...WORK, dueAt: AT }, ...more };
    expect(messagePiece(pending).waits).toMatchObject([{ because, dueAt }]);
  });

  test("what is not stored about its handling is said", () => {
    const [old] = messagePiece({ ...MESSAGE, tries: undefined }).gaps;
    expect(old).toMatchObject({ part: "handling", because: expect.stringContaining("earlier version") });
    const tries = Array.from({ length: TRIES_MAX }, () => MESSAGE.tries?.[0]).flatMap((each) => each ?? []);
    expect(messagePiece({ ...MESSAGE, status: "dead", tries }).gaps).toHaveLength(1);
    expect(messagePiece({ ...MESSAGE, status: "pending", tries: undefined }).gaps).toEqual([]);
  });
});
