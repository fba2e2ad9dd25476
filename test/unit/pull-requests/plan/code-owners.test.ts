import { describe, expect, test } from "../../../support/testing.ts";
import { codeOwnersOf } from "../../../../src/pull-requests/plan/rules/code-owners.ts";
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

  test.each([
    ["@Jane @jane @bob", "Jane", "people"],
    ["@Org/Core @org/core @bob", "Org/Core", "teams"],
    ["Jane@example.com jane@example.com @bob", "Jane@example.com", "emails"],
  ] as const)("an owner whom a line names twice owns each file once: %s", (line, name, kind) => {
    const owners = codeOwnersOf(`* ${line}\n*.md @bob`, ["a.ts", "b.md", "c.md"]);
    expect(owners[kind]).toContainEqual({ name, files: 1 });
    expect(owners.people[0]).toEqual({ name: "bob", files: 3 });
  });

  test.each([
    ["app/@(x)/", "app/@(x)/p", "app/x/p"],
    ["*(x).ts", "a(x).ts", "x.ts"],
    ["?(x).ts", "a(x).ts", "x.ts"],
    ["a+(x|y)", "a+(x|y)", "ax"],
  ])("a parenthesis means itself: %s", (pattern, owned, other) => {
    const lines = `* @everybody\n${pattern} @b`;
    expect(owners(lines, owned)).toEqual(["b"]);
    expect(owners(lines, other)).toEqual(["everybody"]);
  });

  test("a file of 3 MB is not loaded, as GitHub does not load it", () => {
    const text = "* @a\n";
    expect(owners(text.padEnd(2_999_999), "a")).toEqual(["a"]);
    expect(owners(text.padEnd(3_000_000), "a")).toEqual([]);
  });

  test("of too many patterns for any folder the last ones count, because they override the others; that is said", () => {
    const text = `* @first\n${"x @middle\n".repeat(10_000)}*.ts @last`;
    expect(owners(text, "a.ts")).toEqual(["last"]);
    expect(codeOwnersOf(text, ["a.md"])).toEqual({ people: [], teams: [], emails: [], incomplete: true });
  });

  test("all lines of a file of nearly 3 MB count, and are cheap to read", () => {
    const middle = Array.from({ length: 87_000 }, (_, index) => `/packages/p${index}/ @org/team-${index}`);
    const text = ["* @first", ...middle, "# A comment", "*.md @last"].join("\n");
    expect(text.length).toBeGreaterThan(2_900_000);
    expect(text.length).toBeLessThan(3_000_000);
    const read = () =>
      expect(codeOwnersOf(text, ["a.ts", "packages/p7/a", "packages/p86999/b", "c.md"])).toEqual({
        people: [
          { name: "first", files: 1 },
          { name: "last", files: 1 },
        ],
        teams: [
          { name: "org/team-7", files: 1 },
          { name: "org/team-86999", files: 1 },
        ],
        emails: [],
      });
    expect(effortOf(read, { atMost: 75 })).toBeLessThan(75);
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
