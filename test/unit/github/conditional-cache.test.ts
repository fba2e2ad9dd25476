import { describe, expect, test } from "@jest/globals";
import { ConditionalCache, type Fetched } from "../../../src/github/wire/conditional-cache.ts";
import { AccountCache } from "../../../src/github/wire/account-cache.ts";
import { FileCache } from "../../../src/github/wire/file-cache.ts";
import { RepositoryAccess } from "../../../src/github/wire/repository-access.ts";
import { repositoryOf } from "../../../src/github/repository.ts";
import { AnsweringServer, failureOf } from "./answering-server.ts";

const MAX_AGE_MS = 1_000;

/** A cache whose clock the test moves, and a record of what it asked for. */
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

describe("an answer of GitHub's", () => {
  test("is known for a while without asking again", async () => {
    const { get, pass, asked } = setUp();
    await get(ONE);
    pass(MAX_AGE_MS - 1);
    expect(await get(TWO)).toBe("one");
    expect(asked).toEqual([undefined]);
  });

  test("is asked for by its ETag after that, and stays where it still holds", async () => {
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

  test("without an ETag is asked for anew", async () => {
    const { get, pass, asked } = setUp();
    await get({ value: "one", etag: undefined });
    pass(MAX_AGE_MS);
    expect(await get(TWO)).toBe("two");
    expect(asked).toEqual([undefined, undefined]);
  });

  test("is not mixed up with another", async () => {
    const { get } = setUp();
    await get(ONE, "facts");
    expect(await get(TWO, "labels")).toBe("two");
  });

  test("that is forgotten is asked for anew", async () => {
    const { get, cache, asked } = setUp();
    await get(ONE);
    cache.forget("facts");
    expect(await get(TWO)).toBe("two");
    expect(asked).toEqual([undefined, undefined]);
  });

  test("is kept through a failure, which itself is not", async () => {
    const { get, pass, asked } = setUp();
    await get(ONE);
    pass(MAX_AGE_MS);
    await expect(get(new Error("502"))).rejects.toThrow("502");
    expect(await get("not-modified")).toBe("one");
    expect(asked).toEqual([undefined, '"1"', '"1"']);
  });

  test("that says “not modified” of nothing is an error", async () => {
    await expect(setUp().get("not-modified")).rejects.toThrow("304");
  });
});

test("a repository asks with the ETag, and a 304 tells it that what it knows still holds", async () => {
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
  const facts = { defaultBranch: "trunk", archived: false, private: true };

  github.answers(200, { default_branch: "trunk", archived: false, private: true }, { ETag: '"abc"' });
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
