import { LastAnswer } from "../../../src/github/wire/last-answer.ts";
import { expect, test } from "../../support/testing.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const after = (...answers: readonly Readonly<Record<string, unknown>>[]) => {
  const last = new LastAnswer(() => NOW);
  for (const headers of answers) last.note(headers);
  return last.facts;
};

test("before the first answer nothing is known", () => {
  expect(after()).toEqual({ clockAheadSeconds: null, requestsLeft: null });
});

test.each([
  ["Sat, 28 Nov 2026 12:00:00 GMT", 0],
  ["Sat, 28 Nov 2026 11:58:00 GMT", 120],
  ["Sat, 28 Nov 2026 12:01:30 GMT", -90],
])("GitHub's date %s: our clock is %d s ahead", (date, clockAheadSeconds) => {
  expect(after({ date })).toMatchObject({ clockAheadSeconds });
});

test("an answer without these headers, as of a proxy, changes nothing that is known", () => {
  const known = { date: "Sat, 28 Nov 2026 12:00:00 GMT", "x-ratelimit-remaining": "4987" };
  expect(after(known, {}, { date: "yesterday", "x-ratelimit-remaining": "many" })).toEqual({
    clockAheadSeconds: 0,
    requestsLeft: 4_987,
  });
});
