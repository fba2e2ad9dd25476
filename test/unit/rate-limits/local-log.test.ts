import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { LocalLog, SUBJECTS_MAX } from "../../../src/rate-limits/local-log.ts";

const WINDOW_MS = 100;
const LIMIT = 3;

describe("the log of a process", () => {
  test("admits exactly what an oracle that remembers everything admits", () => {
    const request = fc.record({
      keys: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
      afterMs: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 80 }), (requests) => {
        const log = new LocalLog(WINDOW_MS);
        const admitted: { key: string; atMs: number }[] = [];
        let nowMs = 0;
        for (const { keys, afterMs } of requests) {
          nowMs += afterMs;
          const recent = (key: string) =>
            admitted.filter((one) => one.key === key && nowMs - one.atMs < WINDOW_MS);
          const hasRoom = keys.every((key) => recent(key).length < LIMIT);
          const counts = log.ask({ keys, limits: keys.map(() => LIMIT), nowMs, counts: true });
          expect(counts.every(({ waitMs }) => waitMs === 0)).toBe(hasRoom);
          if (hasRoom) admitted.push(...keys.map((key) => ({ key, atMs: nowMs })));
          expect(counts.map(({ used }) => used)).toEqual(keys.map((key) => recent(key).length));
          for (const { waitMs } of counts.filter((count) => count.waitMs > 0)) {
            expect(waitMs).toBe(
              (recent(keys[counts.findIndex((count) => count.waitMs === waitMs)] ?? "")[0]?.atMs ?? NaN) +
                WINDOW_MS -
                nowMs,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("keeps a known offender out while a million addresses come, stays bounded, and lets the newest share one limit", () => {
    const log = new LocalLog(WINDOW_MS);
    const take = (key: string, nowMs: number) =>
      log.ask({ keys: [key], limits: [LIMIT], nowMs, counts: true })[0]?.waitMs === 0;
    const offender = () => take("offender", 1);
    expect([offender(), offender(), offender(), offender()]).toEqual([true, true, true, false]);
    let admitted = 0;
    for (let index = 0; index < 1_000_000; index++) if (take(`flood ${index}`, 2)) admitted++;
    expect(admitted).toBe(SUBJECTS_MAX - 1 + LIMIT);
    expect(log.size).toBeLessThanOrEqual(SUBJECTS_MAX + 1);
    expect(offender()).toBe(false);
    // When their requests have left the window, all are forgotten.
    expect(take("later", 2 + WINDOW_MS)).toBe(true);
    expect(log.size).toBe(1);
  });

  test("looks without counting", () => {
    const log = new LocalLog(WINDOW_MS);
    const look = () => log.ask({ keys: ["a"], limits: [1], nowMs: 0, counts: false });
    expect([look(), look()]).toEqual([
      [expect.objectContaining({ used: 0, waitMs: 0 })],
      [expect.objectContaining({ used: 0, waitMs: 0 })],
    ]);
  });
});
