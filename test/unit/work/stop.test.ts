import { isStopped, Stop } from "../../../src/work/stop.ts";
import { expect, test } from "../../support/testing.ts";

test("what throws the reason of an asked stop has stopped, and has not failed", () => {
  const stop = new Stop();
  stop.ask();
  expect(isStopped(stop.asked.reason)).toBe(true);
  expect(() => stop.asked.throwIfAborted()).toThrow(expect.objectContaining({ code: "stopping" }));
});

test("a second end keeps the reason of the first", () => {
  const stop = new Stop();
  stop.ask();
  stop.cutOff();
  expect(isStopped(stop.asked.reason)).toBe(true);
});
