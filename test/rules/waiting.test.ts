import { expect, test } from "@jest/globals";
import { recheckMs } from "../../src/pull-requests/rules/waiting.ts";

test.each([
  ["on_hold", 600_000],
  ["open_limit_reached", 60_000],
])("what ends by itself is looked at again: %s after %i ms", (code, waitMs) => {
  expect(recheckMs(code)).toBe(waitMs);
});

test.each(["bot_disabled", "no_changes", "constructor", "__proto__", ""])(
  "what somebody has to mend is not: %j",
  (code) => {
    expect(recheckMs(code)).toBeNull();
  },
);
