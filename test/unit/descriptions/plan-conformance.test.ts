import { describe, expect, test } from "@jest/globals";
import { planConformance } from "../../../src/descriptions/rules/plan-conformance.ts";
import { file } from "./description-facts.ts";
import { effortOf } from "../../support/effort.ts";

const ALL_KNOWN = { complete: true };
/** Some ten times what it takes: this is to find a cost that multiplies. */
const EFFORT_MAX = 60;

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
  test("areas that can't be read, that are too long, that say what is not meant, or that are too many", () => {
    const unreadable = ["+(a|b)", "[z-a]", "!docs/**", `{${"a,".repeat(50)}b}`, "x".repeat(201)];
    const many = Array.from({ length: 21 }, (_, index) => `a${index}/**`);
    expect(planConformance(["src/**", ...unreadable], [file("a")], ALL_KNOWN)?.notCompared).toBe(5);
    expect(planConformance(many, [file("a")], ALL_KNOWN)?.notCompared).toBe(1);
  });

  test("files that are not known", () => {
    expect(planConformance(["src/**"], [file("a")], { complete: false })?.partial).toBe(true);
  });

  test("files for which there is no time, the smallest", () => {
    const files = ["b", ...Array<string>(3_000).fill("a".repeat(250))].map((path) =>
      file(path, { additions: path.length }),
    );
    expect(planConformance(["b", "*a?".repeat(60)], files, ALL_KNOWN)).toMatchObject({
      untouched: expect.arrayContaining(["b"]),
      partial: true,
    });
  });

  test("but 3 000 files are all compared with 20 areas as people write them", () => {
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
  ["many stars", "*a?".repeat(60), "a".repeat(200)],
  ["a folder at any depth, of many", `**/${"a/".repeat(90)}b`, "a/".repeat(2_000)],
  ["many folders at any depth", "**/*a?b*/".repeat(20), "aab/".repeat(1_000)],
  ["many alternatives", `{${"*?aab,".repeat(30)}x}`, "a".repeat(255)],
])("%s take a bounded effort", (_what, area, path) => {
  const areas = Array.from({ length: 20 }, (_, index) => `${area}${index}`);
  const files = Array.from({ length: 3_000 }, (_, index) => file(`${path}${index}`));
  const compare = () => expect(planConformance(areas, files, ALL_KNOWN)).not.toBeNull();
  expect(effortOf(compare, { atMost: EFFORT_MAX })).toBeLessThan(EFFORT_MAX);
});
