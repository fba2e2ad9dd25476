import { expect, test } from "@jest/globals";
import { type TemplateRole, templateRoles } from "../../../src/descriptions/rules/template-roles.ts";

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

test("what stands before the first heading asks for nothing", () => {
  expect(templateRoles([null]).map(shown)).toEqual(["other"]);
});

test("each section is placed once; what asks for it again is answered, or asks for what comes next", () => {
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

test("issues follow the summary only where no heading asks for them", () => {
  expect(templateRoles(["Description", "Issues"]).map(shown)).toEqual(["summary", "issues"]);
  expect(templateRoles(["Issues", "Description"]).map(shown)).toEqual(["issues", "summary"]);
});
