import { describe, expect, test } from "../../support/testing.ts";
import { endOfSession, IDLE_MS, idleEndOf, whyEnded } from "../../../src/sessions/rules/session-state.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const HOUR_MS = 3_600_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe("a session ends at the latest", () => {
  test.each([
    ["a week after it began, if its token never expires", null, 7 * 24 * HOUR_MS],
    ["a week after it began, if its token expires later", after(8 * 24 * HOUR_MS), 7 * 24 * HOUR_MS],
    ["with its token", after(HOUR_MS), HOUR_MS],
  ])("%s", (_title, tokenEndsAt, ms) => {
    expect(endOfSession({ kind: "token", tokenEndsAt }, NOW.getTime())).toBe(NOW.getTime() + ms);
  });

  test("a day after somebody signed in with GitHub", () => {
    expect(endOfSession({ kind: "github" }, NOW.getTime())).toBe(NOW.getTime() + 24 * HOUR_MS);
  });
});

describe("a session is good", () => {
  const endsAt = after(100 * HOUR_MS);

  test.each([
    [0, null],
    [IDLE_MS - 1, null],
    [IDLE_MS, "nobody used it for 8 hours"],
  ])("%i ms after its last use: %j", (ms, because) => {
    const ended = whyEnded({ lastUsedAt: NOW, endsAt }, after(ms));
    expect(ended).toEqual(because === null ? null : expect.stringContaining(because));
  });

  test.each([
    [-1, null],
    [0, `its session ended at ${endsAt.toISOString()}`],
    [1, `its session ended at ${endsAt.toISOString()}`],
  ])("%i ms after its end, though it was just used: %j", (ms, because) => {
    const now = new Date(endsAt.getTime() + ms);
    expect(whyEnded({ lastUsedAt: now, endsAt }, now)).toBe(because);
  });

  test("until its end, if that comes before it is idle for too long", () => {
    expect(idleEndOf({ lastUsedAt: NOW, endsAt: after(1) })).toBe(NOW.getTime() + 1);
  });
});
