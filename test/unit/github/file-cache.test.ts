import { describe, expect, test } from "@jest/globals";
import { type BaseFiles, charactersOf, NO_FILES } from "../../../src/github/facts/base-files.ts";
import { FileCache } from "../../../src/github/wire/file-cache.ts";

function holding(characters: number): BaseFiles {
  const settings = { path: ".github/orb.yml", oid: "1".repeat(40), text: "x".repeat(characters) };
  return { ...NO_FILES, settings };
}

/** Asks the cache, and tells by the second answer whether GitHub was asked. */
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

describe("the memory of files", () => {
  test("keeps answers, files or none, each by its key", async () => {
    const cache = new FileCache();
    expect([await ask(cache, "a"), await ask(cache, "b"), await ask(cache, "a")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("answers no installation with what another was told, and has room for all of them together", async () => {
    const cache = new FileCache();
    expect([await ask(cache.of(1), "a"), await ask(cache.of(2), "a"), await ask(cache.of(1), "a")]).toEqual([
      true,
      true,
      false,
    ]);
    const megabyte = holding(1024 * 1024);
    for (let id = 3; id < 40; id++) await ask(cache.of(id), "b", megabyte);
    expect(await ask(cache.of(1), "a")).toBe(true);
  });

  test("gives up the oldest answers where texts take too much room", async () => {
    const cache = new FileCache();
    const megabyte = holding(1024 * 1024);
    for (let index = 0; index < 40; index++) await ask(cache, `commit ${index}`, megabyte);
    expect([await ask(cache, "commit 39"), await ask(cache, "commit 0")]).toEqual([false, true]);
  });

  test("answers everybody who asks at once, also more than it can keep", async () => {
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
