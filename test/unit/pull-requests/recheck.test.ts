import { expect, test } from "@jest/globals";
import { recheckMs } from "../../../src/pull-requests/record/rules/recheck.ts";

const MINUTE_MS = 60_000;

test.each([
  { code: "on_hold", position: undefined, ms: 10 * MINUTE_MS },
  { code: "open_limit_reached", position: 1, ms: MINUTE_MS },
  { code: "open_limit_reached", position: 4, ms: 4 * MINUTE_MS },
  { code: "open_limit_reached", position: 5_000, ms: 15 * MINUTE_MS },
  { code: "no_changes", position: undefined, ms: null },
  { code: "toString", position: undefined, ms: null },
])("$code at place $position is looked at again after $ms ms", ({ code, position, ms }) => {
  expect(recheckMs(code, position)).toBe(ms);
});

test("five hundred that wait cost fewer looks in an hour than GitHub's limit of requests has room for", () => {
  const looks = Array.from({ length: 500 }, (_, index) => recheckMs("open_limit_reached", index + 1) ?? 0);
  expect(looks.reduce((sum, ms) => sum + (60 * MINUTE_MS) / ms, 0)).toBeLessThan(2_500);
});

test.each(["bot_disabled", "no_changes", "constructor", "__proto__", ""])(
  "what somebody has to mend is not: %j",
  (code) => {
    expect(recheckMs(code)).toBeNull();
  },
);
