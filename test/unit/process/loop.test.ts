import { afterEach, describe, expect, test } from "@jest/globals";
import { Loop, type LoopOptions } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";

/** Long enough that a test in which nothing else wakes a loop does not end. */
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

/** Work whose every unit ends when the test says so, with what the test says. */
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

test("what is due is worked through without a pause", async () => {
  let left = 100;
  start({ runOnce: async () => --left > 0 });
  await eventually("all of it done", () => left === 0);
});

test("where nothing is due it waits, and looks again by itself", async () => {
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
  test("wakes it at once", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce });
    await begun(1);
    under[0]?.resolve(false);
    // Its pause begins in this turn of the event loop at the latest.
    await new Promise(setImmediate);
    expect(under).toHaveLength(1);
    loop.nudge();
    await begun(2);
    under[1]?.resolve(false);
  });

  test("that comes during work is not lost: there may be more", async () => {
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

describe("a loop that knows when something falls due", () => {
  /** Lanes that never find anything, and how often they looked. */
  function idleWork() {
    const looks = { count: 0 };
    const runOnce = async () => {
      looks.count++;
      return false;
    };
    return { looks, runOnce };
  }

  test("sleeps until then, and wakes every lane", async () => {
    const { looks, runOnce } = idleWork();
    const dueAt = new Date(Date.now() + 20);
    start({ runOnce, runAlone: runOnce, concurrency: 2, nextDueAt: async () => dueAt });
    await eventually("every lane awake", () => looks.count === 6);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
  });

  test("asks for all its lanes together", async () => {
    const { looks, runOnce } = idleWork();
    const first = Promise.withResolvers<Date | null>();
    let asked = 0;
    start({
      runOnce,
      concurrency: 9,
      nextDueAt: () => (asked++ === 0 ? first.promise : Promise.resolve(null)),
    });
    await eventually("every lane idle", () => looks.count === 9);
    first.resolve(null);
    await eventually("the question for lanes that fell asleep during the first", () => asked === 2);
    await new Promise(setImmediate);
    expect(asked).toBe(2);
  });

  test("asks again where a lane has put something back since it asked", async () => {
    const { looks, runOnce } = idleWork();
    const answers = [Promise.withResolvers<Date | null>(), Promise.withResolvers<Date | null>()];
    let asked = 0;
    const nextDueAt = async () => answers[asked++]?.promise ?? null;
    const loop = start({ runOnce, nextDueAt });
    await eventually("the question", () => asked === 1);
    loop.nudge();
    await eventually("the lane idle again", () => looks.count === 2);
    answers[0]?.resolve(null);
    await eventually("another question", () => asked === 2);
    answers[1]?.resolve(new Date());
    await eventually("the lane awake", () => looks.count === 3);
  });

  test("asks now and then, for a nudge may be lost, and wakes no lane for nothing", async () => {
    const { looks, runOnce } = idleWork();
    let asked = 0;
    start({
      runOnce,
      idleMs: 1,
      nextDueAt: async () => {
        asked++;
        return null;
      },
    });
    await eventually("several questions", () => asked > 5);
    expect(looks.count).toBe(1);
  });

  test("tries again what is due and was not to be had, and sleeps before it", async () => {
    const { looks, runOnce } = idleWork();
    start({ runOnce, concurrency: 3, idleMs: 1, nextDueAt: async () => new Date(0) });
    await eventually("several tries", () => looks.count > 12);
    const patient = idleWork();
    start({ runOnce: patient.runOnce, concurrency: 3, nextDueAt: async () => new Date(0) });
    await eventually("one more try", () => patient.looks.count > 3);
    await new Promise(setImmediate);
    expect(patient.looks.count).toBe(6);
  });

  test("asks again where the question fails, and says so", async () => {
    const { looks, runOnce } = idleWork();
    const errors: unknown[] = [];
    let asked = 0;
    start({
      runOnce,
      errorMs: 1,
      onError: (error) => errors.push(error),
      nextDueAt: async () => {
        if (++asked < 3) throw new Error(`no store ${asked}`);
        return new Date(0);
      },
    });
    await eventually("the lane awake", () => looks.count > 1);
    expect(errors.map(String)).toEqual(["Error: no store 1", "Error: no store 2"]);
  });

  test("ends once its question is answered", async () => {
    const { runOnce } = idleWork();
    const answer = Promise.withResolvers<Date | null>();
    let asked = 0;
    const loop = start({
      runOnce,
      nextDueAt: () => {
        asked++;
        return answer.promise;
      },
    });
    await eventually("the question", () => asked === 1);
    let ended = false;
    const stopped = loop.stop().then(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    answer.resolve(new Date(0));
    await stopped;
    expect(asked).toBe(1);
  });
});

describe("stopping", () => {
  test("waits for what is under way, and begins nothing more", async () => {
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

  test("tells the work that it is asked for", async () => {
    let told = false;
    const loop = start({
      runOnce: (stopping) =>
        new Promise((resolve) => {
          stopping.addEventListener("abort", () => {
            told = true;
            resolve(true);
          });
        }),
    });
    await loop.stop();
    expect(told).toBe(true);
  });

  test.each([
    ["where nothing is due", async () => false],
    ["after an error", async () => Promise.reject(new Error("no store"))],
  ])("cuts the pause short %s", async (_when, runOnce) => {
    const loop = start({ runOnce });
    await new Promise(setImmediate);
    await loop.stop();
    await loop.stop();
  });

  test("before it has begun leaves nothing to do", async () => {
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

test("an error is reported and does not end it", async () => {
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
