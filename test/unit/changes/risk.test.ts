import { expect, test } from "@jest/globals";
import type { ClassifiedFile } from "../../../src/changes/rules/file-kinds.ts";
import { compileGlobs } from "../../../src/changes/rules/globs.ts";
import { riskOf } from "../../../src/changes/rules/risk.ts";
import { classifiedFile } from "./changed-file.ts";

type Facts = Parameters<typeof riskOf>[0];
const NOTHING: Facts = {
  files: [],
  filesTruncated: false,
  total: null,
  size: { size: "S", lines: 20, linesLeftOut: 0 },
  breaking: false,
  isProtected: compileGlobs([]).test,
  limits: { lines: 1_000, files: 50 },
};

function risk(files: readonly (string | ClassifiedFile)[], more: Partial<Facts> = {}) {
  const classified = files.map((file) => (typeof file === "string" ? classifiedFile(file) : file));
  return riskOf({ ...NOTHING, files: classified, ...more });
}

test.each<[path: string, reason: string]>([
  ["AGENTS.md", "It changes rules for agents and reviewers: AGENTS.md."],
  ["a/CLAUDE.md", "It changes rules for agents and reviewers: a/CLAUDE.md."],
  [".cursorrules", "It changes rules for agents and reviewers: .cursorrules."],
  [
    ".github/copilot-instructions.md",
    "It changes rules for agents and reviewers: .github/copilot-instructions.md.",
  ],
  [".github/orb.yml", "It changes rules for agents and reviewers: .github/orb.yml."],
  ["docs/CODEOWNERS", "It changes rules for agents and reviewers: docs/CODEOWNERS."],
  ["src/auth/login.ts", "It changes access or secrets: src/auth/login.ts."],
  ["src/permissions.py", "It changes access or secrets: src/permissions.py."],
  ["deploy/tls.key", "It changes access or secrets: deploy/tls.key."],
  [".env.production", "It changes access or secrets: .env.production."],
  ["db/migrate/1_a.rb", "It changes migrations: db/migrate/1_a.rb."],
  [".github/workflows/ci.yml", "It changes CI workflows: .github/workflows/ci.yml."],
])("with %s the risk is high", (path, reason) => {
  expect(risk([path, "test/a.ts"]).risks).toEqual([reason]);
});

test.each([
  "src/a.ts",
  "src/author.ts",
  "test/auth/a.ts",
  "docs/security/a.md",
  "package.json",
  "api/openapi.yaml",
])("with %s alone it is not", (path) => {
  expect(risk([path]).risks).toEqual([]);
});

test("a path that the repository protects makes it high, and so does moving it away", () => {
  const { test: isProtected } = compileGlobs(["billing/**", "!billing/docs/**"]);
  const moved = classifiedFile("src/b.ts", { previousPath: "billing/b.ts", status: "renamed" });
  const files = ["billing/a.ts", "billing/docs/a.ts", moved];
  expect(risk(files, { isProtected }).risks).toEqual([
    "It changes protected paths: billing/a.ts and 1 more.",
  ]);
});

test("a breaking change makes it high", () => {
  expect(risk([], { breaking: true }).risks).toEqual([
    "The title or a commit marks it as a breaking change.",
  ]);
});

test("more lines or files than the repository's limit make it high; as many do not", () => {
  const limits = { lines: 20, files: 2 };
  expect(risk(["a.md", "b.md"], { limits }).risks).toEqual([]);
  const size = { size: "S", lines: 21, linesLeftOut: 0 } as const;
  expect(risk(["a.md", "b.md", "c.md"], { limits, size }).risks).toEqual([
    "It changes 21 lines, more than 20.",
    "It changes 3 files, more than 2.",
  ]);
});

test("files that the bot could not see make it high", () => {
  const total = { files: 400, additions: 9, deletions: 9 };
  expect(risk(["a.md"], { filesTruncated: true, total }).risks).toEqual([
    "It changes 400 files, more than 50.",
    "The bot could not see 399 of its files.",
  ]);
  const limits = { lines: 20, files: 1 };
  expect(risk(["a.md", "b.md"], { filesTruncated: true, limits }).risks).toEqual([
    "It changes 2 or more files, more than 1.",
    "The bot could not see some of its files.",
  ]);
});

const UNTESTED = { about: "tests", text: "It changes source code but no tests." };

test("dependencies and API definitions are worth a sentence", () => {
  expect(risk(["package.json", "yarn.lock", "a.proto", "test/a.ts"]).notes).toEqual([
    { about: "dependencies", text: "It changes dependencies: package.json and 1 more." },
    { about: "api", text: "It changes API definitions: a.proto." },
  ]);
});

test.each<[title: string, files: (string | ClassifiedFile)[], notes: (typeof UNTESTED)[]]>([
  ["source alone", ["src/a.ts"], [UNTESTED]],
  ["source with a test", ["src/a.ts", "test/a.ts"], []],
  ["source that only goes away", [classifiedFile("src/a.ts", { status: "removed" })], []],
  ["generated source", ["dist/a.js"], []],
  ["documents", ["README.md"], []],
])("whether a test is missing is told of %s", (_title, files, notes) => {
  expect(risk(files).notes).toEqual(notes);
});

test("of files that are not all known nobody says that a test is missing", () => {
  expect(risk(["src/a.ts"], { filesTruncated: true }).notes).toEqual([]);
});

test("a hostile path is shown on one line, cut, and without what can't be seen", () => {
  const [reason = ""] = risk([`auth/${"x".repeat(5_000)}\n\u202e\u0007.ts`]).risks;
  expect(reason).toMatch(/^It changes access or secrets: …x+ \.ts\.$/);
  expect(reason.length).toBeLessThan(150);
});
