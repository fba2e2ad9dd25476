import { describe, expect, test } from "@jest/globals";
import { planConformance } from "../../src/pull-requests/rules/plan-conformance.ts";
import { file } from "./description-facts.ts";

const ALL_KNOWN = { complete: true };

/** The areas that a file of this path lies in. */
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
])("that $path lies in $area is $within", ({ area, path, within }) => {
  expect(areasOf(path, [area])).toEqual(within ? [area] : []);
});

test("areas that nothing touches and files that nobody planned are named, the largest first", () => {
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

test("a lock file touches the area that names it, and a file that is moved the one that it leaves", () => {
  const files = [
    file("package-lock.json", { generated: true }),
    file("src/new.ts", { status: "renamed", previousPath: "old/a.ts" }),
  ];
  expect(planConformance(["package-lock.json", "old/**", "src/**"], files, ALL_KNOWN)).toMatchObject({
    untouched: [],
    unplanned: [],
  });
});

test("a plan without areas, or of areas that can't be compared, says nothing", () => {
  expect(planConformance([], [file("a")], ALL_KNOWN)).toBeNull();
  expect(planConformance(["+(a|b)", "x".repeat(201)], [file("a")], ALL_KNOWN)).toBeNull();
});

describe("what is not compared is said:", () => {
  test("areas that are too involved, or too many", () => {
    const involved = ["*(a)*", "**/a/**/b/**/c", "a*b*c*", "{a,b}/{c,d}", "x".repeat(201)];
    const many = Array.from({ length: 21 }, (_, index) => `a${index}/**`);
    expect(planConformance(["src/**", ...involved], [file("a")], ALL_KNOWN)?.notCompared).toBe(5);
    expect(planConformance(many, [file("a")], ALL_KNOWN)?.notCompared).toBe(1);
  });

  test.each([
    { name: "a list of files that is cut", files: [file("a")], complete: false },
    { name: "more than 500 files", files: Array.from({ length: 501 }, () => file("a")), complete: true },
    { name: "a path that is too long", files: [file("a".repeat(201))], complete: true },
  ])("$name", ({ files, complete }) => {
    expect(planConformance(["src/**"], files, { complete })?.partial).toBe(true);
  });

  test("500 files that are all known are all compared", () => {
    const files = Array.from({ length: 500 }, () => file("a"));
    expect(planConformance(["src/**"], files, ALL_KNOWN)).toMatchObject({ partial: false });
  });
});

test.each([
  ["**/a/**/a", "a/".repeat(100)],
  ["*a*b/c", "a".repeat(199)],
  ["**/*a*/*a*", "a/".repeat(100)],
  ["**/*.test.*", "a.test.".repeat(28)],
])("the worst that %s can do takes no time to speak of", (area, path) => {
  const areas = Array.from({ length: 500 }, (_, index) => `${area}${index}`);
  const files = Array.from({ length: 3_000 }, (_, index) => file(`${path.slice(0, 195)}${index}`));
  const startedAt = performance.now();
  expect(planConformance(areas, files, ALL_KNOWN)).not.toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(500);
});
