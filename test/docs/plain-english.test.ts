import { readFileSync } from "node:fs";
import { describe, expect, test } from "../support/testing.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";
import { findForeignPhrases, FOREIGN_PHRASES } from "./foreign-phrases.ts";

/** Everything that people read, except the data below. */
const READ = [
  "*.ts",
  "*.md",
  "*.liquid",
  "*.yml",
  "*.yaml",
  "*.cjs",
  "docs/orb.schema.json",
  "knip.json",
  "script",
  "Dockerfile",
  ".env.example",
];
/** Hostile and sample texts are data, and the list of phrases names them all. */
const DATA = [":!fixtures/hostile-markdown", ":!fixtures/projects", ":!test/docs/foreign-phrases.ts"];

/** Quotes of other people, and sentences in which the phrase is right: `<file>: <the found words>`. */
const EXCEPTIONS: ReadonlySet<string> = new Set(["test/docs/plain-english.test.ts: set aside"]);

const files = repositoryFiles(...READ, ...DATA);

test.each(READ)("there are files to check in %s", (path) => {
  expect(repositoryFiles(path)).toContainEqual(expect.stringMatching(/./));
});

test.each(files)("%s is in plain English", (file) => {
  const findings = findForeignPhrases(readFileSync(`${ROOT}${file}`, "utf8"))
    .filter(({ found }) => !EXCEPTIONS.has(`${file}: ${found}`))
    .map(({ line, found, better }) => `${file}:${line}: “${found}”, better: ${better}`);
  expect(findings).toEqual([]);
});

test("every exception is still needed", () => {
  const found = files.flatMap((file) =>
    findForeignPhrases(readFileSync(`${ROOT}${file}`, "utf8")).map((finding) => `${file}: ${finding.found}`),
  );
  expect(found).toEqual(expect.arrayContaining([...EXCEPTIONS]));
});

describe("each phrase on the list is found", () => {
  test.each(FOREIGN_PHRASES)("$example", ({ example, better }) => {
    expect(findForeignPhrases(`Fine.\n${example}`)).toMatchObject([{ line: 2, better }]);
  });

  test("even if a comment or a list breaks it over two lines", () => {
    for (const text of [
      "/**\n * It is set\n * aside.\n */",
      "// It is set\n// aside.",
      "- It is set\n  aside.",
    ]) {
      expect(findForeignPhrases(text)).toMatchObject([{ found: "set aside", better: "quarantined" }]);
    }
  });

  test("but words that only contain it, or mean something else, are not", () => {
    const text = "Amend it, I recommend. `set_aside` goes by itself. There is no draft. Hang on to it.";
    expect(findForeignPhrases(text)).toEqual([]);
  });
});
