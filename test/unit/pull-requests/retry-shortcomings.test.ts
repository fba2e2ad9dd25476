import { describe, expect, test } from "@jest/globals";
import { isWorthAnotherTry } from "../../../src/pull-requests/publish/rules/retry-shortcomings.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;

const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE_MS);
const shortOf = (code: string) => [{ code: "labels_permission_missing" }, { code }];

describe("what GitHub did not answer is tried again", () => {
  test.each([
    { times: 0, minutes: 0.9, is: false },
    { times: 0, minutes: 1, is: true },
    { times: 1, minutes: 1, is: false },
    { times: 1, minutes: 4, is: true },
    { times: 4, minutes: 255, is: false },
    { times: 4, minutes: 256, is: true },
    { times: 5, minutes: 100_000, is: false },
  ])("after $times tries and $minutes min: $is", ({ times, minutes, is }) => {
    const tried = { times, at: ago(minutes) };
    expect(isWorthAnotherTry(shortOf("reviewers_github_unavailable"), tried, NOW)).toBe(is);
  });

  test("once at least where it is not known when it was written", () => {
    expect(isWorthAnotherTry(shortOf("files_github_unavailable"), null, NOW)).toBe(true);
  });
});

test.each([
  { code: "description_unproved", is: true },
  { code: "labels_node_not_found", is: true },
  { code: "reviewers_not_found", is: false },
  { code: "reviewer_unknown", is: false },
  { code: "check_run_permission_missing", is: false },
])("$code may pass by itself: $is", ({ code, is }) => {
  expect(isWorthAnotherTry(shortOf(code), null, NOW)).toBe(is);
});
