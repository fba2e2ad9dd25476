import { describe, expect, test } from "../../support/testing.ts";
import type { ChangeType } from "../../../src/changes/rules/change-type.ts";
import { chooseTemplate } from "../../../src/descriptions/rules/template/choose-template.ts";
import {
  boxEvidence,
  isKindList,
  isProven,
  kindBox,
} from "../../../src/descriptions/rules/template/template-boxes.ts";
import { type TemplateRole, templateRoles } from "../../../src/descriptions/rules/template/template-roles.ts";
import { file } from "./description-facts.ts";

describe("the choice of a template", () => {
  const FOLDER = ".github/PULL_REQUEST_TEMPLATE";

  test.each([
    { there: [".github/pull_request_template.md"], chosen: ".github/pull_request_template.md" },
    { there: ["docs/pull_request_template.md", `${FOLDER}/fix.md`], chosen: `${FOLDER}/fix.md` },
    { there: [`${FOLDER}/Fix.md`], chosen: `${FOLDER}/Fix.md` },
    { there: [`${FOLDER}/feature.md`, "pull_request_template.md"], chosen: "pull_request_template.md" },
    { there: [`${FOLDER}/feature.md`], chosen: null },
    { there: [], chosen: null },
  ])("for a fix, $chosen is chosen from $there", ({ there, chosen }) => {
    const files = there.map((path) => ({ path, oid: "0", text: "" }));
    expect(chooseTemplate(files, "fix")?.path ?? null).toBe(chosen);
  });
});

describe("headings of a template", () => {
  function shown(role: TemplateRole): string {
    return role.asks === "sections" ? role.sections.join(" ") : role.asks;
  }

  test.each([
    ["Description", "summary issues"],
    ["Summary of the changes", "summary issues"],
    ["📝 What does this do?", "summary issues"],
    ["Why", "summary issues"],
    ["Motivation and Context", "summary issues"],
    ["How", "how"],
    ["Changes", "how"],
    ["Implementation details", "how"],
    ["How Has This Been Tested?", "tests claims"],
    ["Test plan", "tests claims"],
    ["QA", "tests claims"],
    ["Risk and impact", "risk"],
    ["Related issues", "issues"],
    ["Fixes", "issues"],
    ["Screenshots (if appropriate)", "screenshots"],
    ["Type of change", "kind"],
    ["Checklist:", "other"],
    ["Breaking changes", "other"],
    ["Release notes", "other"],
    ["Notes for reviewers", "other"],
    ["", "other"],
  ])("%s asks for: %s", (heading, expected) => {
    expect(templateRoles([heading]).map(shown)).toEqual([expected]);
  });

  test("text before the first heading asks for nothing", () => {
    expect(templateRoles([null]).map(shown)).toEqual(["other"]);
  });

  test("each section is placed once; a second heading for it is answered or gets the next section", () => {
    const headings = ["What", "Why", "What changes", "How", "Testing", "QA"];
    expect(templateRoles(headings).map(shown)).toEqual([
      "summary issues",
      "answered",
      "how",
      "answered",
      "tests claims",
      "answered",
    ]);
  });

  test("issues follow the summary only if no heading asks for them", () => {
    expect(templateRoles(["Description", "Issues"]).map(shown)).toEqual(["summary", "issues"]);
    expect(templateRoles(["Issues", "Description"]).map(shown)).toEqual(["issues", "summary"]);
  });
});

describe("boxes of a template", () => {
  const NOTHING = { type: "feature", tests: false, docs: false, changelog: false } as const;
  const EVERYTHING = { ...NOTHING, tests: true, docs: true, changelog: true };

  describe("a change with tests, documents and a changelog proves:", () => {
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

  describe("no change proves:", () => {
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

  test("a box about two things needs both", () => {
    expect(isProven("Tests and docs added", { ...NOTHING, tests: true })).toBe(false);
  });

  test.each<{ name: string; files: ReturnType<typeof file>[]; proves: object }>([
    { name: "a test file", files: [file("a.test.ts", { kind: "test" })], proves: { tests: true } },
    {
      name: "a removed test",
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
  ])("what $name proves", ({ files, proves }) => {
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
  ])("in a list of kinds, %s is %s", (type, expected) => {
    const index = kindBox(KINDS, { ...NOTHING, type });
    expect(index === null ? undefined : KINDS[index]).toBe(expected);
  });

  test("a list is a list of kinds if it names three of them, and no item uses the first person", () => {
    expect(isKindList(KINDS)).toBe(true);
    expect(isKindList(["Feature", "Bug fix", "Docs"])).toBe(true);
    expect(isKindList(["Feature", "Bug fix"])).toBe(false);
    expect(isKindList(["I added tests", "I updated docs", "Bug fix", "New feature"])).toBe(false);
  });
});
