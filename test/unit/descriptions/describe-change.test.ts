import { describe, expect, test } from "../../support/testing.ts";
import { descriptionFacts, file, sectionOf } from "./description-facts.ts";

describe("changes", () => {
  const areas = [
    { name: "api", label: "area: api", paths: ["src/api/routes.ts", "src/api/index.ts"] },
    { name: "docs", label: "area: docs", paths: ["docs/api.md", "docs/index.ts"] },
  ];
  test("are grouped by area if most of them name files of one", () => {
    const changes = [
      "`src/api/routes.ts` has a route",
      "All is new",
      "routes.ts is tidy",
      "`docs/api.md` says so",
      "index.ts",
      "docs/api.md too",
    ];
    expect(sectionOf(descriptionFacts({ changes }, { areas }), "how")).toBe(
      "## How\n\n- All is new\n- index.ts\n\n**api**\n\n- `src/api/routes.ts` has a route\n- routes.ts is tidy\n\n**docs**\n\n- `docs/api.md` says so\n- docs/api.md too",
    );
  });

  test.each([
    { name: "there are few", changes: ["routes.ts", "api.md"] },
    { name: "most of them name no file", changes: ["routes.ts", "api.md", "a", "b", "c", "d"] },
    { name: "all name the same file", changes: Array.from({ length: 6 }, () => "routes.ts") },
  ])("are one list if $name", ({ changes }) => {
    expect(sectionOf(descriptionFacts({ changes }, { areas }), "how")).not.toContain("**");
  });
});

describe("tests", () => {
  const added = file("a.test.ts", { kind: "test", status: "added", additions: 5 });
  const changed = file("b.test.ts", { kind: "test", additions: 3, deletions: 1 });
  const removed = file("c.test.ts", { kind: "test", status: "removed", additions: 0, deletions: 7 });
  const source = file("a.ts");
  test.each([
    { files: [added, source], says: "1 test file added: **+5 −0** in `a.test.ts`" },
    {
      files: [changed, added, removed, source],
      says: "1 test file added, 1 changed, **1 removed**: **+8 −8** in `a.test.ts`, `b.test.ts`",
    },
    { files: [removed, source], says: "**1 test file removed**: **+0 −7**" },
    { files: [changed], says: "1 test file changed: **+3 −1** in `b.test.ts`\n\nNo source file changes." },
    { files: [source], says: "**No test changes**, although 1 source file changes." },
    { files: [source, file("b.ts")], says: "**No test changes**, although 2 source files change." },
  ])("$says", ({ files, says }) => {
    expect(sectionOf(descriptionFacts({}, { files }), "tests")).toBe(`## Tests\n\n${says}`);
  });

  test("are not mentioned if neither tests nor source change", () => {
    expect(sectionOf(descriptionFacts({}, { files: [file("a.md", { kind: "docs" })] }), "tests")).toBe("");
    const generated = file("a.ts", { generated: true });
    expect(sectionOf(descriptionFacts({}, { files: [generated] }), "tests")).toBe("");
  });

  test("are said to be missing only as far as the files are known", () => {
    const totals = { files: 300, exact: false, additions: 1, deletions: 0 };
    expect(sectionOf(descriptionFacts({}, { files: [source] }, { totals }), "tests")).toContain(
      "changes; not all files are known.",
    );
  });
});

describe("files", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => file(`src/f${index}.ts`, { additions: index }));
  test.each([
    { name: "one", files: [file("a")], says: "1 file, **+1 −0**\n\n| File |" },
    {
      name: "six, the most without directories",
      files: many(6),
      says: "6 files, **+15 −0**\n\n| File | Kind | Change | + | − |\n| --- | --- | --- | ---: | ---: |\n| `src/f5.ts` |",
    },
    {
      name: "seven",
      files: many(7),
      says: "7 files, **+21 −0**\n\n| Directory | Kind | Files | + | − |\n| --- | --- | ---: | ---: | ---: |\n| `src/` | source | 7 | 21 | 0 |\n\n<details>\n<summary>All 7 files, the largest groups first</summary>\n\n| File |",
    },
    {
      name: "151, of which 150 are listed",
      files: many(151),
      says: "<summary>The first 150 of 151 files, the largest groups first</summary>",
    },
    {
      name: "only generated files",
      files: [file("package-lock.json", { generated: true, additions: 9 })],
      says: "1 file, **+9 −0**\n\nGenerated or vendored, not shown above: 1 file, **+9 −0** (`package-lock.json`)",
    },
    {
      name: "a file at the root",
      files: [...many(6), file("a.md", { kind: "docs" })],
      says: "| _root_ | docs | 1 | 1 | 0 |",
    },
    {
      name: "a file that was removed",
      files: [file("a", { status: "removed", additions: 0, deletions: 3 })],
      says: "| `a` | source | removed | 0 | 3 |",
    },
  ])("$name", ({ files, says }) => {
    expect(sectionOf(descriptionFacts({}, { files }), "files")).toContain(
      `## Files\n\n${says}`.slice(says.startsWith("|") || says.startsWith("<") ? 10 : 0),
    );
  });

  test.each([
    {
      totals: { files: 20_000, exact: true },
      says: "20¦000 files, **+7 −8**; only the first 2 are listed\n",
    },
    {
      totals: { files: 2, exact: false },
      says: "At least 2 files, **+7 −8**; only the first 2 are listed\n",
    },
    { totals: { files: 2, exact: true }, says: "2 files, **+7 −8**\n" },
  ])("of which only some are known: $says", ({ totals, says }) => {
    const facts = descriptionFacts(
      {},
      { files: [file("a"), file("b")] },
      { totals: { ...totals, additions: 7, deletions: 8 } },
    );
    expect(sectionOf(facts, "files")).toContain(`## Files\n\n${says}`);
  });

  test("that were added, removed or renamed are counted above a table of directories", () => {
    const files = [
      ...many(6),
      file("a", { status: "removed" }),
      file("b", { status: "renamed", previousPath: "c" }),
    ];
    expect(sectionOf(descriptionFacts({}, { files }), "files")).toContain(
      "**+17 −0**, 1 removed, 1 renamed\n\n| Directory |",
    );
  });

  test("that GitHub did not list are counted", () => {
    const totals = { files: 300, exact: false, additions: 0, deletions: 0 };
    expect(sectionOf(descriptionFacts({}, { files: [] }, { totals }), "files")).toContain(
      "GitHub listed none of them",
    );
  });

  test("of a dependency change include the lock file", () => {
    const files = [file("package-lock.json", { generated: true, kind: "dependencies" })];
    expect(sectionOf(descriptionFacts({}, { files, type: "dependencies" }), "files")).toMatch(
      /^## Manifests and lock files\n\n[\s\S]*\| `package-lock\.json` \| dependencies \|/,
    );
  });
});

describe("the plan", () => {
  const plan = { areas: ["src/**", "docs/**"], steps: [] };
  test.each([
    {
      name: "is followed",
      files: [file("src/a"), file("docs/a")],
      says: "As planned: every planned area is changed, and nothing else.",
    },
    {
      name: "is not followed",
      files: [file("src/a"), file("x/b")],
      says: "- **Not planned:** `x/b`\n- **Planned but not changed:** `docs/**`",
    },
    {
      name: "is not followed by many files, which are named by their directories",
      files: [
        file("src/a"),
        file("docs/a"),
        file("at-root"),
        ...Array.from({ length: 8 }, (_, index) => file(`x/${index}`)),
      ],
      says: "- **Not planned:** `x/` (8 files), the root (1 file)",
    },
  ])("$name", ({ files, says }) => {
    expect(sectionOf(descriptionFacts({}, { files }, { plan }), "plan")).toBe(
      `## Compared with the plan\n\n${says}`,
    );
  });

  test("is not mentioned if there is none, or if nothing in it can be compared", () => {
    expect(sectionOf(descriptionFacts(), "plan")).toBe("");
    expect(sectionOf(descriptionFacts({}, {}, { plan: { areas: [], steps: ["Do it"] } }), "plan")).toBe("");
  });
});

describe("risk", () => {
  const dependencies = { about: "dependencies", text: "It changes dependencies: `package.json`." } as const;
  const api = { about: "api", text: "It changes API definitions: `a.proto`." } as const;
  const untested = { about: "tests", text: "It changes source code but no tests." } as const;
  const risks = ["It changes CI workflows: `ci.yml`."];
  const disagreement = "The agent calls it docs, but it also changes source code.";
  test.each<{ name: string; analysis: Parameters<typeof descriptionFacts>[1]; says: string }>([
    {
      name: "reasons come first, then the notes",
      analysis: { risks, notes: [dependencies, api], disagreement },
      says: `**High**, because:\n\n- ${risks.join("")}\n\nAlso worth checking:\n\n- ${dependencies.text}\n- ${api.text}\n\n${disagreement}`,
    },
    {
      name: "notes alone are not a high risk",
      analysis: { notes: [api] },
      says: `Worth checking:\n\n- ${api.text}`,
    },
    { name: "missing tests are in their own section", analysis: { notes: [untested] }, says: "" },
    {
      name: "a docs change has no section about tests",
      analysis: { notes: [untested], type: "docs" },
      says: `Worth checking:\n\n- ${untested.text}`,
    },
    {
      name: "a dependency change gets no note about dependencies",
      analysis: { notes: [dependencies], type: "dependencies" },
      says: "",
    },
    { name: "a wrong type for the change is shown alone", analysis: { disagreement }, says: disagreement },
  ])("$name", ({ analysis, says }) => {
    expect(sectionOf(descriptionFacts({}, analysis), "risk")).toBe(says === "" ? "" : `## Risk\n\n${says}`);
  });
});
