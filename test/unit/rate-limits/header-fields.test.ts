import * as fc from "fast-check";
import { parseList } from "structured-headers";
import { describe, expect, test } from "../../support/testing.ts";
import { CROWD, type Crowd, join, NOBODY } from "../../../src/rate-limits/rules/crowd.ts";
import { rateLimitFields, retryAfterSeconds } from "../../../src/rate-limits/rules/header-fields.ts";

const ms = fc.double({ min: 0, max: 60_000, noNaN: true });

describe("the header fields", () => {
  test.each(["10", "11"] as const)(
    "of draft %s are lists of structured fields that say what was decided",
    (draft) => {
      fc.assert(
        fc.property(
          fc.nat(20_000),
          fc.integer({ min: 1, max: 10_000 }),
          ms,
          ms,
          (used, limit, freesInMs, waitMs) => {
            const fields = rateLimitFields(
              { policy: "read", count: { used, limit, freesInMs, waitMs } },
              draft,
            );
            expect(parseList(fields["RateLimit-Policy"] ?? "")).toEqual([
              [
                "read",
                new Map([
                  ["q", limit],
                  ["w", 60],
                ]),
              ],
            ]);
            const [[policy, parameters] = []] = parseList(fields["RateLimit"] ?? "") as [
              string,
              Map<string, number>,
            ][];
            expect(policy).toBe("read");
            expect(parameters?.get("r")).toBe(Math.max(0, limit - used));
            expect(parameters?.get("t")).toBeGreaterThanOrEqual((waitMs > 0 ? waitMs : freesInMs) / 1_000);
            expect(retryAfterSeconds(waitMs, { isRepeated: false, random: 0 })).toBeGreaterThanOrEqual(
              waitMs > 0 ? (parameters?.get("t") ?? 0) : 1,
            );
          },
        ),
      );
    },
  );

  test("can be left out", () => {
    expect(
      rateLimitFields({ policy: "read", count: { used: 1, limit: 2, freesInMs: 3, waitMs: 0 } }, "off"),
    ).toEqual({});
  });
});

describe("Retry-After", () => {
  test.each([
    [0, 1],
    [0.001, 1],
    [1_000, 1],
    [1_000.001, 2],
    [59_999.5, 60],
  ])("of a wait of %d ms is %d s", (waitMs, seconds) => {
    expect(retryAfterSeconds(waitMs, { isRepeated: false, random: 0.999 })).toBe(seconds);
  });

  test("is never too short, and spreads clients that were refused together over a tenth of the window", () => {
    const waits = Array.from({ length: 100 }, (_, index) =>
      retryAfterSeconds(30_000, { isRepeated: true, random: index / 100 }),
    );
    expect(Math.min(...waits)).toBe(30);
    expect(Math.max(...waits)).toBe(36);
    expect(new Set(waits).size).toBeGreaterThanOrEqual(6);
  });
});

describe("a crowd", () => {
  function majoritiesOf(addresses: readonly string[]): string[] {
    let crowd: Crowd = NOBODY;
    const found: string[] = [];
    for (const address of addresses) {
      const joined = join(crowd, address);
      ({ crowd } = joined);
      if (joined.majority !== null) found.push(joined.majority);
    }
    return found;
  }

  const crowdOf = (share: number) =>
    Array.from({ length: 3 * CROWD }, (_, index) =>
      index % 100 < share ? "192.0.2.1" : `198.51.100.${index % 200}`,
    );

  test("has a majority if one address sends more than half of it, in two crowds after each other", () => {
    expect(majoritiesOf(crowdOf(60))).toEqual(["192.0.2.1", "192.0.2.1"]);
    expect(majoritiesOf(crowdOf(100))).toEqual(["192.0.2.1", "192.0.2.1"]);
    expect(majoritiesOf(crowdOf(50))).toEqual([]);
    expect(majoritiesOf(crowdOf(20))).toEqual([]);
  });
});
