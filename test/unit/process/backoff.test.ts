import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { backoffMs } from "../../../src/work/rules/backoff.ts";

test.each([
  { attempt: 1, random: 0, waitMs: 50 },
  { attempt: 1, random: 0.5, waitMs: 75 },
  { attempt: 2, random: 0, waitMs: 100 },
  { attempt: 3, random: 0, waitMs: 200 },
  { attempt: 4, random: 0, waitMs: 400 },
  { attempt: 5, random: 0, waitMs: 500 },
  { attempt: 5_000, random: 0, waitMs: 500 },
])("after attempt $attempt, with $random drawn, it waits $waitMs ms", ({ attempt, random, waitMs }) => {
  expect(backoffMs({ firstMs: 100, maximumMs: 1_000 }, attempt, random)).toBe(waitMs);
});

test("half of the wait is certain, half is drawn, and the maximum holds", () => {
  const milliseconds = fc.integer({ min: 1, max: 600_000 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      milliseconds,
      milliseconds,
      fc.integer({ min: 1, max: 400 }),
      random,
      (firstMs, maximumMs, attempt, random) => {
        const full = Math.min(maximumMs, firstMs * 2 ** (attempt - 1));
        const waitMs = backoffMs({ firstMs, maximumMs }, attempt, random);
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(waitMs).toBeLessThanOrEqual(maximumMs);
        expect(waitMs).toBeGreaterThanOrEqual(backoffMs({ firstMs, maximumMs }, attempt, 0));
      },
    ),
  );
});
