import { expect, test } from "@jest/globals";
import { parseGitAttributes } from "../../../src/changes/rules/git-attributes.ts";
import { segmentsOf } from "../../../src/changes/rules/globs.ts";
import { effortOf } from "../../support/effort.ts";

const TEXT = [
  "# gen/** linguist-generated",
  "*.go text eol=lf",
  "gen/** linguist-generated=true",
  "gen/keep.ts -linguist-generated",
  "*.out linguist-generated linguist-vendored",
  "a.out linguist-generated=false",
  "b.out !linguist-generated",
  "with\\ space.txt linguist-documentation",
  '"with space.md" linguist-documentation=false',
  "folder linguist-vendored",
  "slash/ linguist-vendored",
  "!no.ts linguist-vendored",
  "[attr]made linguist-generated",
  "api/*.ts linguist-generated",
].join("\r\n");

test.each<[path: string, attribute: "generated" | "vendored" | "documentation", said: boolean | null]>([
  ["src/a.ts", "generated", null],
  ["a.go", "generated", null],
  ["gen/a/b.ts", "generated", true],
  ["gen/keep.ts", "generated", false],
  ["x/c.out", "generated", true],
  ["x/a.out", "generated", false],
  ["b.out", "generated", null],
  ["b.out", "vendored", true],
  ["with space.md", "documentation", false],
  ["folder", "vendored", true],
  // Unlike in .gitignore, a folder that fits says nothing of what is in it.
  ["folder/a.ts", "vendored", null],
  ["slash/a.ts", "vendored", null],
  ["no.ts", "vendored", null],
  ["!no.ts", "vendored", null],
  ["made", "generated", null],
  ["api/a.ts", "generated", true],
  ["api/x/a.ts", "generated", null],
])("of %s it says that linguist-%s is %s", (path, attribute, said) => {
  expect(parseGitAttributes(TEXT)(segmentsOf(path), `linguist-${attribute}`)).toBe(said);
});

test("without the file nothing is said", () => {
  expect(parseGitAttributes(null)(["a"], "linguist-generated")).toBeNull();
});

test("a hostile file is read with little effort, and only so much of it", () => {
  const text = `${'"'.repeat(100_000)}\n${`${"*a".repeat(400)} linguist-generated\n`.repeat(2_000)}`;
  const read = () => expect(parseGitAttributes(text)(["a".repeat(500)], "linguist-generated")).toBe(true);
  expect(effortOf(read, { atMost: 150 })).toBeLessThan(150);
});
