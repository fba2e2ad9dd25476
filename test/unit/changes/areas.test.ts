import { describe, expect, test } from "../../support/testing.ts";
import { areasOf } from "../../../src/changes/rules/areas.ts";
import { segmentsOf } from "../../../src/changes/rules/globs.ts";
import { matchLabeler } from "../../../src/changes/rules/labeler-match.ts";
import { readLabeler } from "../../../src/changes/rules/labeler.ts";
import { effortOf } from "../../support/effort.ts";

describe("areas", () => {
  const BRANCHES = { headBranch: "agent/x", baseBranch: "main", labeler: null };
  const LABELER = { path: ".github/labeler.yml", text: "Backend:\n- changed-files: 'src/**'" };

  test("an area holds what its globs match, minus later globs that begin with !", () => {
    const settings = { areas: { api: ["src/api/**", "!**/*.md"], docs: ["**/*.md"], web: ["web/**"] } };
    const paths = ["src/api/a.ts", "src/api/README.md", "src/b.ts"];
    expect(areasOf({ ...BRANCHES, paths, settings })).toEqual({
      areas: [
        { name: "api", label: "area: api", paths: ["src/api/a.ts"] },
        { name: "docs", label: "area: docs", paths: ["src/api/README.md"] },
      ],
      problems: [],
    });
  });

  test("if the settings name no areas, the labels of labeler.yml are the areas, under their own names", () => {
    const facts = { ...BRANCHES, paths: ["src/a.ts"], labeler: LABELER };
    const backend = { name: "Backend", label: "Backend", paths: ["src/a.ts"] };
    expect(areasOf({ ...facts, settings: { areas: {} } }).areas).toEqual([backend]);
    expect(areasOf({ ...facts, settings: { areas: { all: ["**"] } } }).areas).toEqual([
      { name: "all", label: "area: all", paths: ["src/a.ts"] },
    ]);
  });

  test("without settings and labeler.yml there are no areas", () => {
    expect(areasOf({ ...BRANCHES, paths: ["a"], settings: { areas: {} } })).toEqual({
      areas: [],
      problems: [],
    });
  });

  test("an unreadable glob is reported; the others still count", () => {
    const settings = { areas: { api: ["+(a|b)", "src/**"] } };
    const { areas, problems } = areasOf({ ...BRANCHES, paths: ["src/a.ts"], settings });
    expect(areas).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: "glob_unreadable", reason: expect.stringContaining("areas.api has the pattern +(a|b)") },
    ]);
  });

  test("areas and patterns above the limit are left out and reported", () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, ["**"]]));
    const facts = { ...BRANCHES, paths: ["a"] };
    const found = areasOf({ ...facts, settings: { areas: many } });
    expect(found.areas).toHaveLength(100);
    expect(found.problems).toMatchObject([{ code: "too_many_areas" }]);
    const long = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [`a${index}`, Array(100).fill("{a,b}")]),
    );
    expect(areasOf({ ...facts, settings: { areas: long } })).toMatchObject({
      areas: { length: 10 },
      problems: [{ code: "too_many_areas" }],
    });
  });

  test("problems in labeler.yml are reported", () => {
    const labeler = { ...LABELER, text: "a: 'src/**'" };
    const { problems } = areasOf({ ...BRANCHES, paths: ["a"], settings: { areas: {} }, labeler });
    expect(problems).toMatchObject([{ code: "labeler_unreadable" }]);
  });

  test("3 000 files and 30 areas are cheap to match", () => {
    const paths = Array.from(
      { length: 3_000 },
      (_, index) => `packages/module-${index % 60}/src/components/panel/File${index}.service.ts`,
    );
    const areas = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `area-${index}`,
        [`packages/module-${index}/**`, `**/*-${index}.{ts,tsx}`, `!**/*.spec.ts`],
      ]),
    );
    const find = () => expect(areasOf({ ...BRANCHES, paths, settings: { areas } }).areas).toHaveLength(30);
    expect(effortOf(find, { atMost: 40 })).toBeLessThan(40);
  });
});

describe("labeler.yml", () => {
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

  // The meaning of each of the four: https://github.com/actions/labeler#match-object
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
  ])("%s of src/** and **/*.ts matches %s: %s", (match, files, given) => {
    expect(labels(globs(match), { files: files.split(" ") })).toEqual(given ? ["x"] : []);
  });

  test("a label lists the files that it is given for", () => {
    const text = `x:\n- changed-files: ['docs/**', '.github/**']\n- head-branch: '^agent/'`;
    const files = ["docs/a.md", "src/a.ts", ".github/a.yml"];
    expect(label(text, { files })).toEqual([{ label: "x", paths: ["docs/a.md", ".github/a.yml"] }]);
    expect(label(text, { files: ["src/a.ts"] })).toEqual([{ label: "x", paths: [] }]);
  });

  describe("conditions are combined like in actions/labeler", () => {
    const SOURCE = { files: ["src/a.ts"], head: "feature/a", base: "main" };
    test.each<[title: string, text: string, change: Change, given: boolean]>([
      [
        "a bare list: one match is enough",
        "- head-branch: [a, '^feature']\n- base-branch: '^x'",
        SOURCE,
        true,
      ],
      ["a bare list: no match", "- head-branch: '^a'\n- base-branch: '^x'", SOURCE, false],
      [
        "any: one match is enough",
        "- any:\n  - head-branch: '^x'\n  - changed-files:\n    - any-glob-to-any-file: 'src/*'",
        SOURCE,
        true,
      ],
      [
        "all: every condition must match",
        "- all:\n  - head-branch: '^feature'\n  - changed-files:\n    - any-glob-to-any-file: 'lib/*'",
        SOURCE,
        false,
      ],
      ["all: also every regular expression", "- all:\n  - head-branch: ['^feature', 'b$']", SOURCE, false],
      [
        "all: both branches of one condition must match",
        "- all:\n  - head-branch: '^feature'\n    base-branch: '^main$'",
        SOURCE,
        true,
      ],
      [
        "all and any: both must match",
        "- all:\n  - head-branch: '^feature'\n- any:\n  - base-branch: '^develop'",
        SOURCE,
        false,
      ],
      [
        "a bare condition belongs to the first any",
        "- any:\n  - base-branch: '^develop'\n- head-branch: '^feature'",
        SOURCE,
        true,
      ],
      [
        "a bare condition before an any is its own group",
        "- head-branch: '^feature'\n- any:\n  - base-branch: '^develop'",
        SOURCE,
        false,
      ],
      [
        "all: a change without files matches no file condition",
        "- all:\n  - changed-files:\n    - all-globs-to-all-files: '**'",
        { ...SOURCE, files: [] },
        false,
      ],
      [
        "any: one of two file conditions is enough",
        "- changed-files:\n  - any-glob-to-any-file: x\n    all-globs-to-all-files: ['src/*', '!lib/*']",
        SOURCE,
        true,
      ],
      [
        "all: both file conditions must match",
        "- all:\n  - changed-files:\n    - any-glob-to-any-file: x\n      all-globs-to-all-files: 'src/*'",
        SOURCE,
        false,
      ],
      ["empty conditions match nothing, with all", "- all: [{}]", SOURCE, false],
      ["empty conditions match nothing, with any", "- any: [{}]", SOURCE, false],
      ["an empty entry is skipped", "-\n- head-branch: '^feature'", SOURCE, true],
      ["a label without conditions is no rule", "[]", SOURCE, false],
    ])("%s", (_title, text, change, given) => {
      expect(labels(`x:\n${text.replaceAll(/^/gm, " ")}`, change)).toEqual(given ? ["x"] : []);
    });
  });

  test("labels for files are left out if there are too many files or too many such labels", () => {
    const text = "a:\n- changed-files: '*'\nb:\n- changed-files: '*'\nc:\n- head-branch: '^agent'";
    const files = ["a", "b"];
    expect(labels(text, { files })).toEqual(["a", "b", "c"]);
    expect(labels(`max-files-changed: 1\n${text}`, { files })).toEqual(["c"]);
    expect(labels(`changed-files-labels-limit: '1'\n${text}`, { files })).toEqual(["c"]);
    expect(labels(`changed-files-labels-limit: 2\n${text}`, { files })).toEqual(["a", "b", "c"]);
  });

  test("an empty file gives no labels", () => {
    expect(label("# nothing yet\n")).toEqual([]);
  });

  test.each<[title: string, text: string, reason: RegExp]>([
    [
      "no YAML",
      "a:\n- b: [",
      /line 2 of \.github\/labeler\.yml is not valid YAML|line [23] is not valid YAML/,
    ],
    ["a key that is there twice", "a:\n- head-branch: x\na:\n- head-branch: x", /line 3 is not valid YAML/],
    ["not a map", "- a", /it is not a map of labels/],
    [
      "the syntax of version 4",
      "ok:\n- head-branch: x\na:\n- 'src/**'",
      /line 4 of .*not in the syntax of version 5/,
    ],
    ["a label that is a glob", "a: 'src/**'", /line 1 of .*version 5/],
    ["an unknown match", "a:\n- changed-files:\n  - every-glob: x", /line 3 of .*version 5/],
    ["a glob that can't be read", "a:\n- changed-files: '+(b)'", /line 2 of .*does not support/],
    [
      "a regular expression that RE2 does not know",
      "\n\na:\n- head-branch: '(?=a)b'",
      /line 4 of .*does not support/,
    ],
    ["a limit that is not a number", "max-files-changed: many", /line 1 of .*limit is not a number/],
    ["aliases that explode", bomb(), /aliases/],
    ["a file that is too large", `# ${"x".repeat(200_000)}`, /too large/],
  ])("%s is reported with its line", (_title, text, reason) => {
    const { problems } = readLabeler({ path: PATH, text });
    expect(problems).toEqual([
      { code: "labeler_unreadable", reason: expect.stringMatching(reason), remedy: expect.any(String) },
    ]);
  });

  test("readable labels count even if others are unreadable", () => {
    const { rules, problems } = readLabeler({
      path: PATH,
      text: "a: x\nb:\n- head-branch: x\n__proto__:\n- head-branch: x",
    });
    expect(rules.map(({ label }) => label)).toContain("b");
    expect(problems).toHaveLength(1);
  });

  test("labels and patterns above the limit are left out and reported", () => {
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
});
