import { expect, test } from "../../../support/testing.ts";
import { mayBeForgotten } from "../../../../src/pull-requests/plan/rules/may-be-forgotten.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));

test.each<{ what: string; committed: Date | null; removed: Date | null; may: boolean }>([
  { what: "no record was ever removed", committed: at(0), removed: null, may: false },
  { what: "it was committed before the last removal", committed: at(0), removed: at(20), may: true },
  { what: "it was committed after the last removal", committed: at(30), removed: at(20), may: false },
  { what: "a clock that is ahead may be the reason for that", committed: at(23), removed: at(20), may: true },
  { what: "nobody knows when it was committed", committed: null, removed: at(20), may: true },
])("whether a head may have had a pull request that is forgotten: $what", ({ committed, removed, may }) => {
  expect(mayBeForgotten({ headSha: "1".repeat(40), headCommittedAt: committed }, removed)).toBe(may);
});

test("a branch without commits of its own has no pull request", () => {
  expect(mayBeForgotten({ headSha: null, headCommittedAt: null }, at(20))).toBe(false);
});
