import { expect, test } from "../../support/testing.ts";
import {
  CHANGE_TYPES,
  type ChangeType,
  changeType,
  type ChangeTypeDecision,
  isBreaking,
} from "../../../src/changes/rules/change-type.ts";
import { classifyFile } from "../../../src/changes/rules/file-kinds.ts";
import { parseGitAttributes } from "../../../src/changes/rules/git-attributes.ts";

interface Facts {
  claimed?: string;
  title?: string;
  subjects?: string[];
  files?: string[];
  filesTruncated?: boolean;
}

const NO_ATTRIBUTES = parseGitAttributes(null);

function decide({ claimed, title, subjects = [], files = [], filesTruncated = false }: Facts) {
  const classified = files.map((path) => ({ path, ...classifyFile(path, NO_ATTRIBUTES) }));
  return changeType({ claimed, title, subjects, files: classified, filesTruncated });
}

const byWords = (type: ChangeType) => ({
  type,
  because: `Labelled ${type} because the title or a commit says so`,
});
const DOCS = { type: "docs", because: "Labelled docs because only documents change" } as const;
const TESTS = { type: "test", because: "Labelled test because only tests change" } as const;
const DEPENDENCIES = {
  type: "dependencies",
  because: "Labelled dependencies because only dependency files change",
} as const;
const CONFIGURATION = {
  type: "chore",
  because: "Labelled chore because only configuration changes",
} as const;
const UNKNOWN = {
  type: "chore",
  because: "Labelled chore: neither the title nor the files say more",
} as const;

test.each<{ name: string; facts: Facts; expected: Omit<ChangeTypeDecision, "disagreement"> }>([
  {
    name: "only documents: documentation",
    facts: { files: ["README.md", "docs/a.png"] },
    expected: DOCS,
  },
  {
    name: "documents are also recognised by name",
    facts: { files: ["LICENSE", "notice.txt", "a/CHANGELOG"] },
    expected: DOCS,
  },
  {
    name: "only documents, even if the agent calls them a fix",
    facts: { claimed: "fix", files: ["docs/a.md"] },
    expected: DOCS,
  },
  {
    name: "a build file that ends in .txt is not a document",
    facts: { files: ["CMakeLists.txt"] },
    expected: CONFIGURATION,
  },
  {
    name: "requirements next to a document are not documents",
    facts: { files: ["requirements.txt", "README.md"] },
    expected: UNKNOWN,
  },
  {
    name: "only tests: a test change",
    facts: {
      claimed: "feature",
      files: ["test/a.ts", "src/b.spec.ts", "tests/test_c.py", "src/__tests__/d.js"],
    },
    expected: TESTS,
  },
  {
    name: "a lock file with its manifest: dependencies",
    facts: { claimed: "fix", files: ["package.json", "a/package-lock.json"] },
    expected: DEPENDENCIES,
  },
  {
    name: "vendored files count as dependencies",
    facts: { claimed: "feature", files: ["go.mod", "go.sum", "vendor/a/b.go"] },
    expected: DEPENDENCIES,
  },
  {
    name: "only CI workflows: a chore",
    facts: { claimed: "feature", files: [".github/workflows/ci.yml"] },
    expected: { type: "chore", because: "Labelled chore because only CI workflows change" },
  },
  {
    name: "only configuration: a chore",
    facts: { claimed: "fix", files: [".gitlab-ci.yml", "tsconfig.json"] },
    expected: CONFIGURATION,
  },
  {
    name: "an incomplete list of files decides nothing",
    facts: { title: "fix: x", files: ["README.md"], filesTruncated: true },
    expected: byWords("fix"),
  },
  {
    name: "nor does an incomplete list of manifests",
    facts: { files: ["pyproject.toml"], filesTruncated: true },
    expected: UNKNOWN,
  },
  {
    name: "a title that the files contradict does not count",
    facts: { title: "docs: x", subjects: ["test: y", "feat: z"], files: ["src/a.ts", "README.md"] },
    expected: byWords("feature"),
  },
  {
    name: "nor does such a commit",
    facts: { subjects: ["docs: y"], files: ["src/a.ts", "README.md"] },
    expected: UNKNOWN,
  },
  {
    name: "generated and vendored files contradict nothing",
    facts: { claimed: "docs", files: ["README.md", "dist/a.js", "vendor/a.go"] },
    expected: { type: "docs", because: "Labelled docs because the signal says so" },
  },
  {
    name: "a manifest alone can be any kind of change",
    facts: { claimed: "chore", files: ["package.json"] },
    expected: { type: "chore", because: "Labelled chore because the signal says so" },
  },
  {
    name: "a manifest alone, without title or commit types: dependencies",
    facts: { files: ["pyproject.toml"] },
    expected: DEPENDENCIES,
  },
  {
    name: "the agent's type counts if the files decide nothing",
    facts: { claimed: "Bugfix", title: "feat: x", files: ["src/a.ts", "docs/a.md"] },
    expected: { type: "fix", because: "Labelled fix because the signal says so" },
  },
  {
    name: "the title counts if the agent's type is unknown",
    facts: { claimed: "misc", title: "perf(core)!: x", subjects: ["feat: y"], files: ["src/a.ts"] },
    expected: byWords("performance"),
  },
  {
    name: "the most important commit counts, not the first",
    facts: {
      title: "Round half up",
      subjects: ["test: show it", "fix: round", "docs: tell"],
      files: ["src/a.ts"],
    },
    expected: byWords("fix"),
  },
  {
    name: "a colon alone does not make a type",
    facts: { title: "note: x", subjects: ["wip", "Merge: y"], files: ["a"] },
    expected: UNKNOWN,
  },
  {
    name: "no files at all are not documents",
    facts: { title: "docs: x" },
    expected: byWords("docs"),
  },
  {
    name: "properties that every object has are not types",
    facts: {
      claimed: "constructor",
      title: "constructor: x",
      subjects: ["__proto__: x", "toString: x"],
      files: ["a"],
    },
    expected: UNKNOWN,
  },
])("$name", ({ facts, expected }) => {
  expect(decide(facts)).toMatchObject(expected);
});

test.each(CHANGE_TYPES)("the agent may call a change %s", (type) => {
  expect(decide({ claimed: type, files: ["a.png"] })).toEqual({
    type,
    because: `Labelled ${type} because the signal says so`,
    disagreement: null,
  });
});

test.each<[claimed: string, files: string, type: string, disagreement: string | null]>([
  ["docs", "src/a.ts", "chore", "The agent calls it docs, but it also changes source code."],
  [
    "documentation",
    "README.md prisma/migrations/a.sql",
    "chore",
    "The agent calls it docs, but it also changes migrations.",
  ],
  [
    "test",
    "test/a.ts api/openapi.yaml",
    "chore",
    "The agent calls it test, but it also changes API definitions.",
  ],
  [
    "deps",
    "package-lock.json src/a.ts",
    "chore",
    "The agent calls it dependencies, but it also changes source code.",
  ],
  ["feature", "README.md", "docs", "The agent calls it feature, but only documents change."],
  ["fix", "go.sum", "dependencies", "The agent calls it fix, but only dependency files change."],
  ["Docs", "README.md", "docs", null],
  ["nonsense", "README.md", "docs", null],
  ["chore", "src/a.ts", "chore", null],
])("called %s, a change of %s is %s: %s", (claimed, files, type, disagreement) => {
  expect(decide({ claimed, files: files.split(" ") })).toMatchObject({ type, disagreement });
});

test.each<[line: string, breaking: boolean]>([
  ["feat!: x", true],
  ["Fix(api)!: x", true],
  ["BREAKING CHANGE: x", true],
  ["BREAKING-CHANGE: x", true],
  ["feat: x!", false],
  ["wow!", false],
  ["say BREAKING CHANGE: x", false],
])("%s is breaking: %s, as a title and as a commit", (line, breaking) => {
  expect(isBreaking({ title: line, subjects: [] })).toBe(breaking);
  expect(isBreaking({ title: undefined, subjects: ["wip", line] })).toBe(breaking);
});
