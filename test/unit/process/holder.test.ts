import { describe, expect, test } from "../../support/testing.ts";
import { dueAtMs } from "../../../src/work/rules/due.ts";
import { freeAtMs, hasCrashed, type Holder, hungMs } from "../../../src/work/rules/holder.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LEASE_MS = 10_000;
const DAY_MS = 24 * 3_600_000;
const OBSERVER = { self: "self", leaseMs: LEASE_MS, now: NOW, doubtMs: 0 };

function at(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

function holder(known: Partial<Holder>): Holder {
  return { owner: "other", since: at(-1_000), aliveUntil: at(5_000), saidGoodbye: false, ...known };
}

/** How long from now until others may take it, in milliseconds; `at once` if they may already. */
function freeIn(known: Partial<Holder>, { doubtMs = 0 } = {}): number | "at once" {
  const freeAt = freeAtMs(holder(known), { ...OBSERVER, doubtMs });
  return freeAt <= NOW.getTime() ? "at once" : freeAt - NOW.getTime();
}

describe("what a process holds is free", () => {
  test.each<[string, Partial<Holder>, number | "at once"]>([
    ["when its heartbeat ends", {}, 5_000],
    ["at once if its heartbeat has ended", { aliveUntil: at(0) }, "at once"],
    ["at once if it has none", { aliveUntil: null }, "at once"],
    ["when its heartbeat ends, after a goodbye too", { saidGoodbye: true }, 5_000],
    ["at once if its heartbeat is of a wrong clock", { aliveUntil: at(DAY_MS) }, "at once"],
    ["at once if it shows no progress", { since: at(-hungMs(LEASE_MS)) }, "at once"],
    ["once it has shown no progress for too long", { since: at(1_000 - hungMs(LEASE_MS)) }, 1_000],
    ["at once if it was taken by a wrong clock", { since: at(DAY_MS) }, "at once"],
    ["to that process at once, if no lane of it has it", { owner: "self" }, "at once"],
  ])("%s", (_name, known, expected) => {
    expect(freeIn(known)).toBe(expected);
  });
});

test("while MongoDB may have missed heartbeats, nothing is taken from others", () => {
  expect(freeIn({ aliveUntil: at(-LEASE_MS) }, { doubtMs: 700 })).toBe(700);
  expect(freeIn({ owner: "self" }, { doubtMs: 700 })).toBe("at once");
});

describe("a take-over means a crash", () => {
  test.each<[string, Partial<Holder>, boolean]>([
    ["if the heartbeat has ended", { aliveUntil: at(-1) }, true],
    ["if there is no heartbeat", { aliveUntil: null }, true],
    ["but not after a goodbye", { aliveUntil: at(-1), saidGoodbye: true }, false],
    ["but not while the heart beats", { since: at(-hungMs(LEASE_MS)) }, false],
    ["but not if the process itself takes it again", { owner: "self", aliveUntil: at(-1) }, false],
  ])("%s", (_name, known, expected) => {
    expect(hasCrashed(holder(known), OBSERVER)).toBe(expected);
  });
});

test("a time is believed up to the longest wait; further ahead it counts as due", () => {
  const limits = { now: NOW, waitMsMax: DAY_MS };
  expect(dueAtMs(at(-DAY_MS), limits)).toBe(at(-DAY_MS).getTime());
  expect(dueAtMs(at(DAY_MS), limits)).toBe(at(DAY_MS).getTime());
  expect(dueAtMs(at(DAY_MS + 1), limits)).toBeLessThanOrEqual(NOW.getTime());
});
