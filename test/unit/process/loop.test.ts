import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { Loop, type LoopOptions } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";

/** So long that a test runs out of time if nothing else wakes the loop. */
const NEVER_MS = 600_000;

let stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
});

const PATIENT = { idleMs: NEVER_MS, errorMs: NEVER_MS, onError: () => {} };

function start(options: Partial<LoopOptions> & Pick<LoopOptions, "runOnce">): Loop {
  const loop = new Loop({ ...PATIENT, ...options });
  stops.push(() => loop.stop());
  loop.start();
  return loop;
}

/** Units of work that end when the test says so, with the result that it gives. */
function heldWork() {
  const under: (PromiseWithResolvers<boolean> & { taken(): void })[] = [];
  let isOver = false;
  stops.push(async () => {
    isOver = true;
    for (const { resolve } of under) resolve(false);
  });
  const runOnce = (_stopping: AbortSignal, taken: () => void) => {
    if (isOver) return Promise.resolve(false);
    const unit = Promise.withResolvers<boolean>();
    under.push({ ...unit, taken });
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
  });

  test("during work is not lost: the loop looks once more", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce });
    await begun(1);
    loop.nudge();
    under[0]?.resolve(false);
    await begun(2);
  });

  test("wakes one lane, which wakes the next one when it has taken something", async () => {
    const { under, runOnce, begun } = heldWork();
    const loop = start({ runOnce, concurrency: 3 });
    await begun(3);
    for (const unit of under) unit.resolve(false);
    await new Promise(setImmediate);
    loop.nudge();
    await begun(4);
    under[3]?.taken();
    await begun(5);
    await new Promise(setImmediate);
    expect(under).toHaveLength(5);
  });

  test("means nothing to work that falls due by the clock only", async () => {
    const [ordinary, alone] = [heldWork(), heldWork()];
    const loop = start({ runOnce: ordinary.runOnce, runAlone: alone.runOnce, nextDueAt: async () => null });
    await alone.begun(1);
    loop.nudge();
    alone.under[0]?.resolve(false);
    await new Promise(setImmediate);
    loop.nudge();
    ordinary.under[0]?.resolve(false);
    await ordinary.begun(2);
    await new Promise(setImmediate);
    expect(alone.under).toHaveLength(1);
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

  test("sleeps until then, and wakes one lane of each kind", async () => {
    const [{ looks, runOnce }, alone] = [idleWork(), idleWork()];
    const dueAt = new Date(Date.now() + 20);
    start({ runOnce, runAlone: alone.runOnce, concurrency: 2, nextDueAt: async () => dueAt });
    await eventually("one lane of each kind awake", () => looks.count === 3 && alone.looks.count === 2);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
  });

  test("asks for all its lanes together", async () => {
    const { looks, runOnce } = idleWork();
    let asked = 0;
    start({ runOnce, concurrency: 9, nextDueAt: async () => (asked++, null) });
    await eventually("every lane idle", () => looks.count === 9);
    await eventually("the question", () => asked > 0);
    await new Promise(setImmediate);
    expect(asked).toBe(1);
  });

  test("asks again if a lane has put something back meanwhile", async () => {
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

  test("asks from time to time, in case a nudge was lost, and wakes no lane needlessly", async () => {
    const { looks, runOnce } = idleWork();
    let asked = 0;
    start({
      runOnce,
      idleMs: 1,
      nextDueAt: async () => (asked++, null),
    });
    await eventually("several questions", () => asked > 5);
    expect(looks.count).toBe(1);
  });

  test("retries due work that it could not get, and pauses before that", async () => {
    const { looks, runOnce } = idleWork();
    const nextDueAt = async () => new Date(0);
    start({ runOnce, concurrency: 3, idleMs: 1, nextDueAt });
    await eventually("several tries", () => looks.count > 6);
    const patient = idleWork();
    start({ runOnce: patient.runOnce, concurrency: 3, nextDueAt });
    await eventually("one more try", () => patient.looks.count > 3);
    await new Promise(setImmediate);
    expect(patient.looks.count).toBe(4);
  });

  test("asks again if the question fails, and reports the failure", async () => {
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

  test("ends when its question is answered", async () => {
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
    const loop = new Loop({ ...PATIENT, runOnce: async () => ++looks > 0 });
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
