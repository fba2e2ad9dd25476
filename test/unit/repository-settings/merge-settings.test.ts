import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { mergeSettings } from "../../../src/repository-settings/rules/merge-settings.ts";
import { readSettings } from "../../../src/repository-settings/rules/read-settings.ts";
import { validateSettings } from "../../../src/repository-settings/rules/validate-settings.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";

/** The settings in force with these files, which have no problems of their own. */
function merge({ owner, repository }: { owner?: string; repository?: string }) {
  const read = (text: string | undefined, file: "owner" | "repository") => {
    if (text === undefined) return null;
    const settings = readSettings(text, file);
    expect(settings.problems).toEqual([]);
    return settings;
  };
  return mergeSettings({ owner: read(owner, "owner"), repository: read(repository, "repository") });
}

describe("the settings in force are", () => {
  test.each([
    { name: "the defaults, without any file", holds: {} },
    { name: "the defaults, if the files are empty", owner: "", repository: "", holds: {} },
    {
      name: "the owner's values before the defaults",
      owner: "draft: always",
      repository: "",
      holds: { draft: "always" },
    },
    {
      name: "the repository's values before the owner's",
      owner: "draft: always",
      repository: "draft: never",
      holds: { draft: "never" },
    },
    {
      name: "merged key by key in a map",
      owner: "limits: { openPerRequester: 5, openPerRepository: 9 }",
      repository: "limits: { openPerRepository: 2 }",
      holds: { limits: { openPerRequester: 5, openPerRepository: 2 } },
    },
    {
      name: "the repository's list instead of the owner's",
      owner: "protectedPaths: [a, b]",
      repository: "protectedPaths: [c]",
      holds: { protectedPaths: ["c"] },
    },
    {
      name: "the areas of both; the repository's if both have the same one",
      owner: "areas: { ci: [.github/**], docs: [docs/**] }",
      repository: "areas: { docs: ['*.md'], api: [api/**] }",
      holds: { areas: { ci: [".github/**"], docs: ["*.md"], api: ["api/**"] } },
    },
    {
      name: "null, if a repository switches off the owner's value",
      owner: "disclosure: By AI.",
      repository: "disclosure: null",
      holds: { disclosure: null },
    },
    {
      name: "logins without @, and hosts in lower case",
      repository:
        "reviewers: { people: ['@Mona'], teams: ['@acme/core'] }\nlinks: { hosts: [Docs.Example.COM] }",
      holds: {
        reviewers: { ...DEFAULT_SETTINGS.reviewers, people: ["Mona"], teams: ["acme/core"] },
        links: { hosts: ["docs.example.com"] },
      },
    },
    {
      name: "sizes from both files that ascend only together",
      owner: "size: { M: 2000, L: 9000 }",
      repository: "size: { S: 1500 }",
      holds: { size: { XS: 10, S: 1500, M: 2000, L: 9000 } },
    },
  ])("$name", ({ holds, ...files }) => {
    expect(merge(files)).toMatchObject({ settings: { ...DEFAULT_SETTINGS, ...holds }, problems: [] });
  });
});

describe("a key that conflicts with the rest is left out, and the rest is in force", () => {
  test.each([
    {
      name: "a locked key",
      owner: "draft: always\nlocked: [draft]",
      repository: "hold: true\ndraft: never",
      holds: { draft: "always", hold: true },
      problems: [{ file: "repository", path: "draft", line: 2, column: 1, code: "setting_locked" }],
    },
    {
      name: "a locked key that the owner leaves at its default",
      owner: "locked: [hold]",
      repository: "hold: true",
      holds: { hold: false },
      problems: [{ file: "repository", path: "hold", line: 1, column: 1, code: "setting_locked" }],
    },
    {
      name: "one locked key of a map",
      owner: "locked: [limits.openPerRequester]",
      repository: "limits:\n  openPerRepository: 3\n  openPerRequester: 900",
      holds: { limits: { openPerRepository: 3, openPerRequester: null } },
      problems: [
        { file: "repository", path: "limits.openPerRequester", line: 3, column: 3, code: "setting_locked" },
      ],
    },
    {
      name: "a locked map and everything in it",
      owner: "areas: { ci: [a] }\nlocked: [areas]",
      repository: "areas: { api: [b] }",
      holds: { areas: { ci: ["a"] } },
      problems: [{ file: "repository", path: "areas", line: 1, column: 1, code: "setting_locked" }],
    },
    {
      name: "a key that is locked itself and with its map",
      owner: "locked: [limits, limits.openPerRequester]",
      repository: "limits: { openPerRequester: 900 }",
      holds: {},
      problems: [
        { file: "repository", path: "limits", line: 1, column: 1, code: "setting_locked" },
        { file: "repository", path: "limits.openPerRequester", line: 1, column: 11, code: "setting_locked" },
      ],
    },
    {
      name: "sizes that don't ascend with the defaults",
      repository: "hold: true\nsize: { M: 5000 }",
      holds: { hold: true },
      problems: [{ file: "repository", path: "size", line: 2, column: 1, code: "setting_unfitting" }],
    },
    {
      name: "sizes that are the same",
      owner: "size: { XS: 50 }",
      holds: {},
      problems: [{ file: "owner", path: "size", line: 1, column: 1, code: "setting_unfitting" }],
    },
    {
      name: "sizes that don't ascend together with the owner's",
      owner: "size: { XS: 100, S: 200 }",
      repository: "size: { S: 40 }",
      holds: { size: { XS: 100, S: 200, M: 250, L: 1000 } },
      problems: [{ file: "repository", path: "size", line: 1, column: 1, code: "setting_unfitting" }],
    },
    {
      name: "too many areas together with the owner's",
      owner: `areas: {${names("o", 30)}}`,
      repository: `draft: never\nareas: {${names("r", 30)}}`,
      holds: { draft: "never", areas: expect.not.objectContaining({ r0: ["a"] }) },
      problems: [{ file: "repository", path: "areas", line: 2, column: 1, code: "setting_unfitting" }],
    },
  ])("$name", ({ holds, problems, ...files }) => {
    const merged = merge(files);
    expect(merged.settings).toEqual({ ...DEFAULT_SETTINGS, ...holds });
    expect(merged.problems).toMatchObject(problems);
  });

  function names(prefix: string, count: number): string {
    return Array.from({ length: count }, (_, index) => `${prefix}${index}: [a]`).join(", ");
  }
});

test("no repository setting changes what the owner locks", () => {
  const sizes = fc.record(
    { XS: fc.nat(300), S: fc.nat(300), M: fc.nat(300), L: fc.nat(300) },
    { requiredKeys: [] },
  );
  const file = fc.record(
    {
      draft: fc.constantFrom("signal", "always", "never", "risky"),
      size: sizes,
      limits: fc.record({ openPerRequester: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] }),
      protectedPaths: fc.array(fc.constantFrom("a", "b"), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const locks = fc.subarray(["draft", "size", "size.M", "limits.openPerRequester", "protectedPaths"]);
  fc.assert(
    fc.property(file, file, locks, (owner, repository, locked) => {
      const ownerText = JSON.stringify({ ...owner, locked });
      const { settings } = validateSettings({ repository: JSON.stringify(repository), owner: ownerText });
      const { settings: without } = validateSettings({ repository: "", owner: ownerText });
      fc.pre(settings !== null && without !== null);
      const { size } = settings;
      expect([size.XS < size.S, size.S < size.M, size.M < size.L]).not.toContain(false);
      const paths = locked.map((path) => path.split("."));
      expect(paths.map((path) => at(settings, path))).toEqual(paths.map((path) => at(without, path)));
    }),
  );
  function at(value: unknown, path: readonly string[]): unknown {
    return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
  }
});
