import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isBranchName } from "../../../src/signals/rules/git-ref.ts";

const NAMES_TRIED = 300;
/** Everything that git minds, and some that it does not. */
const PIECES = [
  ...Array.from("ab0.-/@{}~^:?*[]\\\"'$;é𝒳\u00a0\u0001\u001f\u007f\u0085 \t\n"),
  "..",
  "//",
  "@{",
  "@{-1}",
  "@{u}",
  ".lock",
  "HEAD",
  "refs/heads/",
  "heads",
  "agent/x",
];

/** git itself, asked outside of any repository: within one, `@{-1}` is a branch that was checked out before. */
function gitTakes(name: string): boolean {
  const { status, error } = spawnSync("git", ["check-ref-format", "--branch", name], { cwd: tmpdir() });
  if (error) throw error;
  return status === 0;
}

test("a name is a branch name where git says so, but for @, which is git's short form of HEAD", () => {
  const nasty = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 });
  const names = nasty.map((pieces) => pieces.join("")).filter((name) => name !== "@");
  fc.assert(
    fc.property(names, (name) => {
      expect({ name, taken: isBranchName(name) }).toEqual({ name, taken: gitTakes(name) });
    }),
    { numRuns: NAMES_TRIED, examples: PIECES.filter((piece) => piece !== "@").map((piece) => [piece]) },
  );
});

test.each([
  ["agent/csv-export", true],
  ["feature/ünïcode-𝒳", true],
  ["dots.in.it", true],
  ["a/-b", true],
  ["refs/heads/x", true],
  ["@home", true],
  ["", false],
  ["nul\0byte", false],
  ["HEAD", false],
  ["@", false],
  ["heads/HEAD", true],
  ["-d", false],
  ["--force", false],
  ["../../etc/passwd", false],
  ["a..b", false],
  ["a b", false],
  ["a\nb", false],
  ["a/.hidden", false],
  ["a.lock", false],
  ["a.lock/b", false],
  ["a.", false],
  ["/a", false],
  ["a/", false],
  ["a//b", false],
  ["a@{1}", false],
  ["half-of-a-pair-\ud800", false],
])("of %j it says %s", (name, taken) => {
  expect(isBranchName(name)).toBe(taken);
});

test("a name may be as long as GitHub takes it, counted in bytes", () => {
  expect(isBranchName("a".repeat(244))).toBe(true);
  expect(isBranchName("a".repeat(245))).toBe(false);
  expect(isBranchName("é".repeat(122))).toBe(true);
  expect(isBranchName("é".repeat(123))).toBe(false);
});
