import { describe, expect, test } from "../../support/testing.ts";
import { stringify } from "yaml";
import { readSettings } from "../../../src/repository-settings/rules/read-settings.ts";

/** The first problem of a repository's file as `line:column path code`. */
function firstProblem(text: string, file: "repository" | "owner" = "repository"): string | undefined {
  const [problem] = readSettings(text, file).problems;
  return problem && `${problem.line}:${problem.column} ${problem.path} ${problem.code}`;
}

describe("a file is read as it is written", () => {
  test.each([
    { name: "an empty file says nothing", text: "", given: {} },
    { name: "a file of comments says nothing", text: "# draft: always\n\n", given: {} },
    {
      name: "a byte order mark is not part of the first key",
      text: "\ufeffdraft: always\n",
      given: { draft: "always" },
    },
    {
      name: "Windows' line ends are line ends",
      text: "draft: always\r\nhold: true\r\n",
      given: { draft: "always", hold: true },
    },
    {
      name: "JSON is YAML",
      text: '{"limits": {"openPerRequester": null}}',
      given: { limits: { openPerRequester: null } },
    },
    {
      name: "an alias stands for its anchor",
      text: "branches: &all [a]\nbaseBranches: *all\n",
      given: { branches: ["a"], baseBranches: ["a"] },
    },
    { name: "an area's name may be a number", text: "areas: {2: [a]}\n", given: { areas: { 2: ["a"] } } },
  ])("$name", ({ text, given }) => {
    expect(readSettings(text, "repository")).toMatchObject({ problems: [] });
    expect(readSettings(text, "repository").given).toEqual(given);
  });
});

describe("each mistake is reported with its position", () => {
  test.each([
    {
      name: "a key that does not exist",
      text: "draft: always\nreviewer: [a]\n",
      says: "2:1 reviewer setting_unknown",
    },
    {
      name: "a key in a map that does not exist",
      text: "reviewers:\n  peple: [a]\n",
      says: "2:3 reviewers.peple setting_unknown",
    },
    {
      name: "a key twice",
      text: "draft: never\nhold: true\ndraft: always\n",
      says: "3:1 draft setting_duplicate",
    },
    {
      name: "a key twice in a map in a list of maps",
      text: "areas:\n  api: [a]\n  api: [b]\n",
      says: "3:3 areas.api setting_duplicate",
    },
    {
      name: "a word that is not one of the choices",
      text: "draft: maybe\n",
      says: "1:8 draft setting_invalid",
    },
    {
      name: "a number that is too large",
      text: "reviewers: { max: 16 }\n",
      says: "1:19 reviewers.max setting_invalid",
    },
    { name: "a number that is not whole", text: "size:\n  XS: 1.5\n", says: "2:7 size.XS setting_invalid" },
    { name: "a number that is not finite", text: "size: { L: .inf }\n", says: "1:12 size.L setting_invalid" },
    {
      name: "a text instead of a list",
      text: "areas:\n  api: src/**\n",
      says: "2:8 areas.api setting_invalid",
    },
    {
      name: "an item of a list",
      text: "reviewers:\n  people:\n    - ok\n    - not ok\n",
      says: "4:7 reviewers.people[1] setting_invalid",
    },
    {
      name: "an item behind an alias, at its anchor",
      text: "branches: &x ['!a']\nbaseBranches: *x\n",
      says: "1:15 baseBranches[0] setting_invalid",
    },
    {
      name: "a key without a value, at the key",
      text: "hold: true\nlimits:\n",
      says: "2:1 limits setting_invalid",
    },
    {
      name: "an invalid name of an area",
      text: "areas:\n  'a,b': [c]\n",
      says: "2:3 areas.a,b setting_invalid",
    },
    { name: "a list of settings", text: "- draft: always\n", says: "1:1  setting_invalid" },
    { name: "a text instead of a map", text: "always\n", says: "1:1  setting_invalid" },
    { name: "an indentation by tab", text: "size:\n\tXS: 1\n", says: "2:1  settings_unreadable" },
    {
      name: "a bracket that is not closed",
      text: "branches: [a\ndraft: always",
      says: "2:1  settings_unreadable",
    },
    {
      name: "a second document",
      text: "draft: always\n---\ndraft: never\n",
      says: "2:1  settings_unreadable",
    },
    { name: "a tag", text: "draft: !!js/function 'x'\n", says: "1:8  settings_unreadable" },
    {
      name: "an alias of nothing",
      text: "draft: always\nhold: *nothing\n",
      says: "2:7  settings_unreadable",
    },
    {
      name: "a key that only an owner may use",
      text: "hold: true\nlocked: [draft]\n",
      says: "2:1 locked setting_unknown",
    },
    {
      name: "a key that reaches for prototypes",
      text: "hold: true\n__proto__: { enabled: false }\n",
      says: "2:1 __proto__ setting_unknown",
    },
    {
      name: "such a key in a map with free names",
      text: "areas:\n  __proto__: [a]\n",
      says: "2:3 areas.__proto__ setting_unknown",
    },
    {
      name: "a property that every object has",
      text: "constructor: 1\n",
      says: "1:1 constructor setting_unknown",
    },
    {
      name: "a merge key, which YAML 1.2 does not have",
      text: "%YAML 1.1\n---\nsize: &a { M: 60 }\nrisk: { <<: *a }\n",
      says: "4:9 risk.<< setting_unknown",
    },
  ])("$name", ({ text, says }) => {
    expect(firstProblem(text)).toBe(says);
    expect(readSettings(text, "repository").given).toBeNull();
  });

  test("a lock on a key that does not exist is a problem of the owner's file", () => {
    expect(firstProblem("locked:\n  - draft\n  - drafts\n", "owner")).toBe("3:5 locked[1] setting_invalid");
  });
});

describe("the likely intention is suggested", () => {
  test.each([
    {
      text: "reviewer: [a]",
      reason: "Unknown key `reviewer`. Did you mean `reviewers`?",
      remedy: "Use `reviewers`, or remove the key.",
    },
    {
      text: "codeOwners: true",
      reason: "Unknown key `codeOwners`. Did you mean `reviewers.codeOwners`?",
      remedy: "Use `reviewers.codeOwners`, or remove the key.",
    },
    {
      text: "labels: { colour: true }",
      reason: "Unknown key `colour` in `labels`.",
      remedy: "Use one of `type`, `size`, `risk`, `aiGenerated`.",
    },
    {
      text: "draft: Alway",
      reason: '`draft` must be one of `signal`, `always`, `never`, `risky`, but it is "Alway".',
      remedy: "Did you mean `always`?",
    },
    {
      text: "autoReady: yes",
      reason: '`autoReady` must be true or false, but it is "yes".',
      remedy: 'Write true. In YAML 1.2, "yes" is a text.',
    },
    {
      text: "branches: a",
      reason: '`branches` must be a list of at most 100 items, each a glob, but it is "a".',
      remedy: 'Put it in brackets: ["a"]',
    },
    {
      text: "locked: [draft]",
      reason: "`locked` is not allowed in a repository's own file.",
      remedy: "Move it to .github/orb.yml of the owner's repository .github, or remove it.",
    },
    {
      text: "size: 3",
      reason: "`size` must be a map with any of the keys `XS`, `S`, `M`, `L`, but it is 3.",
      remedy: 'For example: {"M":400,"L":2000}',
    },
    {
      text: "risk: { lines: -1 }",
      reason: "`risk.lines` must be a whole number from 1 to 1000000, but it is -1.",
      remedy: "Change the value, or remove the line to use the default.",
    },
    {
      text: "areas: [a]",
      reason:
        "`areas` must be a map of at most 50 entries, from the name of an area to a list of at most 100 items, each a glob, but it is a list of 1.",
      remedy: 'For example: {"api":["src/api/**","openapi.yml"],"docs":["docs/**","*.md"]}',
    },
  ])("$text", ({ text, reason, remedy }) => {
    expect(readSettings(text, "repository").problems).toMatchObject([{ reason, remedy }]);
  });

  test("text of the file is quoted short and without invisible characters", () => {
    const { problems } = readSettings(`"dra\u202e\u0007ft${"x".repeat(500)}": 1\nhold: [1]\n`, "repository");
    expect(problems).toHaveLength(2);
    expect(problems[0]?.reason).toBe(`Unknown key \`draft${"x".repeat(54)}…\`.`);
    expect(problems[0]?.path).toMatch(/^draftx+$/);
    expect(problems[0]?.path.length).toBeLessThan(201);
  });
});

describe("names, hosts and globs", () => {
  test.each([
    {
      of: "people",
      accepted: ["octocat", "@octo-cat", "mona_acme", "jane-doe_ACME", "old-", "a--b", "a"],
      refused: ["", "@", "octo cat", "octo[bot]", "-a", "@@a", "a".repeat(41), "octo/cat", "a\n"],
    },
    {
      of: "teams",
      accepted: ["core", "@acme/core", "acme/core-team", "jane_acme/v1.0", "under_score"],
      refused: ["", "acme/", "/core", "a/b/c", "co re"],
    },
    {
      of: "hosts",
      accepted: ["example.com", "*.Example.com", "a-b.example.co.uk"],
      refused: [
        "localhost",
        "https://example.com",
        "example.com/a",
        "*",
        "*.*.com",
        "-a.com",
        `${"a".repeat(64)}.com`,
      ],
    },
    {
      of: "globs",
      accepted: ["**", "src/**/*.{ts,tsx}", "docs/[a-z]?.md", "packages/*/src/**/*.c++", "{api,web}/{a*,b}"],
      refused: [
        "",
        "!src/**",
        "+(a|aa)",
        "@(a)",
        "(a+)+b",
        "a|b",
        "\\*",
        "[ab]+c",
        "{a,a}+c",
        "*a*a*a",
        "a/*a/*a/*a/*a/*",
        "***",
        "{a,a}{a,a}{a,a}",
        "a\u0000b",
        "a".repeat(301),
      ],
    },
  ])("valid $of are accepted, invalid ones refused", ({ of, accepted, refused }) => {
    const file = (value: string) =>
      stringify(
        of === "globs"
          ? { branches: [value] }
          : of === "hosts"
            ? { links: { hosts: [value] } }
            : { reviewers: { [of]: [value] } },
      );
    const isTaken = (value: string) => readSettings(file(value), "repository").given !== null;
    expect(accepted.filter((value) => !isTaken(value))).toEqual([]);
    expect(refused.filter((value) => isTaken(value))).toEqual([]);
  });
});
