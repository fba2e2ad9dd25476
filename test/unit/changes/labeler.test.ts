import { describe, expect, test } from "@jest/globals";
import { segmentsOf } from "../../../src/changes/rules/globs.ts";
import { matchLabeler } from "../../../src/changes/rules/labeler-match.ts";
import { readLabeler } from "../../../src/changes/rules/labeler.ts";

const PATH = ".github/labeler.yml";

interface Change {
  files?: string[];
  head?: string;
  base?: string;
}

function label(text: string, { files = [], head = "agent/x", base = "main" }: Change = {}) {
  const labeler = readLabeler({ path: PATH, text });
  expect(labeler.problems).toEqual([]);
  const paths = files.map((path) => ({ path, segments: segmentsOf(path) }));
  return matchLabeler(labeler, { paths, headBranch: head, baseBranch: base });
}

function labels(text: string, change: Change): string[] {
  return label(text, change).map((given) => given.label);
}

const globs = (match: string) => `x:\n- changed-files:\n  - ${match}: ['src/**', '**/*.ts']`;

// What each of the four means: https://github.com/actions/labeler#match-object
test.each<[match: string, files: string, given: boolean]>([
  ["any-glob-to-any-file", "a.md src/a.js", true],
  ["any-glob-to-any-file", "a.md b.ts", true],
  ["any-glob-to-any-file", "a.md", false],
  ["any-glob-to-all-files", "src/a.js src/b.md", true],
  ["any-glob-to-all-files", "src/a.js lib/b.ts", false],
  ["all-globs-to-any-file", "a.md src/a.ts", true],
  ["all-globs-to-any-file", "src/a.js lib/b.ts", false],
  ["all-globs-to-all-files", "src/a.ts src/b.ts", true],
  ["all-globs-to-all-files", "src/a.ts src/b.js", false],
])("%s of src/** and **/*.ts is true of %s: %s", (match, files, given) => {
  expect(labels(globs(match), { files: files.split(" ") })).toEqual(given ? ["x"] : []);
});

test("a label comes with the files for which it is given", () => {
  const text = `x:\n- changed-files: ['docs/**', '.github/**']\n- head-branch: '^agent/'`;
  const files = ["docs/a.md", "src/a.ts", ".github/a.yml"];
  expect(label(text, { files })).toEqual([{ label: "x", paths: ["docs/a.md", ".github/a.yml"] }]);
  expect(label(text, { files: ["src/a.ts"] })).toEqual([{ label: "x", paths: [] }]);
});

describe("conditions are put together as actions/labeler does", () => {
  const SOURCE = { files: ["src/a.ts"], head: "feature/a", base: "main" };
  test.each<[title: string, text: string, change: Change, given: boolean]>([
    ["a bare list: one is enough", "- head-branch: [a, '^feature']\n- base-branch: '^x'", SOURCE, true],
    ["a bare list: none is not", "- head-branch: '^a'\n- base-branch: '^x'", SOURCE, false],
    [
      "any: one is enough",
      "- any:\n  - head-branch: '^x'\n  - changed-files:\n    - any-glob-to-any-file: 'src/*'",
      SOURCE,
      true,
    ],
    [
      "all: every one",
      "- all:\n  - head-branch: '^feature'\n  - changed-files:\n    - any-glob-to-any-file: 'lib/*'",
      SOURCE,
      false,
    ],
    ["all: of regular expressions too", "- all:\n  - head-branch: ['^feature', 'b$']", SOURCE, false],
    [
      "all: what one condition says of both must hold",
      "- all:\n  - head-branch: '^feature'\n    base-branch: '^main$'",
      SOURCE,
      true,
    ],
    [
      "all and any: both",
      "- all:\n  - head-branch: '^feature'\n- any:\n  - base-branch: '^develop'",
      SOURCE,
      false,
    ],
    [
      "what stands bare belongs to the first any",
      "- any:\n  - base-branch: '^develop'\n- head-branch: '^feature'",
      SOURCE,
      true,
    ],
    [
      "what stands bare before an any is a group of its own",
      "- head-branch: '^feature'\n- any:\n  - base-branch: '^develop'",
      SOURCE,
      false,
    ],
    [
      "all: a change without files fits no files",
      "- all:\n  - changed-files:\n    - all-globs-to-all-files: '**'",
      { ...SOURCE, files: [] },
      false,
    ],
    [
      "any: two matches of files, one is enough",
      "- changed-files:\n  - any-glob-to-any-file: x\n    all-globs-to-all-files: ['src/*', '!lib/*']",
      SOURCE,
      true,
    ],
    [
      "all: two matches of files, both",
      "- all:\n  - changed-files:\n    - any-glob-to-any-file: x\n      all-globs-to-all-files: 'src/*'",
      SOURCE,
      false,
    ],
    ["empty conditions hold for nothing, all of them too", "- all: [{}]", SOURCE, false],
    ["nor any of them", "- any: [{}]", SOURCE, false],
    ["an empty entry is passed over", "-\n- head-branch: '^feature'", SOURCE, true],
    ["no conditions are no rule", "[]", SOURCE, false],
  ])("%s", (_title, text, change, given) => {
    expect(labels(`x:\n${text.replaceAll(/^/gm, " ")}`, change)).toEqual(given ? ["x"] : []);
  });
});

test("with too many files, or too many labels of files, these labels are left out", () => {
  const text = "a:\n- changed-files: '*'\nb:\n- changed-files: '*'\nc:\n- head-branch: '^agent'";
  const files = ["a", "b"];
  expect(labels(text, { files })).toEqual(["a", "b", "c"]);
  expect(labels(`max-files-changed: 1\n${text}`, { files })).toEqual(["c"]);
  expect(labels(`changed-files-labels-limit: '1'\n${text}`, { files })).toEqual(["c"]);
  expect(labels(`changed-files-labels-limit: 2\n${text}`, { files })).toEqual(["a", "b", "c"]);
});

test("an empty file gives no label", () => {
  expect(label("# nothing yet\n")).toEqual([]);
});

test.each<[title: string, text: string, reason: RegExp]>([
  ["no YAML", "a:\n- b: [", /line 2 of \.github\/labeler\.yml is not valid YAML|line [23] is not valid YAML/],
  ["no map", "- a", /it is not a map of labels/],
  [
    "the syntax of version 4",
    "ok:\n- head-branch: x\na:\n- 'src/**'",
    /line 4 of .*not in the syntax of version 5/,
  ],
  ["a label that is a glob", "a: 'src/**'", /line 1 of .*version 5/],
  ["an unknown match", "a:\n- changed-files:\n  - every-glob: x", /line 3 of .*version 5/],
  ["a glob that can't be read", "a:\n- changed-files: '+(b)'", /line 2 of .*does not support/],
  [
    "a regular expression that could take long",
    "\n\na:\n- head-branch: '(a+)+$'",
    /line 4 of .*does not support/,
  ],
  ["a limit that is none", "max-files-changed: many", /line 1 of .*limit is not a number/],
  ["aliases that explode", bomb(), /aliases/],
  ["a file that is too large", `# ${"x".repeat(200_000)}`, /too large/],
])("of %s one is told, with the line", (_title, text, reason) => {
  const { problems } = readLabeler({ path: PATH, text });
  expect(problems).toEqual([
    { code: "labeler_unreadable", reason: expect.stringMatching(reason), remedy: expect.any(String) },
  ]);
});

test("what can be read stands beside what can't", () => {
  const { rules, problems } = readLabeler({
    path: PATH,
    text: "a: x\nb:\n- head-branch: x\n__proto__:\n- head-branch: x",
  });
  expect(rules.map(({ label }) => label)).toContain("b");
  expect(problems).toHaveLength(1);
});

test("more labels or patterns than anybody needs are left out and told of", () => {
  const many = Array.from({ length: 201 }, (_, index) => `l${index}:\n- head-branch: x`).join("\n");
  expect(readLabeler({ path: PATH, text: many })).toMatchObject({
    rules: { length: 200 },
    problems: [{ reason: expect.stringContaining("more than 200 labels") }],
  });
  const long = `a:\n- head-branch: [${"x, ".repeat(2_000)}x]\nb:\n- head-branch: x`;
  expect(readLabeler({ path: PATH, text: long }).problems[0]?.reason).toContain("more than 2000 patterns");
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, index) => {
    const before = index === 0 ? "x" : `*l${index - 1}`;
    return `l${index}: &l${index} [${Array(10).fill(before).join(", ")}]`;
  });
  return levels.join("\n");
}
