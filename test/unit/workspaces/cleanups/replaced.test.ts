import { whatWasReplaced } from "../../../../src/workspaces/cleanups/rules/replaced.ts";
import { expect, test } from "../../../support/testing.ts";

const NOW = new Date("2026-12-01T12:00:00Z");
const EARLIER = new Date("2026-12-01T11:00:00Z");
const LATER = new Date("2026-12-24T18:00:00Z");

test.each([
  [{ at: LATER }, {}, "This replaces what ines scheduled: `at` was 2026-12-24T18:00:00.000Z."],
  [{}, { at: LATER }, "This replaces what ines scheduled: `at` was 2026-12-01T11:00:00.000Z."],
  [{ unpushed: "archive" }, {}, "This replaces what ines scheduled: `unpushed` was archive."],
  [
    { at: LATER, unpushed: "archive" },
    { unpushed: "discard" },
    "This replaces what ines scheduled: `at` was 2026-12-24T18:00:00.000Z, and `unpushed` was archive.",
  ],
  [{ at: LATER, unpushed: "archive" }, { at: LATER, unpushed: "archive" }, null],
  // Both meant "now".
  [{}, { at: NOW }, null],
] as const)("of %j by %j: %s", (before, after, expected) => {
  const known = { at: EARLIER, unpushed: "keep", by: "ines", ...before } as const;
  expect(whatWasReplaced(known, { at: NOW, unpushed: "keep", ...after }, NOW)).toBe(expected);
});
