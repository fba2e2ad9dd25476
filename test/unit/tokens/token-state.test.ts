import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { endOfReplaced, tokenState } from "../../../src/tokens/rules/token-state.ts";
import { idIn, makeToken } from "../../../src/tokens/token.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LATER = new Date("2026-01-05T10:00:00Z");
const BEFORE = new Date("2026-01-05T08:00:00Z");

describe("a token", () => {
  test.each([
    ["for good", { expiresAt: null, revokedAt: null }, "active"],
    ["that ends later", { expiresAt: LATER, revokedAt: null }, "active"],
    ["that ended", { expiresAt: BEFORE, revokedAt: null }, "expired"],
    ["that ends at this moment", { expiresAt: NOW, revokedAt: null }, "expired"],
    ["that was revoked before its end", { expiresAt: LATER, revokedAt: BEFORE }, "revoked"],
    ["that was revoked after its end", { expiresAt: BEFORE, revokedAt: NOW }, "revoked"],
  ] as const)("%s", (_, times, state) => {
    expect(tokenState(times, NOW).state).toBe(state);
  });

  test("has its id in its text, and 256 random bits", () => {
    const made = makeToken();
    expect(idIn(made.text)).toBe(made.id);
    expect(Buffer.from(made.text.split("_").slice(2).join("_"), "base64url")).toHaveLength(32);
    expect(makeToken().text).not.toBe(made.text);
  });

  test.each([
    "",
    "orb_",
    "orb_0123456789abcdef",
    "orb_0123456789ABCDEF_",
    "ghs_0123",
    `orb_${"0".repeat(60)}`,
  ])("%j is none", (text) => expect(idIn(text)).toBeNull());
});

test("a replaced token never lives longer than it would have", () => {
  fc.assert(
    fc.property(
      fc.option(fc.date({ noInvalidDate: true })),
      fc.nat({ max: 604_800_000 }),
      (expiresAt, overlapMs) => {
        const end = endOfReplaced({ expiresAt }, new Date(NOW.getTime() + overlapMs));
        expect(end.getTime()).toBe(
          Math.min(expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, NOW.getTime() + overlapMs),
        );
      },
    ),
  );
});
