import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { analyseChange, type ChangeFacts } from "../../../src/changes/rules/change-analysis.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";
import { changedFile } from "./changed-file.ts";

const FACTS: ChangeFacts = {
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
  gitAttributes: "src/api/client.ts linguist-generated\n",
  labeler: { path: ".github/labeler.yml", text: "never:\n- head-branch: x" },
  settings: { ...DEFAULT_SETTINGS, areas: { api: ["src/api/**", "+(x)"] }, protectedPaths: ["@(x)"] },
};

test("all that is found out about a change stands together", () => {
  const { files, problems, ...analysis } = analyseChange(FACTS);
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

test("whatever paths, claims and files it is given, there is an analysis", () => {
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
  fc.assert(
    fc.property(facts, ({ paths, globs, labeler, ...more }) => {
      const settings = { ...FACTS.settings, areas: { a: globs }, protectedPaths: globs };
      const file = { path: ".github/labeler.yml", text: labeler };
      const files = paths.map((path) => changedFile(path, { previousPath: path }));
      const analysis = analyseChange({ ...FACTS, ...more, files, labeler: file, settings });
      expect(analysis.files).toHaveLength(paths.length);
      const byLabeler = analyseChange({
        ...FACTS,
        files,
        labeler: file,
        settings: { ...settings, areas: {} },
      });
      expect(byLabeler.areas.length).toBeLessThanOrEqual(100);
    }),
  );
});
