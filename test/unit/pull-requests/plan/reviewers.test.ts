import { describe, expect, test } from "../../../support/testing.ts";
import * as fc from "fast-check";
import { type CodeOwners, codeOwnersOf } from "../../../../src/pull-requests/plan/rules/code-owners.ts";
import { type ReviewerFacts, chooseReviewers } from "../../../../src/pull-requests/plan/rules/reviewers.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";
import { effortOf } from "../../../support/effort.ts";

describe("CODEOWNERS", () => {
  function owners(text: string, ...paths: string[]): string[] {
    const { people, teams, emails } = codeOwnersOf(text, paths);
    return [...people, ...teams, ...emails].map(({ name }) => name);
  }

  // The examples of https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
  const DOCUMENTED = `# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/scripts/ @doctocat @octocat
**/logs @octo-cat
/apps2/ @octocat
/apps2/github
`;

  test.each<[path: string, owned: string[]]>([
    ["a.rb", ["global-owner1", "global-owner2"]],
    ["x/a.js", ["js-owner"]],
    ["a.go", ["docs@example.com"]],
    ["a.txt", ["octo-org/octocats"]],
    ["build/logs/a/b", ["octo-cat"]],
    ["x/build/logs.js", ["js-owner"]],
    ["docs/getting-started.md", ["docs@example.com"]],
    ["docs/build-app/troubleshooting.md", ["global-owner1", "global-owner2"]],
    ["x/apps/y/z.js", ["octocat"]],
    ["scripts/a", ["doctocat", "octocat"]],
    ["deeply/nested/logs/a", ["octo-cat"]],
    ["apps2/a", ["octocat"]],
    ["apps2/github", []],
    ["apps2/github/a", []],
  ])("%s is owned by %j", (path, owned) => {
    expect(owners(DOCUMENTED, path)).toEqual(owned);
  });

  describe("a line that GitHub ignores is skipped", () => {
    test.each([
      "!a.ts @b",
      "[ab].ts @b",
      "\\#a.ts @b",
      "a.ts not-an-owner",
      "a.ts @b/c/d",
      "a.ts @-b",
      "/ @b",
      "+(a).ts @b",
    ])("%s", (line) => {
      expect(owners(`* @a\n${line}`, "a.ts", "#a.ts", "b.ts")).toEqual(["a"]);
    });
  });

  describe("an owner that can't be one costs only itself", () => {
    test.each([
      ["a.ts @b not-an-owner", ["b"]],
      ["a.ts @-x @b @y/z/w @octo/core", ["b", "octo/core"]],
      ["a.ts @some-app[bot] b@example.com", ["b@example.com"]],
      ["a.ts @jane-doe_ACME @old- @double--hyphen", ["jane-doe_ACME", "old-", "double--hyphen"]],
    ])("%s", (line, owned) => {
      expect(owners(`* @a\n${line}`, "a.ts")).toEqual(owned);
    });
  });

  test("names of folders and files are case-sensitive", () => {
    expect(owners("* @a\nSrc/ @b", "src/a", "SRC/a")).toEqual(["a"]);
  });

  test("a pattern may have an escaped space, and lines may end as on Windows", () => {
    expect(owners("* @a\r\nmy\\ docs/ @b\r\n", "my docs/a")).toEqual(["b"]);
  });

  test("the owner of the most files comes first, and names are case-insensitive", () => {
    const text = "* @One @org/Team one@example.com\n*.md @two\n*.ts @ONE @org/team";
    expect(codeOwnersOf(text, ["a.md", "b.md", "c.md", "a.ts", "b"])).toEqual({
      people: [
        { name: "two", files: 3 },
        { name: "ONE", files: 2 },
      ],
      teams: [{ name: "org/team", files: 2 }],
      emails: [{ name: "one@example.com", files: 1 }],
    });
  });

  test("a file of 3 MB is not loaded, as GitHub does not load it", () => {
    const text = "* @a\n";
    expect(owners(text.padEnd(2_999_999), "a")).toEqual(["a"]);
    expect(owners(text.padEnd(3_000_000), "a")).toEqual([]);
  });

  test("of too many lines the last ones count, because they override the others", () => {
    const text = `* @first\n${"x @middle\n".repeat(10_000)}*.ts @last`;
    expect(owners(text, "a.ts")).toEqual(["last"]);
    expect(owners(text, "a.md")).toEqual([]);
  });

  test("thousands of folders with their own owners are cheap to match", () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `/packages/p${index}/src/ @a${index}`).join(
      "\n",
    );
    const paths = Array.from({ length: 3_000 }, (_, index) => `packages/p${index % 3}/src/a/File${index}.ts`);
    const found = () => expect(codeOwnersOf(text, paths).people).toHaveLength(3);
    expect(effortOf(found, { atMost: 75 })).toBeLessThan(75);
  });

  test("a hostile file is cheap to read", () => {
    const paths = Array.from({ length: 20 }, (_, index) => `${"a".repeat(200)}${index}`);
    const read = () => {
      expect(owners(`${"*a".repeat(480)}b @a\n`.repeat(3_000), ...paths)).toEqual([]);
      expect(owners(`* @a\n${"a/".repeat(400)} @b`, "a/".repeat(50_000))).toEqual(["b"]);
      expect(owners(`${"\\".repeat(1_000_000)}\n${" ".repeat(1_000_000)}`, ...paths)).toEqual([]);
    };
    expect(effortOf(read, { atMost: 300 })).toBeLessThan(300);
  });
});

describe("the choice of reviewers", () => {
  const SETTINGS = DEFAULT_SETTINGS.reviewers;
  const OWNERS: CodeOwners = {
    people: [
      { name: "owner-of-three", files: 3 },
      { name: "owner-of-one", files: 1 },
    ],
    teams: [{ name: "Octo/core", files: 2 }],
    emails: [],
  };
  const FACTS: ReviewerFacts = {
    signal: [],
    settings: SETTINGS,
    codeOwners: null,
    author: "orb-bot[bot]",
    owner: "octo",
    draft: false,
  };

  function choose(more: Partial<ReviewerFacts>) {
    const { refused, ...chosen } = chooseReviewers({ ...FACTS, ...more });
    return { ...chosen, refused: refused.map(({ code }) => code) };
  }

  test.each<{
    title: string;
    facts: Partial<ReviewerFacts>;
    people?: string[];
    teams?: string[];
    refused?: string[];
  }>([
    { title: "nobody is named, so nobody is asked", facts: {} },
    {
      title: "the signal's reviewers come first, then the settings', then code owners by their files",
      facts: {
        signal: ["s"],
        settings: { ...SETTINGS, people: ["@p"], teams: ["@octo/t", "u"] },
        codeOwners: OWNERS,
      },
      people: ["s", "p", "owner-of-three", "owner-of-one"],
      teams: ["t", "u", "core"],
    },
    {
      title: "each is asked once, in any case of letters",
      facts: {
        signal: ["Owner-Of-One", "a"],
        settings: { ...SETTINGS, people: ["A"], teams: ["CORE"] },
        codeOwners: OWNERS,
      },
      people: ["Owner-Of-One", "a", "owner-of-three"],
      teams: ["CORE"],
    },
    {
      title: "the author is never asked",
      facts: { signal: ["Jo", "a"], author: "jo" },
      people: ["a"],
      refused: ["reviewer_is_author"],
    },
    {
      title: "a login of an enterprise, an old one and one with an @ are asked like any other",
      facts: { signal: ["jane-doe_ACME", "old-", "@a--b"] },
      people: ["jane-doe_ACME", "old-", "a--b"],
    },
    {
      title: "reviewers of the signal that can't be asked are refused, and the others are asked",
      facts: { signal: ["octo/core", "", "a", "dependabot[bot]", "x y", "orb-bot[bot]"] },
      people: ["a"],
      refused: ["reviewer_is_author", "reviewer_is_bot", "reviewer_has_no_login"],
    },
    {
      title: "code owners are not asked on a draft; others are",
      facts: { signal: ["a"], codeOwners: OWNERS, draft: true },
      people: ["a"],
    },
    {
      title: "code owners are not asked if the settings say so",
      facts: { codeOwners: OWNERS, settings: { ...SETTINGS, codeOwners: false } },
    },
    {
      title: "teams of other organizations can't be asked",
      facts: { settings: { ...SETTINGS, teams: ["other/t", "octo/u", "octo/u/v"] } },
      teams: ["u"],
      refused: ["team_of_another_owner", "reviewer_has_no_login"],
    },
    {
      title: "an owner with only an e-mail address can't be asked, which is reported once",
      facts: {
        codeOwners: { people: [], teams: [], emails: [{ name: "a@example.com", files: 1 }] },
        settings: { ...SETTINGS, people: ["b@example.com", "not a login"] },
      },
      refused: ["reviewer_has_no_login"],
    },
    {
      title: "at most as many are asked as the settings allow",
      facts: { signal: ["a", "b"], settings: { ...SETTINGS, max: 1 } },
      people: ["a"],
      refused: ["too_many_reviewers"],
    },
    {
      title: "the code owners of the most files are asked",
      facts: { codeOwners: OWNERS, settings: { ...SETTINGS, max: 2 } },
      people: ["owner-of-three"],
      teams: ["core"],
      refused: ["too_many_reviewers"],
    },
    {
      title: "if the settings allow nobody, nobody is asked and no problem is reported",
      facts: { signal: ["a"], settings: { ...SETTINGS, max: 0 }, codeOwners: OWNERS },
    },
  ])("$title", ({ facts, people = [], teams = [], refused = [] }) => {
    expect(choose(facts)).toEqual({ people, teams, refused });
  });

  test("a refusal names everybody whom it leaves out, and shortens a long list", () => {
    const signal = Array.from({ length: 40 }, (_, index) => `r${index}`);
    const { people, refused } = chooseReviewers({ ...FACTS, signal });
    expect(people).toEqual(signal.slice(0, 15));
    expect(refused).toEqual([
      {
        code: "too_many_reviewers",
        reason: `At most 15 reviewers are asked, so these were not asked: ${signal.slice(15, 35).join(", ")} and 5 more.`,
        remedy: "Ask them on the pull request, or choose fewer reviewers.",
      },
    ]);
    const hostile = chooseReviewers({ ...FACTS, signal: ["x".repeat(5_000)] });
    expect(hostile.refused[0]?.reason.length).toBeLessThan(150);
  });

  test("for any names, at most 15 are asked, nobody twice, never the author", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "A", "jo", "octo/t", "OCTO/T", "x@y"),
      fc.string({ maxLength: 4 }),
    );
    const names = fc.array(name, { maxLength: 12 });
    const owned = names.map((all) => all.map((name, index) => ({ name, files: index })));
    const codeOwners = fc.record({ people: owned, teams: owned, emails: owned });
    fc.assert(
      fc.property(names, names, names, fc.nat(15), codeOwners, (signal, people, teams, max, codeOwners) => {
        const settings = { ...SETTINGS, people, teams, max };
        const chosen = chooseReviewers({ ...FACTS, signal, settings, codeOwners, author: "JO" });
        expect(chosen.people.length + chosen.teams.length).toBeLessThanOrEqual(max);
        for (const list of [chosen.people, chosen.teams].map((all) =>
          all.map((name) => name.toLowerCase()),
        )) {
          expect(new Set(list).size).toBe(list.length);
          expect(list.every((name) => /^[a-z0-9_.-]+$/.test(name))).toBe(true);
        }
        expect(chosen.people.map((name) => name.toLowerCase())).not.toContain("jo");
      }),
    );
  });
});
