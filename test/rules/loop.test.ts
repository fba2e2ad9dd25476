import { afterEach, expect, test } from "@jest/globals";
import { Loop, type LoopOptions } from "../../src/work/loop.ts";

const FOREVER_MS = 2 ** 31 - 1;
const loops: Loop[] = [];
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
});

function start(options: Pick<LoopOptions, "runOnce"> & Partial<LoopOptions>): Loop {
  const unexpected = (error: unknown) => {
    throw error;
  };
  const loop = new Loop({ idleMs: FOREVER_MS, errorMs: 0, onError: unexpected, ...options });
  loops.push(loop);
  loop.start();
  return loop;
}

/** Answers in turn, and tells when it is asked for the n-th time. */
function script(answers: readonly (boolean | Error)[]) {
  const asked: PromiseWithResolvers<void>[] = [];
  const nth = (index: number) => (asked[index] ??= Promise.withResolvers<void>());
  let times = 0;
  async function runOnce(): Promise<boolean> {
    const answer = answers[times] ?? false;
    nth(times++).resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  }
  return { runOnce, times: () => times, asked: (number: number) => nth(number - 1).promise };
}

/** Lets everything happen that waits for nothing. */
async function settle(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}

test("it goes on as long as there is something to do, then waits", async () => {
  const work = script([true, true, true]);
  start(work);
  await work.asked(4);
  await settle();
  expect(work.times()).toBe(4);
});

test("a nudge wakes it", async () => {
  const work = script([]);
  const loop = start(work);
  await work.asked(1);
  await settle();
  loop.nudge();
  await work.asked(2);
  loop.nudge();
  await work.asked(3);
});

test("a nudge while it looks is not lost", async () => {
  const looking = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  let times = 0;
  const loop = start({
    runOnce: async () => {
      if (++times === 1) await looking.promise;
      else again.resolve();
      return false;
    },
  });
  loop.nudge();
  looking.resolve();
  await again.promise;
  expect(times).toBe(2);
});

test("without a nudge it looks again by itself", async () => {
  const work = script([]);
  start({ ...work, idleMs: 1 });
  await work.asked(3);
});

test("an error is told and does not end it", async () => {
  const broken = new Error("broken");
  const work = script([broken, true, broken]);
  const errors: unknown[] = [];
  start({ ...work, onError: (error) => errors.push(error) });
  await work.asked(4);
  expect(errors).toEqual([broken, broken]);
});

test("after an error it waits, even where it is nudged", async () => {
  const work = script([new Error("broken")]);
  const told = Promise.withResolvers<unknown>();
  const loop = start({ ...work, errorMs: FOREVER_MS, onError: told.resolve });
  await told.promise;
  loop.nudge();
  await settle();
  expect(work.times()).toBe(1);
});

test("stopping waits for what is under way, tells it so, and takes no more", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const finish = Promise.withResolvers<void>();
  const events: string[] = [];
  const loop = start({
    runOnce: async (stopping) => {
      begun.resolve(stopping);
      await finish.promise;
      events.push("finished");
      return true;
    },
  });
  const stopping = await begun.promise;
  const stopped = loop.stop().then(() => events.push("stopped"));
  expect(stopping.aborted).toBe(true);
  await settle();
  expect(events).toEqual([]);
  finish.resolve();
  await stopped;
  expect(events).toEqual(["finished", "stopped"]);
});

test.each(["idle", "waiting after an error", "never started", "stopped"])(
  "stopping ends at once when it is %s",
  async (state) => {
    const work = script(state === "waiting after an error" ? [new Error("broken")] : []);
    const loop = new Loop({ ...work, idleMs: FOREVER_MS, errorMs: FOREVER_MS, onError: () => {} });
    if (state !== "never started") {
      loop.start();
      await work.asked(1);
    }
    await settle();
    if (state === "stopped") await loop.stop();
    await loop.stop();
    loop.nudge();
    await settle();
    expect(work.times()).toBe(state === "never started" ? 0 : 1);
  },
);

test("as many units are under way at once as it may take, and one nudge wakes all", async () => {
  let underWay = 0;
  let most = 0;
  const three = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let times = 0;
  const loop = start({
    concurrency: 3,
    runOnce: async () => {
      most = Math.max(most, ++underWay);
      times++;
      if (times % 3 === 0) three[times / 3 - 1]?.resolve();
      await three[Math.ceil(times / 3) - 1]?.promise;
      underWay--;
      return false;
    },
  });
  await three[0]?.promise;
  await settle();
  loop.nudge();
  await three[1]?.promise;
  expect({ most, times }).toEqual({ most: 3, times: 6 });
});
