import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import ignore from "ignore";
import picomatch from "picomatch";
import {
  compileGitPattern,
  compileGitPatterns,
  compileGlob,
  compileGlobs,
  segmentsOf,
} from "../../../src/changes/rules/globs.ts";
import { effortOf } from "../../support/effort.ts";

const RUNS = 5_000;

function matches(glob: string, path: string): boolean | undefined {
  return compileGlob(glob)?.(segmentsOf(path));
}

test.each<[glob: string, path: string, fits: boolean]>([
  ["**", "a/b.ts", true],
  ["**/*", ".github/a.yml", true],
  ["*", "a/b", false],
  ["*", ".env", true],
  ["src/**", "src/a/b.ts", true],
  ["src/**", "src", false],
  ["src/**/b.ts", "src/b.ts", true],
  ["src/**/b.ts", "src/x/y/b.ts", true],
  ["a/**/b/**/c", "a/x/b/y/b/c", true],
  ["**/*.test.{ts,tsx}", "a/b.test.tsx", true],
  ["{src,lib/{a,b}}/**", "lib/b/c.ts", true],
  ["{src,lib/{a,b}}/**", "lib/c/c.ts", false],
  ["{a}", "{a}", true],
  ["a{b", "a{b", true],
  ["\\{a,b}", "{a,b}", true],
  ["[a-c]?[!x].ts", "bzy.ts", true],
  ["[a-c]?[!x].ts", "bzx.ts", false],
  ["[\\d].ts", "d.ts", true],
  ["[\\d].ts", "1.ts", false],
  ["a[.ts", "a[.ts", true],
  ["\\*.ts", "a.ts", false],
  ["\\*.ts", "*.ts", true],
  ["!docs/**", "src/a", true],
  ["!docs/**", "docs/a", false],
  ["!!docs/**", "docs/a", true],
  ["SRC/**", "src/a", false],
  ["a.b", "axb", false],
])("that %s fits %s is %s", (glob, path, fits) => {
  expect(matches(glob, path)).toBe(fits);
});

test.each(["+(a|b)", "a/!(b).ts", "[[:alpha:]]", "[z-a]", "{a,b}".repeat(6)])(
  "%s is not read, instead of being read as something else",
  (glob) => {
    expect(compileGlob(glob)).toBeNull();
  },
);

test("of several globs the last that fits decides, and those that can't be read are named", () => {
  const { test: inside, unreadable } = compileGlobs(["src/**", "!src/gen/**", "+(a)", "src/gen/keep.ts"]);
  const fitting = ["src/a.ts", "src/gen/a.ts", "src/gen/keep.ts", "docs/a.md"].filter((path) =>
    inside(segmentsOf(path)),
  );
  expect(fitting).toEqual(["src/a.ts", "src/gen/keep.ts"]);
  expect(unreadable).toEqual(["+(a)"]);
});

const segment = fc.string({ unit: fc.constantFrom("a", "b", ".", "-"), minLength: 1, maxLength: 4 });
const realSegment = segment.filter((name) => !/^\.{1,2}$/.test(name));
const path = fc.array(realSegment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
const wild = fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "*", "?"), minLength: 1, maxLength: 4 });
// `..` and `.` are no names; libraries give them a meaning, and a run of stars between letters.
const wildSegment = wild.filter((name) => !/^[.?]{1,2}$/.test(name) && !name.includes("**"));
const pattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: wildSegment }, { weight: 1, arbitrary: fc.constant("**") }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join("/"));

test("it agrees with picomatch about every file in a folder", () => {
  fc.assert(
    fc.property(pattern, path, (glob, path) => {
      // picomatch wants something behind a last dot, as in `a.`; minimatch and this do not.
      fc.pre(!/\.(?:\/|$)/.test(path));
      // picomatch lets `a/**` take the file `a` too; minimatch and this do not.
      fc.pre(!glob.endsWith("/**") || !picomatch.isMatch(path, glob.slice(0, -3), { dot: true }));
      expect(matches(glob, path)).toBe(picomatch.isMatch(path, glob, { dot: true }));
    }),
    { numRuns: RUNS },
  );
});

const gitPattern = fc
  .tuple(fc.boolean(), pattern, fc.boolean())
  .map(([anchored, body, folder]) => `${anchored ? "/" : ""}${body}${folder ? "/" : ""}`);

test("it agrees with a reader of .gitignore about every path", () => {
  fc.assert(
    fc.property(gitPattern, path, (pattern, path) => {
      const fits = compileGitPattern(pattern, { below: true })?.(segmentsOf(path));
      expect(fits).toBe(ignore({ ignorecase: false }).add(pattern).ignores(path));
    }),
    { numRuns: RUNS },
  );
});

test("many patterns at once are as each of them alone", () => {
  const simple = fc.constantFrom("a.b", "*.b", "*.a-b", "b/", "a*", "/a", "**/a/b", "-");
  fc.assert(
    fc.property(fc.array(simple), path, (patterns, path) => {
      const alone = patterns.some((pattern) =>
        compileGitPattern(pattern, { below: true })?.(segmentsOf(path)),
      );
      // A name is a file's; that of a folder ends in a slash.
      fc.pre(
        !path
          .split("/")
          .slice(0, -1)
          .some((name) => /^(?:-|.*\.(?:b|a-b))$/.test(name)),
      );
      expect(compileGitPatterns(patterns)(segmentsOf(path))).toBe(alone);
    }),
    { numRuns: RUNS },
  );
});

test("hostile patterns on hostile paths take little effort, as honest ones do", () => {
  const stars = compileGlob(`${"*a".repeat(140)}b`);
  const folders = compileGlob(`${"**/a/".repeat(59)}b`);
  const long = segmentsOf("a".repeat(4_000));
  const deep = segmentsOf("a/".repeat(2_000));
  // A regular expression would be at it for longer than the universe is old.
  const match = () => expect([stars?.(long), folders?.(deep)]).toEqual([false, false]);
  expect(effortOf(match, { atMost: 75 })).toBeLessThan(75);
});
