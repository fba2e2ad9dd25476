import { expect, test } from "@jest/globals";
import { mergedNumber } from "../../../src/pull-requests/intake/rules/merged-number.ts";

test.each([
  ["Merge pull request #12 from octo/agent/greeting\n\nGreet", 12],
  ["Greet politely (#7)", 7],
  ["Greet politely (#7)\n\nCo-authored-by: Mona", 7],
  ["Revert what #3 did (#41)", 41],
  ["Greet", null],
  ["See (#7) for more", null],
  ["Greet\n\nMerge pull request #12 from octo/x", null],
  ["Greet (#0)", null],
  [`Greet (#${"9".repeat(20)})`, null],
  [`${"x".repeat(2_000)} (#7)`, null],
  ["", null],
])("%j names %j", (message, number) => {
  expect(mergedNumber(message)).toBe(number);
});
