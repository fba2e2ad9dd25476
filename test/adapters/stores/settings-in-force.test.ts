import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import type { TextFile } from "../../../src/github/facts/files/repository-files.ts";
import { SettingsInForce } from "../../../src/repository-settings/in-force.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";
import { SettingsStore } from "../../../src/repository-settings/store.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { useDatabase } from "../../support/database.ts";

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const AT = { fullName: "octo/hello", base: "main", defaultBranch: "main" };
const NEXT = { ...AT, base: "next" };

const apart = new Apart({ stepsHereMax: Infinity });
let store: SettingsStore;
let now: Date;

useDatabase(({ database }) => {
  store = new SettingsStore(database);
});

beforeEach(async () => {
  now = new Date(START);
  await store.model.deleteMany({});
});

/** A process of its own, which has only what is stored. */
function aProcess(): SettingsInForce {
  return new SettingsInForce({ store, apart, now: () => now });
}

function file(text: string): TextFile {
  return { path: ".github/orb.yml", oid: createHash("sha1").update(text).digest("hex"), text };
}

function files(repository: string | null, owner: string | null = null, base: string | null = null) {
  return {
    repositoryFile: repository === null ? null : file(repository),
    ownerFile: owner === null ? null : file(owner),
    baseFile: base === null ? null : file(base),
  };
}

describe("a wrong file changes nothing", () => {
  test("the last good content stays in force, in other processes too", async () => {
    await aProcess().of(AT, files("draft: always"));
    const inForce = await aProcess().of(AT, files("draft: alwys"));
    expect(inForce.settings).toEqual({ ...DEFAULT_SETTINGS, draft: "always" });
    expect(inForce.sources).toMatchObject({ repository: "last-good", owner: "none" });
    expect(inForce.problems).toMatchObject([{ file: "repository", path: "draft", line: 1, column: 8 }]);
  });

  test("the owner's last good content stays in force with its locks", async () => {
    await aProcess().of(AT, files(null, "draft: always\nlocked: [draft]"));
    const { settings, sources } = await aProcess().of(AT, files("draft: never", "draft: [always"));
    expect(settings).toMatchObject({ draft: "always", hold: false });
    expect(sources).toMatchObject({ repository: "file", owner: "last-good" });
  });

  test("each branch and each repository has its own last good content", async () => {
    const bot = aProcess();
    const named = "draft: always\nbaseBranches: [next]";
    await bot.of(NEXT, files(named, null, "draft: risky"));
    const drafts = await Promise.all(
      [
        { at: NEXT, now: files(named, null, "wrong") },
        { at: NEXT, now: files("wrong", null, null) },
        { at: AT, now: files("wrong") },
        { at: { ...AT, defaultBranch: "other", base: "other" }, now: files("wrong") },
        { at: { ...AT, fullName: "octo/other" }, now: files("wrong") },
      ].map(async ({ at, now }) => (await aProcess().of(at, now, { dryRun: true })).settings.draft),
    );
    expect(drafts).toEqual(["risky", "always", "always", "signal", "signal"]);
  });

  test("the case of GitHub's names does not matter", async () => {
    await aProcess().of({ ...AT, fullName: "Octo/Hello" }, files("draft: always"));
    expect((await aProcess().of(AT, files("wrong"))).settings.draft).toBe("always");
  });

  test("a file that can't be read at all counts as wrong, and is reported with a line", async () => {
    const refusal = { code: "file_too_long", reason: "It has 70000 bytes.", remedy: "Make it shorter." };
    const unread = { path: ".github/orb.yml", oid: "1".repeat(40), refusal };
    await aProcess().of(AT, files("enabled: false", "draft: always"));
    const inForce = await aProcess().of(AT, { repositoryFile: unread, ownerFile: unread, baseFile: null });
    expect(inForce.settings).toMatchObject({ enabled: false, draft: "always", hold: false });
    expect(inForce.sources).toMatchObject({ repository: "last-good", owner: "last-good" });
    expect(inForce.report?.problems).toMatchObject([
      { ...refusal, file: "owner", line: 1 },
      { ...refusal, file: "repository", line: 1 },
    ]);
    const elsewhere = { ...AT, fullName: "acme/hello" };
    const unknown = await aProcess().of(elsewhere, {
      repositoryFile: null,
      ownerFile: unread,
      baseFile: null,
    });
    expect(unknown.settings.hold).not.toBe(false);
  });

  test("after a file is deleted there is no last good content", async () => {
    const bot = aProcess();
    await bot.of(AT, files("draft: always", "limits: { openPerRequester: 1 }"));
    expect((await bot.of(AT, files(null))).settings).toEqual(DEFAULT_SETTINGS);
    expect((await aProcess().of(AT, files("wrong"))).settings).toEqual(DEFAULT_SETTINGS);
    expect((await aProcess().of(AT, files(null, "wrong"))).settings.hold).not.toBe(false);
  });
});

describe("without good content", () => {
  test("a repository's file counts as missing", async () => {
    const { settings, sources } = await aProcess().of(AT, files("enabled: nope", "draft: always"));
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, draft: "always" });
    expect(sources.repository).toBe("none");
  });

  test("in the owner's file, new pull requests are on hold, whatever the repository says", async () => {
    const bot = aProcess();
    const { settings } = await bot.of(AT, files("hold: false\ndraft: never", "locked: drafts"));
    expect(settings).toMatchObject({
      hold: expect.stringContaining("owner's .github/orb.yml"),
      draft: "never",
    });
    expect((await bot.of(AT, files("hold: false", "locked: [draft]"))).settings.hold).toBe(false);
  });

  test("in the owner's repository .github, the settings file is only the owner's", async () => {
    const at = { ...AT, fullName: "octo/.github" };
    const { settings, problems } = await aProcess().of(
      at,
      files("locked: [draft]", "draft: always\nlocked: [draft]"),
    );
    expect([settings.draft, problems]).toEqual(["always", []]);
  });
});

describe("the file of a base that is not the default branch", () => {
  const LAX = "draft: never\nlinks: { hosts: [evil.example] }\nlabels: { aiGenerated: false }";

  test("does not count if no glob names the base in full, and its mistakes are not reported", async () => {
    const bot = aProcess();
    const glob = "draft: always\nbaseBranches: ['ne*']";
    expect(await bot.of(NEXT, files(glob, null, LAX))).toMatchObject({
      settings: { ...DEFAULT_SETTINGS, draft: "always", baseBranches: ["ne*"] },
      ownRules: false,
    });
    expect(await bot.of(NEXT, files(null, null, "wrong"))).toMatchObject({
      settings: DEFAULT_SETTINGS,
      problems: [],
      report: null,
    });
  });

  test("counts on top of the others if the owner or the default branch names it", async () => {
    const named = await aProcess().of(
      NEXT,
      files("draft: always\nsiblings: wait\nbaseBranches: [main, next]", null, LAX),
    );
    expect(named.settings).toMatchObject({
      draft: "never",
      siblings: "wait",
      labels: { aiGenerated: false },
    });
    expect(named.origins).toMatchObject({ draft: "base", siblings: "repository" });
    expect(named.fileNames).toMatchObject({
      repository: ".github/orb.yml on main",
      base: ".github/orb.yml on next",
    });
    const byOwner = await aProcess().of(NEXT, files(null, "baseBranches: [next]", "draft: risky"));
    expect([byOwner.settings.draft, byOwner.ownRules]).toEqual(["risky", true]);
  });

  test("with mistakes is reported if it counts, and the last good one stays in force", async () => {
    const named = "baseBranches: [next]";
    await aProcess().of(NEXT, files(named, null, "draft: risky"));
    const { settings, report, sources } = await aProcess().of(NEXT, files(named, null, "draft: riski"));
    expect([settings.draft, sources.base]).toEqual(["risky", "last-good"]);
    expect(report?.problems).toMatchObject([{ file: "base", path: "draft", line: 1 }]);
  });

  test("counts in full once the base is the default branch", async () => {
    const bot = aProcess();
    await bot.of(NEXT, files(null, null, "enabled: true\nlimits: { openPerRepository: 1 }"));
    const at = { ...AT, base: "next", defaultBranch: "next" };
    const { settings, origins } = await bot.of(at, files("enabled: true\nlimits: { openPerRepository: 1 }"));
    expect([settings.limits.openPerRepository, origins.limits]).toEqual([1, "repository"]);
  });
});

describe("problems are reported once for each content", () => {
  test("a content is reported once, however many processes ask", async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, async () => aProcess().of(AT, files("wrong"))));
    const reports = asked.flatMap(({ report }) => (report ? [report] : []));
    expect(reports.map(({ problems }) => problems)).toEqual([asked[0]?.problems]);
    const [report] = reports;
    if (report) await aProcess().reported(report);
    now = new Date(START + DAY_MS);
    const later = await aProcess().of(AT, files("wrong"));
    expect([later.report, later.problems.length]).toEqual([null, 1]);
  });

  test("a process that took the report and died is replaced after a minute", async () => {
    expect((await aProcess().of(AT, files("wrong"))).report).not.toBeNull();
    now = new Date(START + MINUTE_MS - 1);
    expect((await aProcess().of(AT, files("wrong"))).report).toBeNull();
    now = new Date(START + MINUTE_MS);
    expect((await aProcess().of(AT, files("wrong"))).report).not.toBeNull();
  });

  test("only the pull request that took the report gets it again, as after a failure", async () => {
    const first = await aProcess().of(AT, files("wrong"), { reporter: "one" });
    const again = await aProcess().of(AT, files("wrong"), { reporter: "one" });
    const other = await aProcess().of(AT, files("wrong"), { reporter: "other" });
    expect([first.report?.problems.length, again.report, other.report]).toEqual([1, first.report, null]);
    if (again.report) await aProcess().reported(again.report);
    expect((await aProcess().of(AT, files("wrong"), { reporter: "one" })).report).toBeNull();
  });

  test("another content with the same mistake is reported", async () => {
    const bot = aProcess();
    await reportProblems(bot, "wrong");
    expect(await reportProblems(bot, "wrong\n# still\n")).toHaveLength(1);
  });

  test("a content that was fixed in between is reported when it is back", async () => {
    const bot = aProcess();
    await reportProblems(bot, "wrong");
    for (const again of [1, 2]) {
      expect(await reportProblems(bot, "draft: always")).toEqual([]);
      expect([again, await reportProblems(bot, "wrong")]).toEqual([
        again,
        [expect.objectContaining({ line: 1 })],
      ]);
      expect(await reportProblems(bot, "wrong")).toEqual([]);
    }
  });

  test("the owner's problems are reported once for all repositories, a repository's for itself", async () => {
    const bot = aProcess();
    const first = await bot.of(AT, files("wrong", "wrong"));
    expect(first.report?.problems.map(({ file }) => file)).toEqual(["owner", "repository"]);
    if (first.report) await bot.reported(first.report);
    const second = await bot.of({ ...AT, fullName: "octo/other" }, files("wrong", "wrong"));
    expect(second.report?.problems.map(({ file }) => file)).toEqual(["repository"]);
    expect(second.problems.map(({ file }) => file)).toEqual(["owner", "repository"]);
  });

  test("a key that the owner locks later is reported to a repository whose file is unchanged", async () => {
    const bot = aProcess();
    expect(await reportProblems(bot, "draft: never", "locked: []")).toEqual([]);
    expect(await reportProblems(bot, "draft: never", "locked: [draft]")).toMatchObject([
      { code: "setting_locked" },
    ]);
    expect(await reportProblems(bot, "draft: never", "locked: [draft]")).toEqual([]);
    expect(await reportProblems(aProcess(), "draft: never", "locked: [draft]")).toEqual([]);
  });

  /** The problems that are to be reported; they are reported. */
  async function reportProblems(bot: SettingsInForce, repository: string, owner: string | null = null) {
    const { report } = await bot.of(AT, files(repository, owner));
    if (report) await bot.reported(report);
    return report?.problems ?? [];
  }
});

describe("the store is not used if nothing is new", () => {
  test("a process asks the store about a content once a day", async () => {
    const bot = aProcess();
    await bot.of(AT, files("draft: always"));
    await store.model.deleteMany({});
    now = new Date(START + DAY_MS - 1);
    expect((await bot.of(AT, files("draft: always"))).settings.draft).toBe("always");
    expect(await store.model.countDocuments()).toBe(0);
    now = new Date(START + DAY_MS);
    await bot.of(AT, files("draft: always"));
    expect(await store.model.countDocuments()).toBe(1);
  });

  test("a stored content is written again once a week, to keep it", async () => {
    const at = files("draft: always", "hold: [");
    await aProcess().of({ ...AT, fullName: "octo/hello" }, files("draft: always", "hold: false"));
    const written = async () =>
      (await store.model.find().sort("_id").lean()).map(({ usedAt }) => usedAt.getTime());
    for (const { afterMs, kept } of [
      { afterMs: 7 * DAY_MS, kept: START },
      { afterMs: 7 * DAY_MS + 1, kept: START + 7 * DAY_MS + 1 },
    ]) {
      now = new Date(START + afterMs);
      await aProcess().of(AT, at);
      expect(await written()).toEqual([kept, kept]);
    }
  });

  test("a repository without settings leaves nothing behind", async () => {
    await aProcess().of(AT, files(null));
    expect(await store.model.countDocuments()).toBe(0);
  });
});
