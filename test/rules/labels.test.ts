import { expect, test } from "@jest/globals";
import { CHANGE_TYPES } from "../../src/pull-requests/rules/change-type.ts";
import { labelLook } from "../../src/pull-requests/rules/label-catalogue.ts";
import { labelsFor } from "../../src/pull-requests/rules/labels.ts";

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
    { additions: Math.floor(lines / 2), deletions: 0 },
    { additions: 0, deletions: Math.ceil(lines / 2) },
  ];
  expect(labelsFor({ type: "fix", files, filesTruncated: false })).toEqual([
    "ai-generated",
    "type: fix",
    `size: ${size}`,
  ]);
});

test("a change of more files than are known is as large as can be", () => {
  expect(labelsFor({ type: "docs", files: [], filesTruncated: true })).toEqual([
    "ai-generated",
    "type: docs",
    "size: XL",
  ]);
});

test.each(CHANGE_TYPES)("the labels of a change of type %s are ones that GitHub takes", (type) => {
  const sizes = [0, 20, 100, 500, 5_000].map((additions) => [{ additions, deletions: 0 }]);
  const names = sizes.flatMap((files) => labelsFor({ type, files, filesTruncated: false }));
  expect(new Set(names).size).toBe(7);
  for (const name of names) {
    const look = labelLook(name);
    expect(look.name).toBe(name);
    expect(look.color).toMatch(/^[0-9a-f]{6}$/);
    // https://docs.github.com/en/rest/issues/labels#create-a-label
    expect(look.name.length).toBeLessThanOrEqual(50);
    expect(look.description.length).toBeLessThanOrEqual(100);
  }
});
