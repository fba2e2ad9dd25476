import { holdsForMs } from "../../../../src/workspaces/hosts/rules/read-again.ts";
import { expect, test } from "../../../support/testing.ts";

test.each([
  { readingMs: 0, minutes: 5 },
  { readingMs: 14, minutes: 5 },
  { readingMs: 150, minutes: 50 },
  { readingMs: 60_000, minutes: 360 },
])("what took $readingMs ms to read holds for $minutes minutes", ({ readingMs, minutes }) => {
  expect(holdsForMs(readingMs)).toBe(minutes * 60_000);
});
