import { describe, expect, test } from "@jest/globals";
import type { ChangeType } from "../../../src/changes/rules/change-type.ts";
import {
  boxEvidence,
  isKindList,
  isProven,
  kindBox,
} from "../../../src/descriptions/rules/template-boxes.ts";
import { file } from "./description-facts.ts";

const NOTHING = { type: "feature", tests: false, docs: false, changelog: false } as const;
const EVERYTHING = { ...NOTHING, tests: true, docs: true, changelog: true };

describe("proven by a change with tests, documents and a changelog:", () => {
  test.each([
    "Tests added",
    "Added or updated tests",
    "This PR includes tests",
    "I have added unit tests",
    "Documentation updated",
    "I have made corresponding changes to the documentation",
    "README updated",
    "Updated the CHANGELOG",
    "Tests and docs were added",
  ])("%s", (text) => {
    expect(isProven(text, EVERYTHING)).toBe(true);
    expect(isProven(text, NOTHING)).toBe(false);
  });
});

describe("never proven, whatever the change holds:", () => {
  test.each([
    "I have read the CONTRIBUTING document",
    "I have tested this by hand and added tests",
    "Tests added and run locally",
    "New and existing unit tests pass locally with my changes",
    "I have added tests that prove my fix is effective or that my feature works",
    "I have signed the CLA",
    "I agree to the DCO",
    "I have performed a self-review of my code",
    "No tests are needed, documentation updated",
    "This change doesn’t need docs, so none were added",
    "This is a breaking change, documentation updated",
    "My code follows the style guidelines of this project",
    "Tests",
    "",
  ])("%s", (text) => {
    expect(isProven(text, EVERYTHING)).toBe(false);
  });
});

test("a box about two things is proven by both", () => {
  expect(isProven("Tests and docs added", { ...NOTHING, tests: true })).toBe(false);
});

test.each<{ name: string; files: ReturnType<typeof file>[]; proves: object }>([
  { name: "a test file", files: [file("a.test.ts", { kind: "test" })], proves: { tests: true } },
  {
    name: "a test that is removed",
    files: [file("a.test.ts", { kind: "test", status: "removed" })],
    proves: {},
  },
  { name: "a document", files: [file("docs/a.md", { kind: "docs" })], proves: { docs: true } },
  {
    name: "a generated document",
    files: [file("docs/a.md", { kind: "docs", generated: true })],
    proves: {},
  },
  { name: "a changelog", files: [file("CHANGELOG.md", { kind: "docs" })], proves: { changelog: true } },
  { name: "source", files: [file("src/a.ts")], proves: {} },
])("$name proves what it is", ({ files, proves }) => {
  expect(boxEvidence({ type: "feature", files })).toEqual({ ...NOTHING, ...proves });
});

const KINDS = [
  "Breaking change (fix or feature that would cause existing functionality to not work as expected)",
  "Bug fix (non-breaking change which fixes an issue)",
  "New feature (non-breaking change which adds functionality)",
  "This change requires a documentation update",
  "Documentation update",
  "Refactoring (no functional changes, no API changes)",
  "Build related changes",
  "Dependency bump",
  "Performance improvement",
  "Tests only",
];
test.each<[ChangeType, string | undefined]>([
  ["fix", KINDS[1]],
  ["feature", KINDS[2]],
  ["docs", KINDS[4]],
  ["refactor", KINDS[5]],
  ["chore", KINDS[6]],
  ["dependencies", KINDS[7]],
  ["performance", KINDS[8]],
  ["test", KINDS[9]],
  ["security", undefined],
])("of a list of kinds, %s is %s", (type, expected) => {
  const index = kindBox(KINDS, { ...NOTHING, type });
  expect(index === null ? undefined : KINDS[index]).toBe(expected);
});

test("a list is one of kinds where it names three of them, and nobody speaks of themselves", () => {
  expect(isKindList(KINDS)).toBe(true);
  expect(isKindList(["Feature", "Bug fix", "Docs"])).toBe(true);
  expect(isKindList(["Feature", "Bug fix"])).toBe(false);
  expect(isKindList(["I added tests", "I updated docs", "Bug fix", "New feature"])).toBe(false);
});
