import { performance } from "node:perf_hooks";
import { mock } from "node:test";
import { type Clock, install } from "@sinonjs/fake-timers";
import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { type BaseFiles, NO_FILES, charactersOf } from "../../../src/github/facts/files/base-files.ts";
import { repositoryOf } from "../../../src/github/repository.ts";
import { AccountCache } from "../../../src/github/wire/account-cache.ts";
import { ConditionalCache, type Fetched } from "../../../src/github/wire/conditional-cache.ts";
import { FileCache } from "../../../src/github/wire/file-cache.ts";
import { RepositoryAccess } from "../../../src/github/wire/repository-access.ts";
import { TokenCache } from "../../../src/github/wire/token-cache.ts";
import { AnsweringServer, failureOf } from "./answering-server.ts";

describe("conditional requests", () => {
  const MAX_AGE_MS = 1_000;

  /** A cache with a clock that the test moves, and the requests that it made. */
  function setUp() {
    let nowMs = 0;
    const asked: (string | undefined)[] = [];
    const cache = new ConditionalCache(() => new Date(nowMs));
    return {
      asked,
      cache,
      pass: (durationMs: number) => (nowMs += durationMs),
      get: (answer: Fetched<string> | "not-modified" | Error, key = "facts") =>
        cache.get(key, MAX_AGE_MS, async (etag) => {
          asked.push(etag);
          if (answer instanceof Error) throw answer;
          return answer;
        }),
    };
  }

  const ONE = { value: "one", etag: '"1"' };
  const TWO = { value: "two", etag: '"2"' };

  describe("an answer of GitHub", () => {
    test("is used for a while without asking again", async () => {
      const { get, pass, asked } = setUp();
      await get(ONE);
      pass(MAX_AGE_MS - 1);
      expect(await get(TWO)).toBe("one");
      expect(asked).toEqual([undefined]);
    });

    test("is then asked for with its ETag, and kept if it has not changed", async () => {
      const { get, pass, asked } = setUp();
      await get(ONE);
      pass(MAX_AGE_MS);
      expect(await get("not-modified")).toBe("one");
      pass(MAX_AGE_MS - 1);
      expect(await get(TWO)).toBe("one");
      pass(1);
      expect(await get(TWO)).toBe("two");
      pass(MAX_AGE_MS);
      await get("not-modified");
      expect(asked).toEqual([undefined, '"1"', '"1"', '"2"']);
    });

    test("without an ETag is requested again in full", async () => {
      const { get, pass, asked } = setUp();
      await get({ value: "one", etag: undefined });
      pass(MAX_AGE_MS);
      expect(await get(TWO)).toBe("two");
      expect(asked).toEqual([undefined, undefined]);
    });

    test("is not mixed up with another one", async () => {
      const { get } = setUp();
      await get(ONE, "facts");
      expect(await get(TWO, "labels")).toBe("two");
    });

    test("that was forgotten is requested again in full", async () => {
      const { get, cache, asked } = setUp();
      await get(ONE);
      cache.forget("facts");
      expect(await get(TWO)).toBe("two");
      expect(asked).toEqual([undefined, undefined]);
    });

    test("is kept through a failure, and the failure is not kept", async () => {
      const { get, pass, asked } = setUp();
      await get(ONE);
      pass(MAX_AGE_MS);
      await expect(get(new Error("502"))).rejects.toThrow("502");
      expect(await get("not-modified")).toBe("one");
      expect(asked).toEqual([undefined, '"1"', '"1"']);
    });

    test("that says “not modified” about an unknown key is an error", async () => {
      await expect(setUp().get("not-modified")).rejects.toThrow("304");
    });
  });

  test("a repository asks with the ETag, and keeps its answer after a 304", async () => {
    await using github = await AnsweringServer.start();
    let now = new Date("2026-03-01T12:00:00Z");
    const cache = new ConditionalCache(() => now);
    const installation = {
      octokit: github.octokit,
      cache,
      files: new FileCache(),
      accounts: new AccountCache(() => now),
    };
    const repository = repositoryOf(
      new RepositoryAccess({
        appId: 1,
        owner: "octo",
        name: "hello",
        ...installation,
        botLogin: () => Promise.resolve("orb[bot]"),
        settingsShaOf: () => Promise.resolve(null),
        now: () => now,
      }),
    );
    const identity = { id: 7, fullName: "octo/hello", updatedAt: new Date("2026-01-05T09:00:00Z") };
    const facts = { identity, defaultBranch: "trunk", archived: false, private: true };

    const named = { id: 7, full_name: "octo/hello", updated_at: "2026-01-05T09:00:00Z" };
    const answer = { ...named, default_branch: "trunk", archived: false, private: true };
    github.answers(200, answer, { ETag: '"abc"' });
    expect(await repository.facts()).toEqual(facts);
    expect(await repository.facts()).toEqual(facts);
    now = new Date("2026-03-01T12:05:00Z");
    github.answers(304, "");
    expect(await repository.facts()).toEqual(facts);
    expect(await repository.facts()).toEqual(facts);

    expect(github.asked.map((headers) => headers["if-none-match"])).toEqual([undefined, '"abc"']);
    now = new Date("2026-03-01T12:10:00Z");
    github.answers(404, { message: "Not Found" });
    expect((await failureOf(repository.facts())).code).toBe("not_found");
  });
});

describe("cached files", () => {
  function holding(characters: number): BaseFiles {
    const settings = { path: ".github/orb.yml", oid: "1".repeat(40), text: "x".repeat(characters) };
    return { ...NO_FILES, settings };
  }

  /** Asks the cache; the second part of the answer says whether GitHub was asked. */
  async function ask(
    cache: Pick<FileCache, "get">,
    key: string,
    answer: BaseFiles = NO_FILES,
  ): Promise<boolean> {
    let asked = false;
    await cache.get(
      key,
      async () => {
        asked = true;
        return answer;
      },
      charactersOf,
    );
    return asked;
  }

  describe("the file cache", () => {
    test("keeps each answer under its key, also an empty one", async () => {
      const cache = new FileCache();
      expect([await ask(cache, "a"), await ask(cache, "b"), await ask(cache, "a")]).toEqual([
        true,
        true,
        false,
      ]);
    });

    test("never gives one installation the answer of another, and shares its room between them", async () => {
      const cache = new FileCache();
      expect([await ask(cache.of(1), "a"), await ask(cache.of(2), "a"), await ask(cache.of(1), "a")]).toEqual(
        [true, true, false],
      );
      const megabyte = holding(1024 * 1024);
      for (let id = 3; id < 40; id++) await ask(cache.of(id), "b", megabyte);
      expect(await ask(cache.of(1), "a")).toBe(true);
    });

    test("drops the oldest answers if texts take too much room", async () => {
      const cache = new FileCache();
      const megabyte = holding(1024 * 1024);
      for (let index = 0; index < 40; index++) await ask(cache, `commit ${index}`, megabyte);
      expect([await ask(cache, "commit 39"), await ask(cache, "commit 0")]).toEqual([false, true]);
    });

    test("answers all concurrent callers, even with more than it can keep", async () => {
      const cache = new FileCache();
      const keys = Array.from({ length: 6_000 }, (_each, index) => `commit ${index}`);
      const gate = Promise.withResolvers<BaseFiles>();
      const asking = keys.map((key) => cache.get(key, () => gate.promise, charactersOf));
      gate.resolve(NO_FILES);
      expect(await Promise.all(asking)).toEqual(keys.map(() => NO_FILES));
    });

    test("keeps no failure", async () => {
      const cache = new FileCache();
      await expect(cache.get("a", () => Promise.reject(new Error("gone")), charactersOf)).rejects.toThrow(
        "gone",
      );
      expect(await ask(cache, "a")).toBe(true);
    });
  });
});

describe("cached tokens", () => {
  const MINUTE_MS = 60_000;

  let clock: Clock;

  beforeEach(() => {
    clock = install({ now: new Date("2126-01-05T09:00:00Z") });
    // The clock of lru-cache, for which 0 means that an entry has no age.
    mock.method(performance, "now", () => Date.now());
  });

  afterEach(() => {
    mock.restoreAll();
    clock.uninstall();
  });

  describe("an installation's token", () => {
    test("is kept for a minute less than GitHub's hour", () => {
      const tokens = new TokenCache();
      tokens.set("17", "ghs_1");
      clock.tick(59 * MINUTE_MS - 1);
      expect(tokens.get("17")).toBe("ghs_1");
      clock.tick(2);
      expect(tokens.get("17")).toBeUndefined();
    });

    test("is replaced by the next", () => {
      const tokens = new TokenCache();
      tokens.set("17", "ghs_1");
      tokens.set("17", "ghs_2");
      expect(tokens.get("17")).toBe("ghs_2");
    });

    test("can be forgotten with all tokens narrowed from it, and no other installation's", () => {
      const tokens = new TokenCache();
      // Octokit's keys: the installation, then the repositories and the permissions that a token is narrowed to.
      const keys = ["17", "17|4711", "17|4711|contents!", "1", "170", "171|17", "2|17"];
      for (const key of keys) tokens.set(key, `ghs_${key}`);
      tokens.forget(17);
      expect(keys.filter((key) => tokens.get(key) !== undefined)).toEqual(["1", "170", "171|17", "2|17"]);
    });

    test("is forgotten when the installation's permissions change", () => {
      const tokens = new TokenCache();
      tokens.seeGranted(17, { contents: "read", checks: "write" });
      tokens.set("17", "ghs_1");
      tokens.seeGranted(17, { checks: "write", contents: "read" });
      expect(tokens.get("17")).toBe("ghs_1");
      tokens.seeGranted(17, { contents: "write", checks: "write" });
      expect(tokens.get("17")).toBeUndefined();
    });

    test("that was never stored is unknown, and forgetting it does nothing", () => {
      const tokens = new TokenCache();
      tokens.forget(17);
      expect(tokens.get("17")).toBeUndefined();
    });
  });
});
