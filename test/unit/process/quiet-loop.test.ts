import { expect, test } from "../../support/testing.ts";
import { Loop } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";

/** So long that a test runs out of time if nothing else wakes the loop. */
const NEVER_MS = 600_000;

test("a loop asks rarely while it hears of everything, and often as soon as it does not", async () => {
  let looks = 0;
  let asked = 0;
  const loop = new Loop({
    idleMs: 1,
    quietMs: NEVER_MS,
    errorMs: NEVER_MS,
    onError: () => {},
    nextDueAt: async () => (asked++, null),
    runOnce: async () => {
      looks++;
      return false;
    },
  });
  loop.start();
  await eventually("several questions", () => asked > 5);
  expect(looks).toBe(1);
  const before = asked;
  loop.hears(true);
  await eventually("a look at what was not heard before", () => looks === 2);
  await eventually("the last question", () => asked === before + 1);
  loop.hears(false);
  await eventually("a look at what may have been lost", () => looks === 3);
  await eventually("several questions again", () => asked > before + 5);
  expect(looks).toBe(3);
  await loop.stop();
});
