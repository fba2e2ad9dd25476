import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import ignore from "ignore";
import picomatch from "picomatch";
import { compileBranchPattern } from "../../../src/changes/rules/branch-pattern.ts";
import {
  compileGitPattern,
  compileGitPatterns,
  compileGlob,
  compileGlobs,
  segmentsOf,
} from "../../../src/changes/rules/globs.ts";
import { effortOf } from "../../support/effort.ts";

describe("globs", () => {
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
  ])("%s matches %s: %s", (glob, path, fits) => {
    expect(matches(glob, path)).toBe(fits);
  });

  test.each(["+(a|b)", "a/!(b).ts", "[[:alpha:]]", "[z-a]", "{a,b}".repeat(6)])(
    "%s is rejected instead of misread",
    (glob) => {
      expect(compileGlob(glob)).toBeNull();
    },
  );

  test("the last matching glob decides, and unreadable globs are named", () => {
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
  // `..` and `.` are not names; libraries give them a meaning, and also a run of stars between letters.
  const wildSegment = wild.filter((name) => !/^[.?]{1,2}$/.test(name) && !name.includes("**"));
  const pattern = fc
    .array(fc.oneof({ weight: 3, arbitrary: wildSegment }, { weight: 1, arbitrary: fc.constant("**") }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join("/"));

  test("globs agree with picomatch about every file in a folder", () => {
    fc.assert(
      fc.property(pattern, path, (glob, path) => {
        // picomatch requires something after a final dot, as in `a.`; minimatch and this do not.
        fc.pre(!/\.(?:\/|$)/.test(path));
        // In picomatch, `a/**` also matches the file `a`; not in minimatch and here.
        fc.pre(!glob.endsWith("/**") || !picomatch.isMatch(path, glob.slice(0, -3), { dot: true }));
        expect(matches(glob, path)).toBe(picomatch.isMatch(path, glob, { dot: true }));
      }),
      sampledInputs(RUNS),
    );
  });

  const gitPattern = fc
    .tuple(fc.boolean(), pattern, fc.boolean())
    .map(([anchored, body, folder]) => `${anchored ? "/" : ""}${body}${folder ? "/" : ""}`);

  test("globs agree with a .gitignore library about every path", () => {
    fc.assert(
      fc.property(gitPattern, path, (pattern, path) => {
        const fits = compileGitPattern(pattern, { below: true })?.(segmentsOf(path));
        expect(fits).toBe(ignore({ ignorecase: false }).add(pattern).ignores(path));
      }),
      sampledInputs(RUNS),
    );
  });

  test("many patterns together match what each of them matches", () => {
    const simple = fc.constantFrom("a.b", "*.b", "*.a-b", "b/", "a*", "/a", "**/a/b", "-");
    fc.assert(
      fc.property(fc.array(simple), path, (patterns, path) => {
        const alone = patterns.some((pattern) =>
          compileGitPattern(pattern, { below: true })?.(segmentsOf(path)),
        );
        // This is the name of a file; a folder's name ends with a slash.
        fc.pre(
          !path
            .split("/")
            .slice(0, -1)
            .some((name) => /^(?:-|.*\.(?:b|a-b))$/.test(name)),
        );
        expect(compileGitPatterns(patterns)(segmentsOf(path))).toBe(alone);
      }),
      sampledInputs(RUNS),
    );
  });

  test("hostile patterns on hostile paths are as cheap as ordinary ones", () => {
    const stars = compileGlob(`${"*a".repeat(140)}b`);
    const folders = compileGlob(`${"**/a/".repeat(59)}b`);
    const long = segmentsOf("a".repeat(4_000));
    const deep = segmentsOf("a/".repeat(2_000));
    // A regular expression would need longer than the universe has existed.
    const match = () => expect([stars?.(long), folders?.(deep)]).toEqual([false, false]);
    expect(effortOf(match, { atMost: 75 })).toBeLessThan(75);
  });
});

describe("patterns of branch names", () => {
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
  ])("%s matches %s: %s", (pattern, branch, fits) => {
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
  ])("%s is rejected", (pattern) => {
    expect(compileBranchPattern(pattern)).toBeNull();
  });

  test("the most expensive accepted patterns are cheap to match", () => {
    const match = () => {
      for (const pattern of ["^[a]*[a]*a*b", "a+a+b", "(a|a)a+b"]) {
        expect(compileBranchPattern(pattern)?.("a".repeat(100_000))).toBe(false);
      }
    };
    expect(effortOf(match, { atMost: 75 })).toBeLessThan(75);
  });
});
