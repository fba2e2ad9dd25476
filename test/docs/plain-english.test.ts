import { readFileSync } from "node:fs";
import { describe, expect, test } from "../support/testing.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";
import { findForeignPhrases, FOREIGN_PHRASES } from "./foreign-phrases.ts";

/**
 * The files that are reworded. The goal is everything that people read:
 * `*.ts *.md *.liquid *.yml *.yaml script .env.example`. Add a folder as soon as it has no findings left.
 */
const REWORDED = [
  "templates",
  "src/agenda",
  "src/changes",
  "src/deliveries",
  "src/descriptions",
  "src/github",
  "src/http",
  "src/installations",
  "src/mongo",
  "src/outbox",
  "src/projects",
  "src/redis",
  "src/repository-settings",
  "src/signals",
  "src/text",
  "src/tokens",
  "src/config.ts",
  "src/errors.ts",
  "src/settings.ts",
  "script",
  "bench",
  "docs/configuration.md",
  "docs/orb.schema.json",
  "docs/permissions.md",
  ".dependency-cruiser.cjs",
  ".env.example",
  "Dockerfile",
  "app.yml",
  "docker-compose.yml",
  "knip.json",
  "test/README.md",
  "test/adapters",
  "test/docs",
  "test/faults",
  "test/meta-agent",
  "test/scenarios",
  "test/services",
  "test/support",
];
/** Hostile and sample texts are data, and the list of phrases names them all. */
const DATA = [":!fixtures/hostile-markdown", ":!fixtures/projects", ":!test/docs/foreign-phrases.ts"];

/** Quotes of other people, and sentences in which the phrase is right: `<file>: <the found words>`. */
const EXCEPTIONS: ReadonlySet<string> = new Set(["test/docs/plain-english.test.ts: set aside"]);

const files = repositoryFiles(...REWORDED, ...DATA);

test.each(REWORDED)("there are files to check in %s", (path) => {
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
