import { expect, test } from "../../support/testing.ts";
import { isNewer } from "../../../src/pull-requests/observe/rules/answer-order.ts";
import { isToPublish } from "../../../src/pull-requests/run.ts";
import { activityLeft, loopBreaker } from "../../../src/pull-requests/steps/rules/loop-breaker.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const YEAR_MS = 365 * 24 * 3_600_000;

function at(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

test("an answer that a wrong clock has dated in another year is older than the present one", () => {
  const answer = { lifecycle: "open", updatedAt: at(-3_600_000), askedAt: NOW } as const;
  expect(isNewer(answer, { ...answer, askedAt: at(1_000) })).toBe(false);
  expect(isNewer(answer, { ...answer, askedAt: at(YEAR_MS) })).toBe(true);
  expect(isNewer(answer, { ...answer, updatedAt: NOW, askedAt: at(YEAR_MS) })).toBe(false);
});

test("a completion whose next try a wrong clock has put into another year is tried", () => {
  const refused = (againAt: Date) => {
    const known = { openedAt: NOW, round: 1, publishedRound: 1, retried: null, publishRefused: true };
    const record = { ...known, problem: null, refused: { code: "not_found", times: 1, againAt } };
    return { record, look: null } as unknown as Parameters<typeof isToPublish>[0];
  };
  expect(isToPublish(refused(at(3_600_000)), NOW)).toBe(false);
  expect(isToPublish(refused(at(YEAR_MS)), NOW)).toBe(true);
});

test("writes that a wrong clock has dated in another year do not stop a pull request", () => {
  const writes = (ms: number) => Array.from({ length: 30 }, () => at(ms));
  const broken = (ms: number) => {
    const activity = { writes: writes(ms), flips: [], failedRepairs: [], looks: [] };
    const record = { activity, retried: null, personActedAt: null } as unknown as Parameters<
      typeof activityLeft
    >[0];
    return loopBreaker(activityLeft(record, NOW), NOW);
  };
  expect(broken(-1_000)).toMatchObject({ code: "loop_broken" });
  expect(broken(YEAR_MS)).toBeNull();
});
