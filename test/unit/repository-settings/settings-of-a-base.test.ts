import { describe, expect, test } from "../../support/testing.ts";
import { mergeSettings } from "../../../src/repository-settings/rules/merge-settings.ts";
import { readSettings } from "../../../src/repository-settings/rules/read-settings.ts";
import {
  DEFAULT_SETTINGS,
  OF_THE_WHOLE_REPOSITORY,
  type RepositorySettings,
} from "../../../src/repository-settings/settings.ts";

/** For each setting two values that differ from each other and from the default. */
const VALUES: {
  readonly [Key in keyof RepositorySettings]: readonly [ofDefaultBranch: string, ofBase: string];
} = {
  enabled: ["false", "true"],
  hold: ["true", "false"],
  baseBranches: ["[main]", "['*']"],
  branches: ["['agent/**']", "['*']"],
  draft: ["always", "never"],
  autoReady: ["false", "true"],
  labels: ["{ type: false }", "{ aiGenerated: false, risk: false, type: true }"],
  areas: ["{ api: [src/**] }", "{ automerge: ['**'] }"],
  templates: ["{ pullRequestTemplate: ignore }", "{ pullRequestTemplate: fill }"],
  reviewers: ["{ people: [ines], max: 3 }", "{ people: [], max: 0 }"],
  size: ["{ XS: 5 }", "{ XS: 40 }"],
  risk: ["{ lines: 10 }", "{ lines: 100000, files: 10000 }"],
  protectedPaths: ["[src/billing/**]", "[]"],
  limits: ["{ openPerRepository: 1 }", "{ openPerRepository: null }"],
  siblings: ["wait", "link"],
  disclosure: ["Ours.", "Theirs."],
  links: ["{ hosts: [docs.example.com] }", "{ hosts: [evil.example.com] }"],
  retention: ["{ deleteBranchAfterMerge: true }", "{ deleteBranchAfterMerge: false, workspaceDays: 365 }"],
};
const KEYS = Object.keys(DEFAULT_SETTINGS) as (keyof RepositorySettings)[];
const WHOLE: readonly string[] = OF_THE_WHOLE_REPOSITORY;

function merge(texts: { owner?: string; repository?: string }, base: string | null) {
  const read = (text: string | null | undefined, file: "owner" | "repository" | "base") => {
    if (text === null || text === undefined) return null;
    const settings = readSettings(text, file);
    expect(settings.problems).toEqual([]);
    return settings;
  };
  return mergeSettings(
    { owner: read(texts.owner, "owner"), repository: read(texts.repository, "repository") },
    { name: "next", file: read(base, "base") },
  );
}

describe("a base that no file names in full", () => {
  test.each(KEYS)("does not change %s, whether the default branch sets it or not", (key) => {
    const [ours, theirs] = VALUES[key];
    for (const repository of [`${key}: ${ours}`, ""]) {
      const without = merge({ repository }, null);
      expect(merge({ repository }, `${key}: ${theirs}`)).toEqual(without);
    }
  });

  test.each(["'**'", "'*'", "ne*", "'{next,main}'", "n?xt", "Next"])("is not named by %s", (glob) => {
    const { ownRules, settings } = merge({ repository: `baseBranches: [${glob}]` }, "siblings: wait");
    expect([ownRules, settings.siblings]).toEqual([false, "link"]);
  });

  test("is not named by a glob that is also its name", () => {
    const globs = 'baseBranches: [main, "release/{1,2}", "release/*"]';
    const files = { owner: null, repository: readSettings(globs, "repository") };
    const base = { name: "release/{1,2}", file: readSettings("siblings: wait", "base") };
    const { ownRules, settings } = mergeSettings(files, base);
    expect([ownRules, settings.siblings]).toEqual([false, "link"]);
  });

  test("does not name itself", () => {
    const { ownRules, settings } = merge({ repository: "baseBranches: [main]" }, "baseBranches: [next]");
    expect([ownRules, settings.baseBranches]).toEqual([false, ["main"]]);
  });

  test("may be stricter", () => {
    const base = "enabled: false\nhold: Frozen.\ndraft: always\nautoReady: false\nsiblings: wait";
    const { settings, origins } = merge({ repository: "draft: risky\nautoReady: true" }, base);
    const strict = { enabled: false, hold: "Frozen.", draft: "always", autoReady: false };
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, ...strict });
    expect(origins).toEqual({ enabled: "base", hold: "base", draft: "base", autoReady: "base" });
  });

  test.each([
    ["never", "always"],
    ["risky", "signal"],
    ["always", "risky"],
    ["signal", "never"],
  ])("does not change the draft rule %s to %s", (ours, theirs) => {
    expect(merge({ repository: `draft: ${ours}` }, `draft: ${theirs}`).settings.draft).toBe(ours);
  });
});

describe("a base that the default branch names in full", () => {
  const named = "baseBranches: [main, next]\n";

  test.each(KEYS.filter((key) => !WHOLE.includes(key)))("may set %s for itself", (key) => {
    const [ours, theirs] = VALUES[key];
    const { settings, origins } = merge({ repository: `${named}${key}: ${ours}` }, `${key}: ${theirs}`);
    const without = merge({ repository: `${named}${key}: ${ours}` }, null);
    expect(settings[key]).not.toEqual(without.settings[key]);
    expect(origins[key]).toBe("base");
  });

  test.each(OF_THE_WHOLE_REPOSITORY.filter((key) => key !== "baseBranches"))("does not set %s", (key) => {
    const [ours, theirs] = VALUES[key];
    const repository = `${named}${key}: ${ours}`;
    expect(merge({ repository }, `${key}: ${theirs}`)).toEqual(merge({ repository }, null));
  });

  test("sets nothing that the owner locks, and is told so", () => {
    const { settings, problems } = merge(
      { owner: "locked: [draft, hold]", repository: named },
      "draft: never\nhold: true\nsiblings: wait",
    );
    expect(settings).toMatchObject({ draft: "signal", hold: false, siblings: "wait" });
    expect(problems).toMatchObject([
      { file: "base", path: "draft", code: "setting_locked", line: 1 },
      { file: "base", path: "hold", code: "setting_locked", line: 2 },
    ]);
  });

  test("leaves out sizes that do not ascend with those of the default branch", () => {
    const { settings, problems } = merge({ repository: `${named}size: { S: 20 }` }, "size: { XS: 30 }");
    expect([settings.size.XS, settings.size.S]).toEqual([10, 20]);
    expect(problems).toMatchObject([
      {
        file: "base",
        path: "size",
        reason: expect.stringContaining("the file of the default branch") as unknown,
      },
    ]);
  });
});
