import { expect, test } from "@jest/globals";
import { compileBranchPattern } from "../../../src/changes/rules/branch-pattern.ts";
import { effortOf } from "../../support/effort.ts";

test.each<[pattern: string, branch: string, fits: boolean]>([
  ["feature", "my-feature/x", true],
  ["^feature", "my-feature/x", false],
  ["^(feature|fix)/.*", "fix/x", true],
  ["^(feature|fix)/.*$", "docs/x", false],
  ["^v?\\d+\\.\\d+\\.\\d+$", "v1.22.333", true],
  ["^release-[0-9]{1,4}$", "release-12", true],
  ["[*+?(]", "a*b", true],
  ["^[A-Z]+-[0-9]+-.*", "ORB-12-labels", true],
  ["a.*?b", "axxb", true],
  ["\\(\\)\\*", "()*", true],
])("that %s fits %s is %s", (pattern, branch, fits) => {
  expect(compileBranchPattern(pattern)?.(branch)).toBe(fits);
});

test.each([
  "(a+)+b",
  "(a|a)*b",
  "(a*){5}",
  "(.*)\\1",
  "(?=a)b",
  "(?<a>b)",
  ".*a.*a.*a.*b",
  "^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaaaaaaa",
  `^${"(a|a)".repeat(30)}b`,
  "(",
  "[z-a]",
  "a".repeat(201),
])("%s is not taken", (pattern) => {
  expect(compileBranchPattern(pattern)).toBeNull();
});

test("the worst that is taken takes little effort", () => {
  const match = () => {
    for (const pattern of ["^[a]*[a]*a*b", "a+a+b", "(a|a)a+b"]) {
      expect(compileBranchPattern(pattern)?.("a".repeat(100_000))).toBe(false);
    }
  };
  expect(effortOf(match, { atMost: 75 })).toBeLessThan(75);
});
