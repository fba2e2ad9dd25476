import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { askFiles } from "../../../src/changes/ask-files.ts";
import { analyseChange, type ChangeFacts } from "../../../src/changes/rules/change-analysis.ts";
import type { ClassifiedFile } from "../../../src/changes/rules/file-kinds.ts";
import type { FilesFacts } from "../../../src/changes/rules/files-said.ts";
import { compileGlobs } from "../../../src/changes/rules/globs.ts";
import { riskOf } from "../../../src/changes/rules/risk.ts";
import { sizeOf } from "../../../src/changes/rules/size.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { changedFile, classifiedFile } from "./changed-file.ts";

describe("the analysis of a change", () => {
  type Facts = Omit<ChangeFacts, "said" | "settings"> & FilesFacts & Pick<ChangeFacts, "settings">;
  const FACTS: Facts = {
    claimed: "docs",
    title: "feat(api)!: Greet by name",
    subjects: ["Greet by name"],
    files: [
      changedFile("src/api/greet.ts", { additions: 30, deletions: 2 }),
      changedFile("src/api/client.ts", { additions: 900 }),
      changedFile("package-lock.json", { additions: 400 }),
      changedFile("README.md", { additions: 4 }),
    ],
    filesTruncated: false,
    total: { files: 4, additions: 1_334, deletions: 2 },
    headBranch: "agent/greet",
    baseBranch: "main",
    gitAttributes: { path: ".gitattributes", text: "src/api/client.ts linguist-generated\n" },
    labeler: { path: ".github/labeler.yml", text: "never:\n- head-branch: x" },
    settings: { ...DEFAULT_SETTINGS, areas: { api: ["src/api/**", "+(x)"] }, protectedPaths: ["@(x)"] },
  };

  const apart = new Apart({ stepsHereMax: Infinity });
  const analyse = async (facts: Facts) =>
    analyseChange({ ...facts, said: await askFiles(facts, { apart, account: "octo" }) });

  test("an analysis has everything that is found out about a change", async () => {
    const { files, problems, ...analysis } = await analyse(FACTS);
    expect(analysis).toEqual({
      type: "feature",
      typeBecause: "Labelled feature because the title or a commit says so",
      disagreement: "The agent calls it docs, but it also changes source code.",
      size: { size: "S", lines: 36, linesLeftOut: 1_300 },
      areas: [{ name: "api", label: "area: api", paths: ["src/api/greet.ts", "src/api/client.ts"] }],
      risks: ["The title or a commit marks it as a breaking change."],
      notes: [
        { about: "dependencies", text: "It changes dependencies: package-lock.json." },
        { about: "tests", text: "It changes source code but no tests." },
      ],
    });
    expect(files[1]).toEqual({ ...FACTS.files[1], kind: "source", generated: true, vendored: false });
    expect(problems.map(({ reason }) => reason)).toEqual([
      "In .github/orb.yml, areas.api has the pattern +(x), which the bot can't read and ignores.",
      "In .github/orb.yml, protectedPaths has the pattern @(x), which the bot can't read and ignores.",
    ]);
  });

  test("any paths, claims and files give an analysis", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom("constructor", "__proto__"),
    );
    const facts = fc.record({
      claimed: text,
      title: text,
      subjects: fc.array(text),
      paths: fc.array(text),
      gitAttributes: text,
      labeler: text,
      globs: fc.array(text),
    });
    await fc.assert(
      fc.asyncProperty(facts, async ({ paths, globs, labeler, gitAttributes, ...more }) => {
        const settings = { ...FACTS.settings, areas: { a: globs }, protectedPaths: globs };
        const file = { path: ".github/labeler.yml", text: labeler };
        const files = paths.map((path) => changedFile(path, { previousPath: path }));
        const attributes = { path: ".gitattributes", text: gitAttributes };
        const given = { ...FACTS, ...more, files, labeler: file, gitAttributes: attributes };
        const analysis = await analyse({ ...given, settings });
        expect(analysis.files).toHaveLength(paths.length);
        const byLabeler = await analyse({ ...given, settings: { ...settings, areas: {} } });
        expect(byLabeler.areas.length).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe("the size of a change", () => {
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

  test("a repository can set its own sizes", () => {
    const files = [classifiedFile("a.ts", { additions: 3 })];
    expect(sizeOf(files, WHOLE, { XS: 1, S: 2, M: 3, L: 4 }).size).toBe("M");
  });

  test("generated and vendored lines don't count", () => {
    const files = [
      classifiedFile("a.ts", { additions: 5, deletions: 1 }),
      classifiedFile("package-lock.json", { additions: 4_000, deletions: 300 }),
      classifiedFile("vendor/a.go", { additions: 50 }),
    ];
    expect(sizeOf(files, WHOLE, DEFAULT_SETTINGS.size)).toEqual({
      size: "XS",
      lines: 6,
      linesLeftOut: 4_350,
    });
  });

  test("every line of an unlisted file counts", () => {
    const files = [classifiedFile("a.ts", { additions: 5 }), classifiedFile("yarn.lock", { additions: 100 })];
    const total = { files: 400, additions: 300, deletions: 105 };
    const facts = { total, filesTruncated: true };
    expect(sizeOf(files, facts, DEFAULT_SETTINGS.size)).toEqual({ size: "L", lines: 305, linesLeftOut: 100 });
  });

  test("a total that is older than the list does not lower the size", () => {
    const files = [classifiedFile("a.ts", { additions: 5 })];
    const facts = { total: { files: 1, additions: 1, deletions: 0 }, filesTruncated: true };
    expect(sizeOf(files, facts, DEFAULT_SETTINGS.size).lines).toBe(5);
  });

  test("a change with an unknown list and total gets the largest size", () => {
    expect(sizeOf([], { total: null, filesTruncated: true }, DEFAULT_SETTINGS.size).size).toBe("XL");
  });
});

describe("the risk of a change", () => {
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
  ])("a change to %s is a high risk", (path, reason) => {
    expect(risk([path, "test/a.ts"]).risks).toEqual([reason]);
  });

  test.each([
    "src/a.ts",
    "src/author.ts",
    "test/auth/a.ts",
    "docs/security/a.md",
    "package.json",
    "api/openapi.yaml",
  ])("a change to %s alone is not", (path) => {
    expect(risk([path]).risks).toEqual([]);
  });

  test("changing or moving a protected path is a high risk", () => {
    const { test: isProtected } = compileGlobs(["billing/**", "!billing/docs/**"]);
    const moved = classifiedFile("src/b.ts", { previousPath: "billing/b.ts", status: "renamed" });
    const files = ["billing/a.ts", "billing/docs/a.ts", moved];
    expect(risk(files, { isProtected }).risks).toEqual([
      "It changes protected paths: billing/a.ts and 1 more.",
    ]);
  });

  test("a breaking change is a high risk", () => {
    expect(risk([], { breaking: true }).risks).toEqual([
      "The title or a commit marks it as a breaking change.",
    ]);
  });

  test("more lines or files than the repository's limit are a high risk; exactly the limit is not", () => {
    const limits = { lines: 20, files: 2 };
    expect(risk(["a.md", "b.md"], { limits }).risks).toEqual([]);
    const size = { size: "S", lines: 21, linesLeftOut: 0 } as const;
    expect(risk(["a.md", "b.md", "c.md"], { limits, size }).risks).toEqual([
      "It changes 21 lines, more than 20.",
      "It changes 3 files, more than 2.",
    ]);
  });

  test("files that the bot could not see are a high risk", () => {
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

  test("changes to dependencies and API definitions are noted", () => {
    expect(risk(["package.json", "yarn.lock", "a.proto", "test/a.ts"]).notes).toEqual([
      { about: "dependencies", text: "It changes dependencies: package.json and 1 more." },
      { about: "api", text: "It changes API definitions: a.proto." },
    ]);
  });

  test.each<[title: string, files: (string | ClassifiedFile)[], notes: (typeof UNTESTED)[]]>([
    ["source alone", ["src/a.ts"], [UNTESTED]],
    ["source with a test", ["src/a.ts", "test/a.ts"], []],
    ["source that is only removed", [classifiedFile("src/a.ts", { status: "removed" })], []],
    ["generated source", ["dist/a.js"], []],
    ["documents", ["README.md"], []],
  ])("missing tests are noted or not: %s", (_title, files, notes) => {
    expect(risk(files).notes).toEqual(notes);
  });

  test("an incomplete list of files gets no note about missing tests", () => {
    expect(risk(["src/a.ts"], { filesTruncated: true }).notes).toEqual([]);
  });

  test("a hostile path is shown on one line, shortened and without invisible characters", () => {
    const [reason = ""] = risk([`auth/${"x".repeat(5_000)}\n\u202e\u0007.ts`]).risks;
    expect(reason).toMatch(/^It changes access or secrets: …x+ \.ts\.$/);
    expect(reason.length).toBeLessThan(150);
  });
});
