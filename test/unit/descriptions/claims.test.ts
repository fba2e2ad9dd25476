import { describe, expect, test } from "../../support/testing.ts";
import { type Claim, evidenceFor } from "../../../src/descriptions/rules/findings/claims.ts";
import { commitWarnings } from "../../../src/descriptions/rules/findings/commit-warnings.ts";
import { planConformance } from "../../../src/descriptions/rules/findings/plan-conformance.ts";
import type { CheckState } from "../../../src/github/facts/branch-rules.ts";
import { effortOf } from "../../support/effort.ts";
import { check } from "../github/check-state.ts";
import { file } from "./description-facts.ts";

describe("claims and checks", () => {
  test.each<{ kind: Claim["kind"]; name: string; relevant: boolean }>([
    { kind: "tests", name: "test", relevant: true },
    { kind: "tests", name: "CI / unit-tests (ubuntu-latest, 24)", relevant: true },
    { kind: "tests", name: "pytest", relevant: true },
    { kind: "tests", name: "runTests", relevant: true },
    { kind: "tests", name: "latest", relevant: false },
    { kind: "tests", name: "contest", relevant: false },
    { kind: "tests", name: "lint", relevant: false },
    { kind: "build", name: "Build and push image", relevant: true },
    { kind: "build", name: "typecheck", relevant: true },
    { kind: "build", name: "test", relevant: false },
    { kind: "lint", name: "lint-and-test", relevant: true },
    { kind: "lint", name: "oxfmt --check", relevant: true },
    { kind: "lint", name: "build", relevant: false },
    { kind: "tests", name: "ci", relevant: true },
    { kind: "build", name: "All checks", relevant: true },
    { kind: "other", name: "ci", relevant: false },
    { kind: "other", name: "test", relevant: false },
    { kind: "tests", name: "", relevant: false },
    { kind: "tests", name: `${"x".repeat(300)} test`, relevant: false },
  ])("a check called $name says something about $kind: $relevant", ({ kind, name, relevant }) => {
    expect(evidenceFor(kind, [check(name, "passed")])).toEqual(
      relevant ? { state: "confirmed", checks: [name] } : { state: "none", checks: [] },
    );
  });

  test.each<{ when: string; checks: CheckState[]; state: string; named: string[] }>([
    { when: "there is no check", checks: [], state: "none", named: [] },
    {
      when: "all relevant checks passed",
      checks: [check("test a", "passed"), check("test b", "passed"), check("lint", "failed")],
      state: "confirmed",
      named: ["test a", "test b"],
    },
    {
      when: "one of them failed, and the others passed or run",
      checks: [check("test a", "passed"), check("test b", "failed"), check("test c", "pending")],
      state: "contradicted",
      named: ["test b"],
    },
    {
      when: "one of them timed out",
      checks: [check("test", "failed", { conclusion: "timed_out" })],
      state: "contradicted",
      named: ["test"],
    },
    {
      when: "one of them is still running",
      checks: [check("test a", "passed"), check("test b", "pending")],
      state: "running",
      named: ["test b"],
    },
    {
      when: "one of them was cancelled, which is no result",
      checks: [check("test a", "passed"), check("test b", "failed", { conclusion: "cancelled" })],
      state: "inconclusive",
      named: ["test b"],
    },
    {
      when: "the only one was skipped, which GitHub counts as passed",
      checks: [check("test", "passed", { conclusion: "skipped" })],
      state: "inconclusive",
      named: ["test"],
    },
    {
      when: "a commit status failed, which has no conclusion",
      checks: [{ ...check("test", "passed"), conclusion: null }],
      state: "confirmed",
      named: ["test"],
    },
    {
      when: "a check of everything failed and one of tests passed: the failure can have another reason",
      checks: [check("ci", "failed"), check("test", "passed")],
      state: "confirmed",
      named: ["test"],
    },
  ])("a claim about tests is $state if $when", ({ checks, state, named }) => {
    expect(evidenceFor("tests", checks)).toEqual({ state, checks: named });
  });
});

describe("plan and change", () => {
  const ALL_KNOWN = { complete: true };
  /** About ten times the usual cost, so that only a cost that multiplies is found. */
  const EFFORT_MAX = 60;

  /** The areas that contain a file with this path. */
  function areasOf(path: string, areas: readonly string[]): string[] {
    const { untouched = [] } = planConformance(areas, [file(path)], ALL_KNOWN) ?? {};
    return areas.filter((area) => !untouched.includes(area));
  }

  test.each([
    { area: "src/**", path: "src/a/b.ts", within: true },
    { area: "src/**", path: "test/a.ts", within: false },
    { area: "src/*", path: "src/a/b.ts", within: false },
    { area: "**/*.ts", path: "a.ts", within: true },
    { area: "*.spec.*", path: "a.spec.ts", within: true },
    { area: "src/**/__tests__/**", path: "src/a/__tests__/b.ts", within: true },
    { area: "**/*.{ts,tsx}", path: "src/a.tsx", within: true },
    { area: ".github/**", path: ".github/workflows/ci.yml", within: true },
    { area: "**", path: ".github/workflows/ci.yml", within: true },
    { area: "README.md", path: "README.md", within: true },
    { area: "src", path: "src/a/b.ts", within: true },
    { area: "src/", path: "src/a/b.ts", within: true },
    { area: "./src/**", path: "src/a.ts", within: true },
    { area: "/src/**", path: "src/a.ts", within: true },
    { area: "src", path: "srcs/a.ts", within: false },
  ])("$path lies in $area: $within", ({ area, path, within }) => {
    expect(areasOf(path, [area])).toEqual(within ? [area] : []);
  });

  test("untouched areas and unplanned files are named, the largest first", () => {
    const files = [
      file("src/a.ts"),
      file("extra/small.ts", { additions: 1 }),
      file("extra/large.ts", { additions: 9 }),
      file("package-lock.json", { generated: true, additions: 99 }),
      file("vendor/x.js", { vendored: true, additions: 99 }),
    ];
    const { untouched, unplanned } = planConformance(["src/**", "docs/**"], files, ALL_KNOWN) ?? {};
    expect(untouched).toEqual(["docs/**"]);
    expect(unplanned?.map(({ path }) => path)).toEqual(["extra/large.ts", "extra/small.ts"]);
  });

  test("a lock file touches the area that names it, and a moved file touches its old area", () => {
    const files = [
      file("package-lock.json", { generated: true }),
      file("src/new.ts", { status: "renamed", previousPath: "old/a.ts" }),
    ];
    expect(planConformance(["package-lock.json", "old/**", "src/**"], files, ALL_KNOWN)).toMatchObject({
      untouched: [],
      unplanned: [],
    });
  });

  test("a plan without comparable areas gives no result", () => {
    expect(planConformance([], [file("a")], ALL_KNOWN)).toBeNull();
    expect(planConformance(["+(a|b)", "x".repeat(201)], [file("a")], ALL_KNOWN)).toBeNull();
  });

  describe("what is not compared is reported:", () => {
    test("areas that are unreadable, too long, negated or too many", () => {
      const unreadable = ["+(a|b)", "[z-a]", "!docs/**", `{${"a,".repeat(50)}b}`, "x".repeat(201)];
      const many = Array.from({ length: 21 }, (_, index) => `a${index}/**`);
      expect(planConformance(["src/**", ...unreadable], [file("a")], ALL_KNOWN)?.notCompared).toBe(5);
      expect(planConformance(many, [file("a")], ALL_KNOWN)?.notCompared).toBe(1);
    });

    test("unknown files", () => {
      expect(planConformance(["src/**"], [file("a")], { complete: false })?.partial).toBe(true);
    });

    test("the smallest files, if there is no time for all", () => {
      const files = ["b", ...Array<string>(3_000).fill("a".repeat(250))].map((path) =>
        file(path, { additions: path.length }),
      );
      expect(planConformance(["b", "*a?".repeat(60)], files, ALL_KNOWN)).toMatchObject({
        untouched: expect.arrayContaining(["b"]),
        partial: true,
      });
    });

    test("but 3 000 files are all compared with 20 ordinary areas", () => {
      const areas = Array.from({ length: 20 }, (_, index) => `packages/part-${index}/src/**/*.{ts,tsx}`);
      const files = Array.from({ length: 3_000 }, (_, index) =>
        file(`packages/part-${index % 20}/src/components/file-${index}.ts`),
      );
      expect(planConformance(areas, files, ALL_KNOWN)).toMatchObject({
        untouched: [],
        unplanned: [],
        partial: false,
      });
    });
  });

  test.each([
    ["a glob of many stars", "*a?".repeat(60), "a".repeat(200)],
    ["a long path at any depth", `**/${"a/".repeat(90)}b`, "a/".repeat(2_000)],
    ["a glob of many folders at any depth", "**/*a?b*/".repeat(20), "aab/".repeat(1_000)],
    ["a glob of many alternatives", `{${"*?aab,".repeat(30)}x}`, "a".repeat(255)],
  ])("%s has a bounded cost", (_what, area, path) => {
    const areas = Array.from({ length: 20 }, (_, index) => `${area}${index}`);
    const files = Array.from({ length: 3_000 }, (_, index) => file(`${path}${index}`));
    const compare = () => expect(planConformance(areas, files, ALL_KNOWN)).not.toBeNull();
    expect(effortOf(compare, { atMost: EFFORT_MAX })).toBeLessThan(EFFORT_MAX);
  });
});

describe("warnings about commits", () => {
  const SHA = "abcdef1234567890abcdef1234567890abcdef12";
  const ABOUT = { ownIssues: [3], intoDefault: true, owner: "Octo" };

  test.each<{ message: string; closes?: string[]; mentions?: string[] }>([
    { message: "Add an export" },
    { message: "Add an export\n\nFixes #9", closes: ["Fixes #9"] },
    { message: "closes: #9 and resolved  octo/other#4", closes: ["closes: #9", "resolved octo/other#4"] },
    { message: "fix GH-9", closes: ["fix GH-9"] },
    {
      message: "Close https://github.com/octo/other/issues/12",
      closes: ["Close https://github.com/octo/other/issues/12"],
    },
    { message: "Fixes #3, which is the project's own" },
    { message: "Fixes GH-3, which is the project's own" },
    { message: "prefixes #9 and #9 alone close nothing" },
    { message: "fix: #9", closes: ["fix: #9"] },
    { message: "Thanks to @octocat and @octo/team.", mentions: ["@octocat", "@octo/team"] },
    { message: "Update @types/node and @octocat/kit" },
    { message: "@octocat @octocat", mentions: ["@octocat"] },
    { message: "Mail a@b.co, use foo/@types or @" },
    { message: "Add\n\nCo-authored-by: A <a@b.co> @octocat\nSigned-off-by: @octocat" },
  ])("$message", ({ message, closes = [], mentions = [] }) => {
    const expected = closes.length + mentions.length > 0 ? [{ sha: "abcdef1", closes, mentions }] : [];
    expect(commitWarnings([{ sha: SHA, message }], ABOUT)).toEqual(expected);
  });

  test("if the base is not the default branch, GitHub closes nothing but still mentions people", () => {
    const commits = [{ sha: SHA, message: "Fixes #9, for @octocat" }];
    expect(commitWarnings(commits, { ...ABOUT, intoDefault: false })).toEqual([
      { sha: "abcdef1", closes: [], mentions: ["@octocat"] },
    ]);
  });

  test("a warning about a commit has a bounded length, and so has the part that is read", () => {
    const references = Array.from({ length: 8 }, (_, index) => `fixes #${index + 10}`);
    const [warning] = commitWarnings([{ sha: SHA, message: references.join(" ") }], ABOUT);
    expect(warning?.closes).toEqual(references.slice(0, 5));
    expect(commitWarnings([{ sha: SHA, message: `${"x ".repeat(2_000)}fixes #9` }], ABOUT)).toEqual([]);
  });

  test.each(["fixes ", "close a/", "@a", "@a/", "fix https://a.b/c/d/issues/", "a".repeat(100), " @"])(
    "a message that repeats %j is cheap to read",
    (piece) => {
      const message = piece.repeat(4_000);
      const commits = Array.from({ length: 250 }, () => ({ sha: SHA, message }));
      expect(effortOf(() => commitWarnings(commits, ABOUT), { atMost: 75 })).toBeLessThan(75);
    },
  );
});
