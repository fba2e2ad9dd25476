import { afterEach, describe, expect, test } from "@jest/globals";
import { Loop, type LoopOptions } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";

/** So long that a test runs out of time if nothing else wakes the loop. */
const NEVER_MS = 600_000;

let stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
});

function start(options: Partial<LoopOptions> & Pick<LoopOptions, "runOnce">): Loop {
  const silent = () => {};
  const loop = new Loop({ idleMs: NEVER_MS, errorMs: NEVER_MS, onError: silent, ...options });
  stops.push(() => loop.stop());
  loop.start();
  return loop;
}

/** Units of work that end when the test says so, with the result that it gives. */
function heldWork() {
  const under: PromiseWithResolvers<boolean>[] = [];
  const runOnce = () => {
    const unit = Promise.withResolvers<boolean>();
    under.push(unit);
    return unit.promise;
  };
  const begun = (count: number) => eventually(`${count} units begun`, () => under.length === count);
  return { under, runOnce, begun };
}

test("due work is done without a pause", async () => {
  let left = 100;
  start({ runOnce: async () => --left > 0 });
  await eventually("all of it done", () => left === 0);
});

test("if nothing is due, the loop pauses and looks again", async () => {
  let looks = 0;
  start({
    idleMs: 1,
    runOnce: async () => {
      looks++;
      return false;
    },
  });
  await eventually("several looks", () => looks > 3);
});

describe("a nudge", () => {
  test("wakes the loop at once", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce });
    await begun(1);
    under[0]?.resolve(false);
    // The pause begins in this turn of the event loop at the latest.
    await new Promise(setImmediate);
    expect(under).toHaveLength(1);
    loop.nudge();
    await begun(2);
    under[1]?.resolve(false);
  });

  test("during work is not lost: the loop looks once more", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce });
    await begun(1);
    loop.nudge();
    under[0]?.resolve(false);
    await begun(2);
    under[1]?.resolve(false);
  });

  test("wakes every lane", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce, concurrency: 3 });
    await begun(3);
    for (const unit of under) unit.resolve(false);
    await new Promise(setImmediate);
    loop.nudge();
    await begun(6);
    for (const unit of under) unit.resolve(false);
  });

  test("does not shorten the wait after an error", async () => {
    const errors: unknown[] = [];
    let looks = 0;
    const loop = start({
      onError: (error) => errors.push(error),
      runOnce: async () => {
        looks++;
        throw new Error("no store");
      },
    });
    await eventually("the error", () => errors.length > 0);
    loop.nudge();
    await new Promise(setImmediate);
    expect(looks).toBe(1);
  });
});

describe("stopping", () => {
  test("waits for running work and begins no new work", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce, concurrency: 2 });
    await begun(2);
    const ended: string[] = [];
    const stopped = loop.stop().then(() => ended.push("loop"));
    under[0]?.resolve(true);
    await new Promise(setImmediate);
    expect(ended).toEqual([]);
    ended.push("work");
    under[1]?.resolve(true);
    await stopped;

    expect(ended).toEqual(["work", "loop"]);
    expect(under).toHaveLength(2);
  });

  test("signals the running work", async () => {
    let signalled = false;
    const loop = start({
      runOnce: (stopping) =>
        new Promise((resolve) => {
          stopping.addEventListener("abort", () => {
            signalled = true;
            resolve(true);
          });
        }),
    });
    await loop.stop();
    expect(signalled).toBe(true);
  });

  test.each([
    ["when nothing is due", async () => false],
    ["after an error", async () => Promise.reject(new Error("no store"))],
  ])("ends the pause %s", async (_when, runOnce) => {
    const loop = start({ runOnce });
    await new Promise(setImmediate);
    await loop.stop();
    await loop.stop();
  });

  test("before the start prevents any work", async () => {
    let looks = 0;
    const loop = new Loop({
      idleMs: NEVER_MS,
      errorMs: NEVER_MS,
      onError: () => {},
      runOnce: async () => ++looks > 0,
    });
    await loop.stop();
    loop.start();
    await loop.stop();
    expect(looks).toBe(0);
  });
});

test("an error is reported and does not end the loop", async () => {
  const errors: string[] = [];
  let looks = 0;
  start({
    errorMs: 1,
    onError: (error) => errors.push((error as Error).message),
    runOnce: async () => {
      looks++;
      if (looks < 3) throw new Error(`failure ${looks}`);
      return false;
    },
  });
  await eventually("the work after the errors", () => looks === 3);
  expect(errors).toEqual(["failure 1", "failure 2"]);
});
