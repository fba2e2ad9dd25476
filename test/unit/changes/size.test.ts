import { expect, test } from "@jest/globals";
import { sizeOf } from "../../../src/changes/rules/size.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";
import { classifiedFile } from "./changed-file.ts";

const WHOLE = { total: null, filesTruncated: false };

test.each([
  { lines: 0, size: "XS" },
  { lines: 10, size: "XS" },
  { lines: 11, size: "S" },
  { lines: 50, size: "S" },
  { lines: 51, size: "M" },
  { lines: 250, size: "M" },
  { lines: 251, size: "L" },
  { lines: 1_000, size: "L" },
  { lines: 1_001, size: "XL" },
])("$lines changed lines are of size $size", ({ lines, size }) => {
  const files = [
    classifiedFile("a.ts", { additions: Math.floor(lines / 2), deletions: 0 }),
    classifiedFile("b.ts", { additions: 0, deletions: Math.ceil(lines / 2) }),
  ];
  expect(sizeOf(files, WHOLE, DEFAULT_SETTINGS.size)).toEqual({ size, lines, linesLeftOut: 0 });
});

test("a repository says itself what is large", () => {
  const files = [classifiedFile("a.ts", { additions: 3 })];
  expect(sizeOf(files, WHOLE, { XS: 1, S: 2, M: 3, L: 4 }).size).toBe("M");
});

test("generated and vendored lines don't count", () => {
  const files = [
    classifiedFile("a.ts", { additions: 5, deletions: 1 }),
    classifiedFile("package-lock.json", { additions: 4_000, deletions: 300 }),
    classifiedFile("vendor/a.go", { additions: 50 }),
  ];
  expect(sizeOf(files, WHOLE, DEFAULT_SETTINGS.size)).toEqual({ size: "XS", lines: 6, linesLeftOut: 4_350 });
});

test("of files that are not listed every line counts", () => {
  const files = [classifiedFile("a.ts", { additions: 5 }), classifiedFile("yarn.lock", { additions: 100 })];
  const total = { files: 400, additions: 300, deletions: 105 };
  const facts = { total, filesTruncated: true };
  expect(sizeOf(files, facts, DEFAULT_SETTINGS.size)).toEqual({ size: "L", lines: 305, linesLeftOut: 100 });
});

test("a total that is older than the list takes nothing away", () => {
  const files = [classifiedFile("a.ts", { additions: 5 })];
  const facts = { total: { files: 1, additions: 1, deletions: 0 }, filesTruncated: true };
  expect(sizeOf(files, facts, DEFAULT_SETTINGS.size).lines).toBe(5);
});

test("a change of which neither the list nor the total is known is as large as can be", () => {
  expect(sizeOf([], { total: null, filesTruncated: true }, DEFAULT_SETTINGS.size).size).toBe("XL");
});
