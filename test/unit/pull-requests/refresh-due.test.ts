import { describe, expect, test } from "@jest/globals";
import {
  dependsOnChecks,
  describedAs,
  type DescribedFor,
  refreshDue,
} from "../../../src/pull-requests/publish/rules/refresh-due.ts";

const NOW: DescribedFor = describedAs({
  headSha: "a".repeat(40),
  base: "main",
  checks: "pending",
  siblings: [],
  conflicting: false,
});
const QUIET = { body: "", asked: false };
const SIBLING = {
  repository: "octo/world",
  number: 3,
  url: "https://github.example/octo/world/pull/3",
  state: "open" as const,
  checks: null,
  review: null,
};

describe("a description is written anew", () => {
  test.each<{ when: string; before?: Partial<DescribedFor>; told?: Partial<typeof QUIET>; because: string }>([
    { when: "for a new head", before: { headSha: "b" }, because: "The head is now aaaaaaa" },
    { when: "for another base", before: { base: "old" }, because: "The base is now main" },
    {
      when: "for other news of checks",
      before: { checks: "failed" },
      because: "The result of its checks changed",
    },
    {
      when: "for news of a sibling",
      before: { siblings: JSON.stringify([SIBLING]) },
      because: "Another pull request of its change set changed",
    },
    {
      when: "for a conflict that is gone",
      before: { conflicting: true },
      because: "Its mergeability changed",
    },
    { when: "where somebody asks", told: { asked: true }, because: "Somebody asked for it" },
    {
      when: "where a box is ticked",
      told: { body: "Mine.\r\n- [X] <!-- orb:rewrite:summary --> Regenerate this section\r\n" },
      because: "Somebody ticked a box to regenerate a section",
    },
  ])("$when", ({ before = {}, told = {}, because }) => {
    expect(refreshDue({ ...NOW, ...before }, NOW, { ...QUIET, ...told })).toBe(because);
  });
});

describe("it is left as it is", () => {
  test.each([
    { when: "where nothing has changed", body: "" },
    {
      when: "where the box is not ticked",
      body: "- [ ] <!-- orb:rewrite:summary --> Regenerate this section",
    },
    { when: "where somebody quotes a ticked box", body: "> - [x] <!-- orb:rewrite:summary --> Write" },
  ])("$when", ({ body }) => {
    expect(refreshDue(NOW, NOW, { body, asked: false })).toBeNull();
  });

  test("while checks begin and go on: only their end is news", () => {
    const before = describedAs({
      headSha: NOW.headSha,
      base: "main",
      checks: "none",
      siblings: [],
      conflicting: false,
    });
    expect(refreshDue(before, NOW, QUIET)).toBeNull();
  });
});

test.each([
  { claims: [], required: [], depends: false },
  { claims: [{ kind: "tests" as const, text: "Pass" }], required: [], depends: true },
  { claims: [], required: ["unit tests"], depends: true },
])("with $claims and $required it speaks of checks: $depends", ({ claims, required, depends }) => {
  expect(dependsOnChecks({ claims }, required)).toBe(depends);
});
