import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { TokenCache } from "../../../src/github/wire/token-cache.ts";

const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
  // The clock of lru-cache, which fake timers do not reach.
  jest.spyOn(performance, "now").mockImplementation(() => Date.now());
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe("an installation's token", () => {
  test("is known for a minute less than GitHub's hour", () => {
    const tokens = new TokenCache();
    tokens.set("17", "ghs_1");
    jest.advanceTimersByTime(59 * MINUTE_MS - 1);
    expect(tokens.get("17")).toBe("ghs_1");
    jest.advanceTimersByTime(2);
    expect(tokens.get("17")).toBeUndefined();
  });

  test("is replaced by the next", () => {
    const tokens = new TokenCache();
    tokens.set("17", "ghs_1");
    tokens.set("17", "ghs_2");
    expect(tokens.get("17")).toBe("ghs_2");
  });

  test("can be forgotten with all that were narrowed from it, and no other's", () => {
    const tokens = new TokenCache();
    // Octokit's keys: the installation, then the repositories and the permissions that a token is narrowed to.
    const keys = ["17", "17|4711", "17|4711|contents!", "1", "170", "171|17", "2|17"];
    for (const key of keys) tokens.set(key, `ghs_${key}`);
    tokens.forget(17);
    expect(keys.filter((key) => tokens.get(key) !== undefined)).toEqual(["1", "170", "171|17", "2|17"]);
  });

  test("is forgotten when the installation has other permissions than before", () => {
    const tokens = new TokenCache();
    tokens.seeGranted(17, { contents: "read", checks: "write" });
    tokens.set("17", "ghs_1");
    tokens.seeGranted(17, { checks: "write", contents: "read" });
    expect(tokens.get("17")).toBe("ghs_1");
    tokens.seeGranted(17, { contents: "write", checks: "write" });
    expect(tokens.get("17")).toBeUndefined();
  });

  test("that was never given is not known, and forgetting it does nothing", () => {
    const tokens = new TokenCache();
    tokens.forget(17);
    expect(tokens.get("17")).toBeUndefined();
  });
});
