import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TextFile } from "../../../src/github/facts/repository-files.ts";
import { Database } from "../../../src/mongo/database.ts";
import { SettingsInForce } from "../../../src/repository-settings/in-force.ts";
import { DEFAULT_SETTINGS } from "../../../src/repository-settings/settings.ts";
import { SettingsStore } from "../../../src/repository-settings/store.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const AT = { fullName: "octo/hello", baseBranch: "main" };

let stores: Stores;
let database: Database;
let store: SettingsStore;
let now: Date;

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  store = new SettingsStore(database);
  await database.createIndexes();
});

afterAll(async () => {
  await database.close();
  await stores[Symbol.asyncDispose]();
});

beforeEach(async () => {
  now = new Date(START);
  await store.model.deleteMany({});
});

/** A process of its own: it knows nothing but what is stored. */
function aProcess(): SettingsInForce {
  return new SettingsInForce({ store, now: () => now });
}

function file(text: string): TextFile {
  return { path: ".github/orb.yml", oid: createHash("sha1").update(text).digest("hex"), text };
}

function files(repository: string | null, owner: string | null = null) {
  return {
    repositoryFile: repository === null ? null : file(repository),
    ownerFile: owner === null ? null : file(owner),
  };
}

describe("a file that is wrong changes nothing", () => {
  test("the last good content stays in force, in another process too", async () => {
    await aProcess().of(AT, files("draft: always"));
    const inForce = await aProcess().of(AT, files("draft: alwys"));
    expect(inForce.settings).toEqual({ ...DEFAULT_SETTINGS, draft: "always" });
    expect(inForce.sources).toEqual({ repository: "last-good", owner: "none" });
    expect(inForce.problems).toMatchObject([{ file: "repository", path: "draft", line: 1, column: 8 }]);
  });

  test("and so does that of the owner, with what it locks", async () => {
    await aProcess().of(AT, files(null, "draft: always\nlocked: [draft]"));
    const { settings, sources } = await aProcess().of(AT, files("draft: never", "draft: [always"));
    expect(settings).toMatchObject({ draft: "always", hold: false });
    expect(sources).toEqual({ repository: "file", owner: "last-good" });
  });

  test("each base branch has a file of its own, and each repository", async () => {
    const bot = aProcess();
    await bot.of(AT, files("draft: always"));
    await bot.of({ ...AT, baseBranch: "release/1" }, files("draft: risky"));
    const drafts = await Promise.all(
      [
        AT,
        { ...AT, baseBranch: "release/1" },
        { ...AT, baseBranch: "next" },
        { ...AT, fullName: "octo/other" },
      ].map(async (at) => (await bot.of(at, files("wrong"))).settings.draft),
    );
    expect(drafts).toEqual(["always", "risky", "signal", "signal"]);
  });

  test("GitHub's names are the same in upper case", async () => {
    await aProcess().of({ fullName: "Octo/Hello", baseBranch: "main" }, files("draft: always"));
    expect((await aProcess().of(AT, files("wrong"))).settings.draft).toBe("always");
  });

  test("nor does one that can't be read at all, and a line is told of it", async () => {
    const refusal = { code: "file_too_long", reason: "It has 70000 bytes.", remedy: "Make it shorter." };
    const unread = { path: ".github/orb.yml", oid: "1".repeat(40), refusal };
    await aProcess().of(AT, files("enabled: false", "draft: always"));
    const inForce = await aProcess().of(AT, { repositoryFile: unread, ownerFile: unread });
    expect(inForce.settings).toMatchObject({ enabled: false, draft: "always", hold: false });
    expect(inForce.sources).toEqual({ repository: "last-good", owner: "last-good" });
    expect(inForce.report?.problems).toMatchObject([
      { ...refusal, file: "owner", line: 1 },
      { ...refusal, file: "repository", line: 1 },
    ]);
    const elsewhere = { ...AT, fullName: "acme/hello" };
    const unknown = await aProcess().of(elsewhere, { repositoryFile: null, ownerFile: unread });
    expect(unknown.settings.hold).not.toBe(false);
  });

  test("a file that is deleted leaves nothing to go back to", async () => {
    const bot = aProcess();
    await bot.of(AT, files("draft: always", "limits: { openPerRequester: 1 }"));
    expect((await bot.of(AT, files(null))).settings).toEqual(DEFAULT_SETTINGS);
    expect((await aProcess().of(AT, files("wrong"))).settings).toEqual(DEFAULT_SETTINGS);
    expect((await aProcess().of(AT, files(null, "wrong"))).settings.hold).not.toBe(false);
  });
});

describe("without any good content", () => {
  test("a repository's file counts as not there", async () => {
    const { settings, sources } = await aProcess().of(AT, files("enabled: nope", "draft: always"));
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, draft: "always" });
    expect(sources.repository).toBe("none");
  });

  test("of the owner's file no new pull requests are opened, whatever the repository says", async () => {
    const bot = aProcess();
    const { settings } = await bot.of(AT, files("hold: false\ndraft: never", "locked: drafts"));
    expect(settings).toMatchObject({
      hold: expect.stringContaining("owner's .github/orb.yml"),
      draft: "never",
    });
    expect((await bot.of(AT, files("hold: false", "locked: [draft]"))).settings.hold).toBe(false);
  });

  test("in the owner's repository .github its file is the owner's only", async () => {
    const at = { fullName: "octo/.github", baseBranch: "main" };
    const { settings, problems } = await aProcess().of(
      at,
      files("locked: [draft]", "draft: always\nlocked: [draft]"),
    );
    expect([settings.draft, problems]).toEqual(["always", []]);
  });
});

describe("problems are told once for each content", () => {
  test("a content is told once, however many ask and wherever", async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, async () => aProcess().of(AT, files("wrong"))));
    const reports = asked.flatMap(({ report }) => (report ? [report] : []));
    expect(reports.map(({ problems }) => problems)).toEqual([asked[0]?.problems]);
    const [report] = reports;
    if (report) await aProcess().reported(report);
    now = new Date(START + DAY_MS);
    const later = await aProcess().of(AT, files("wrong"));
    expect([later.report, later.problems.length]).toEqual([null, 1]);
  });

  test("who took it upon them and died is stood in for after a minute", async () => {
    expect((await aProcess().of(AT, files("wrong"))).report).not.toBeNull();
    now = new Date(START + MINUTE_MS - 1);
    expect((await aProcess().of(AT, files("wrong"))).report).toBeNull();
    now = new Date(START + MINUTE_MS);
    expect((await aProcess().of(AT, files("wrong"))).report).not.toBeNull();
  });

  test("who took it upon them gets it again, as after a failure, and nobody else", async () => {
    const first = await aProcess().of(AT, files("wrong"), { reporter: "one" });
    const again = await aProcess().of(AT, files("wrong"), { reporter: "one" });
    const other = await aProcess().of(AT, files("wrong"), { reporter: "other" });
    expect([first.report?.problems.length, again.report, other.report]).toEqual([1, first.report, null]);
    if (again.report) await aProcess().reported(again.report);
    expect((await aProcess().of(AT, files("wrong"), { reporter: "one" })).report).toBeNull();
  });

  test("another content is told, though it has the same mistake", async () => {
    const bot = aProcess();
    await tell(bot, "wrong");
    expect(await tell(bot, "wrong\n# still\n")).toHaveLength(1);
  });

  test("a content that was mended in between is told when it is back", async () => {
    const bot = aProcess();
    await tell(bot, "wrong");
    for (const again of [1, 2]) {
      expect(await tell(bot, "draft: always")).toEqual([]);
      expect([again, await tell(bot, "wrong")]).toEqual([again, [expect.objectContaining({ line: 1 })]]);
      expect(await tell(bot, "wrong")).toEqual([]);
    }
  });

  test("the owner's problems are told once for all repositories, each repository's for itself", async () => {
    const bot = aProcess();
    const first = await bot.of(AT, files("wrong", "wrong"));
    expect(first.report?.problems.map(({ file }) => file)).toEqual(["owner", "repository"]);
    if (first.report) await bot.reported(first.report);
    const second = await bot.of({ ...AT, fullName: "octo/other" }, files("wrong", "wrong"));
    expect(second.report?.problems.map(({ file }) => file)).toEqual(["repository"]);
    expect(second.problems.map(({ file }) => file)).toEqual(["owner", "repository"]);
  });

  test("a key that the owner locks later is told to a repository whose file is as it was", async () => {
    const bot = aProcess();
    expect(await tell(bot, "draft: never", "locked: []")).toEqual([]);
    expect(await tell(bot, "draft: never", "locked: [draft]")).toMatchObject([{ code: "setting_locked" }]);
    expect(await tell(bot, "draft: never", "locked: [draft]")).toEqual([]);
    expect(await tell(aProcess(), "draft: never", "locked: [draft]")).toEqual([]);
  });

  /** What there is to tell, which is told. */
  async function tell(bot: SettingsInForce, repository: string, owner: string | null = null) {
    const { report } = await bot.of(AT, files(repository, owner));
    if (report) await bot.reported(report);
    return report?.problems ?? [];
  }
});

describe("the store is left alone where nothing is new", () => {
  test("a process asks it about a content once a day", async () => {
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

  test("what is stored is written again only to be kept, once a week", async () => {
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
