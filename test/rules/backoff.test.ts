import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { backoffMs } from "../../src/work/rules/backoff.ts";

const BACKOFF = { firstMs: 500, maximumMs: 8_000 };
const ALMOST_ONE = 1 - Number.EPSILON;

test.each([
  { attempt: 1, least: 250, most: 500 },
  { attempt: 2, least: 500, most: 1_000 },
  { attempt: 3, least: 1_000, most: 2_000 },
  { attempt: 5, least: 4_000, most: 8_000 },
  { attempt: 6, least: 4_000, most: 8_000 },
  { attempt: 5_000, least: 4_000, most: 8_000 },
])("after try $attempt it waits $least to $most ms", ({ attempt, least, most }) => {
  expect(backoffMs(BACKOFF, attempt, 0)).toBe(least);
  expect(backoffMs(BACKOFF, attempt, ALMOST_ONE)).toBe(most);
});

test("it waits whole milliseconds between half of the full wait and all of it, never less than before", () => {
  const tries = fc.record({
    firstMs: fc.integer({ min: 0, max: 60_000 }),
    maximumMs: fc.integer({ min: 0, max: 3_600_000 }),
    attempt: fc.integer({ min: 1, max: 2_000 }),
    random: fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
  });
  fc.assert(
    fc.property(tries, ({ firstMs, maximumMs, attempt, random }) => {
      const waitMs = backoffMs({ firstMs, maximumMs }, attempt, random);
      expect(Number.isSafeInteger(waitMs)).toBe(true);
      expect(waitMs).toBeLessThanOrEqual(maximumMs);
      expect(backoffMs({ firstMs, maximumMs }, attempt + 1, random)).toBeGreaterThanOrEqual(waitMs);
    }),
  );
});
