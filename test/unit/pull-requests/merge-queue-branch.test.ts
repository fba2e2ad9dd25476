import { expect, test } from "@jest/globals";
import { mergeQueueNumber } from "../../../src/pull-requests/intake/rules/merge-queue-branch.ts";

const SHA = "929f8209d40f77f4abc622a499c93a83babdbe64";

test.each([
  [`refs/heads/gh-readonly-queue/main/pr-104-${SHA}`, 104],
  [`refs/heads/gh-readonly-queue/release/2.x/pr-7-${SHA}`, 7],
  [`refs/heads/gh-readonly-queue/pr-1-x/pr-2-${SHA}`, 2],
  [`refs/heads/gh-readonly-queue/main/pr-0-${SHA}`, null],
  [`refs/heads/main/pr-104-${SHA}`, null],
  ["refs/heads/gh-readonly-queue/main/pr-104", null],
  ["", null],
])("%s ends with %j", (ref, number) => {
  expect(mergeQueueNumber(ref)).toBe(number);
});
