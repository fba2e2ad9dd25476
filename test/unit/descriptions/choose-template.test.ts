import { expect, test } from "@jest/globals";
import { chooseTemplate } from "../../../src/descriptions/rules/choose-template.ts";

const FOLDER = ".github/PULL_REQUEST_TEMPLATE";

test.each([
  { there: [".github/pull_request_template.md"], chosen: ".github/pull_request_template.md" },
  { there: ["docs/pull_request_template.md", `${FOLDER}/fix.md`], chosen: `${FOLDER}/fix.md` },
  { there: [`${FOLDER}/Fix.md`], chosen: `${FOLDER}/Fix.md` },
  { there: [`${FOLDER}/feature.md`, "pull_request_template.md"], chosen: "pull_request_template.md" },
  { there: [`${FOLDER}/feature.md`], chosen: null },
  { there: [], chosen: null },
])("for a fix, of $there it is $chosen", ({ there, chosen }) => {
  const files = there.map((path) => ({ path, oid: "0", text: "" }));
  expect(chooseTemplate(files, "fix")?.path ?? null).toBe(chosen);
});
