import { threadId } from "node:worker_threads";
import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { Apart, TOO_LONG } from "../../../src/work/apart/apart.ts";
import { Turns } from "../../../src/work/apart/turns.ts";
import { turnsDuring } from "../../support/loop-turns.ts";
import { fail, fillMemory, MODULE, seen, spin, spinFor } from "./calls.ts";

const LONG = { account: "octo", steps: Infinity };

let apart: Apart;
afterEach(() => apart.close());

test("a short call is made at once; any other in a thread of its own, with copies of its arguments", async () => {
  apart = new Apart();
  const value = { paths: new Set(["a"]), states: new Map([["a", true]]) };
  const short = await apart.call(seen, MODULE, [value], { account: "octo", steps: 1 });
  expect(short).toEqual({ thread: threadId, value });
  const long = await apart.call(seen, MODULE, [value], LONG);
  expect(long).toEqual({ thread: expect.any(Number), value });
  expect(long).not.toMatchObject({ thread: threadId });
});

test("the event loop has its turns during a long call", async () => {
  apart = new Apart();
  const { result, turns } = await turnsDuring(apart.call(spinFor, MODULE, [50], LONG));
  expect(result).toBeGreaterThan(0);
  expect(turns).toBeGreaterThan(0);
});

test.each([
  ["takes too long", spin],
  ["takes too much memory", fillMemory],
])("a call that %s is stopped, and the next one is not affected", async (_name, endless) => {
  apart = new Apart({ callMsMax: endless === spin ? 50 : 60_000 });
  expect(await apart.call(endless, MODULE, [], LONG)).toBe(TOO_LONG);
  expect(await apart.call(seen, MODULE, ["x"], LONG)).toMatchObject({ value: "x" });
});

test("an error of the function is the caller's, and the thread continues", async () => {
  apart = new Apart();
  await expect(apart.call(fail, MODULE, ["too deep"], LONG)).rejects.toThrow(RangeError("too deep"));
  const before = await apart.call(seen, MODULE, [1], LONG);
  expect(await apart.call(seen, MODULE, [1], LONG)).toEqual(before);
});

test("a module that can't be loaded is an error, not a call that took too long", async () => {
  apart = new Apart();
  await expect(apart.call(seen, `${MODULE}.missing`, [1], LONG)).rejects.toThrow("Cannot find module");
});

test("the calls of one account wait for each other, and never for longer than one for another's", async () => {
  apart = new Apart();
  const ended: string[] = [];
  const call = async (account: string, ms: number) => {
    await apart.call(spinFor, MODULE, [ms], { ...LONG, account });
    ended.push(account);
  };
  await Promise.all([...Array.from({ length: 6 }, () => call("hostile", 20)), call("quiet", 1)]);
  expect(ended.indexOf("quiet")).toBeLessThan(3);
});

describe("turns", () => {
  test("keys take turns, and each has one item under way", () => {
    const turns = new Turns<number>();
    for (const [key, item] of [
      ["a", 1],
      ["a", 2],
      ["a", 3],
      ["b", 4],
      ["c", 5],
    ] as const)
      turns.add(key, item);
    expect([turns.take(), turns.take()]).toEqual([
      { key: "a", item: 1 },
      { key: "b", item: 4 },
    ]);
    turns.end("a");
    expect(turns.take()).toEqual({ key: "c", item: 5 });
    expect(turns.take()).toEqual({ key: "a", item: 2 });
    expect(turns.take()).toBeNull();
    turns.end("a");
    expect(turns.take()).toEqual({ key: "a", item: 3 });
  });
});
