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
      sampledInputs({ all: RUNS }),
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
      sampledInputs({ all: RUNS }),
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
      sampledInputs({ all: RUNS }),
    );
  });

  test("long patterns match what their meaning says", () => {
    const part = fc.constantFrom("a", "b", "?", "*", "[ab]", "[!a]");
    const long = fc.array(part, { minLength: 20, maxLength: 70 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(long, name, (parts, name) => {
        // Without two stars side by side, which mean more than one.
        const glob = parts.filter((part, index) => part !== "*" || parts[index - 1] !== "*");
        expect(matches(glob.join(""), name)).toBe(fitsByMeaning(glob, name));
      }),
      { numRuns: RUNS },
    );
  });

  /** Every beginning of the name that the first parts fit, part after part. */
  function fitsByMeaning(parts: readonly string[], name: string): boolean {
    let ends = new Set([0]);
    for (const part of parts) {
      const fits = (at: number) =>
        at < name.length &&
        (part === "?" || part === "[ab]" || (part === "[!a]" ? name[at] !== "a" : name[at] === part));
      const rests = (from: number) =>
        Array.from({ length: name.length - from + 1 }, (_, more) => from + more);
      ends = new Set([...ends].flatMap((at) => (part === "*" ? rests(at) : fits(at) ? [at + 1] : [])));
    }
    return ends.has(name.length);
  }

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
    ["(a+)+b", "aab", true],
    ["^(?:[a-z]+-)+\\d{1,3}$", "fix-the-bug-12", true],
    ["(?<a>b)", "abc", true],
    ["^[\\w.-]+/[^/]+$", "agent/x", true],
    ["^\\x61gent\\/", "agent/x", true],
    ["^(?i:AGENT)/", "agent/x", true],
    ["^agent[\\d]\\[:", "agent1[:", true],
  ])("%s matches %s: %s", (pattern, branch, fits) => {
    expect(compileBranchPattern(pattern)?.(branch)).toBe(fits);
  });

  test.each([
    "(.*)\\1",
    "(?=a)b",
    "(?<!a)b",
    "(",
    "[z-a]",
    "(?U)a",
    "[[:alpha:]]",
    "[]a]",
    "[^]a]",
    "\\Aa",
    "\\pL",
    "\\Qa\\E",
    "a".repeat(201),
  ])("%s is rejected", (pattern) => {
    expect(compileBranchPattern(pattern)).toBeNull();
  });

  const BRANCH = fc.string({ unit: fc.constantFrom(...Array.from("ab/-.1A")), maxLength: 20 });

  test("whatever pattern is accepted means the same as in JavaScript", () => {
    const signs = Array.from("ab/-.1A*+?()[]{}|^$\\,:w");
    const unit = fc.constantFrom(...signs, "(?:", ".*", "[a-z]", "\\d", "{1,2}");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), BRANCH, (pattern, branch) => {
        const test = compileBranchPattern(pattern);
        if (test) expect(test(branch)).toBe(new RegExp(pattern).test(branch));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    "^.*.*.*.*.*.*.*x$",
    "(a+)+b",
    "(a|a)*b",
    "(a*){5}b",
    "((a?){20}){20}b",
    `^${"(a|a)".repeat(35)}b`,
    `${"(a|".repeat(40)}a${")".repeat(40)}b`,
    "a{1,200}a{1,200}b",
    `${"a*".repeat(90)}b`,
  ])("%s takes no longer on a hostile branch than its length asks for", (pattern) => {
    const match = () => expect(compileBranchPattern(pattern)?.("a".repeat(100_000))).toBe(false);
    expect(effortOf(match, { atMost: 15 })).toBeLessThan(15);
  });
});
