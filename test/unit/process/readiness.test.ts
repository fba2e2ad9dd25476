import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type DependencyCheck, ReadinessChecks } from "../../../src/monitoring/readiness.ts";

const up: DependencyCheck = { name: "mongodb", check: async () => "pong" };
const down: DependencyCheck = { name: "redis", check: () => Promise.reject(new Error("refused")) };
const silent: DependencyCheck = { name: "redis", check: () => new Promise(() => {}) };

function checks(...dependencies: readonly DependencyCheck[]) {
  const told: [string, boolean][] = [];
  return { told, readiness: new ReadinessChecks(dependencies, (...seen) => told.push(seen)) };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe("a process", () => {
  test("whose dependencies answer is ready, and each is told of", async () => {
    const { told, readiness } = checks(up, { ...up, name: "redis" });
    expect(await readiness.check()).toEqual({
      ready: true,
      stopping: false,
      dependencies: [
        { name: "mongodb", up: true },
        { name: "redis", up: true },
      ],
    });
    expect(told).toEqual([
      ["mongodb", true],
      ["redis", true],
    ]);
  });

  test("without dependencies is ready", async () => {
    expect(await checks().readiness.check()).toEqual({ ready: true, stopping: false, dependencies: [] });
  });

  test("one of whose dependencies refuses is not ready", async () => {
    const { told, readiness } = checks(up, down);
    expect(await readiness.check()).toEqual({
      ready: false,
      stopping: false,
      dependencies: [
        { name: "mongodb", up: true },
        { name: "redis", up: false },
      ],
    });
    expect(told).toContainEqual(["redis", false]);
  });

  test("one of whose dependencies is silent for a second is not ready, and does not wait longer", async () => {
    const { readiness } = checks(up, silent);
    const answer = readiness.check();
    await jest.advanceTimersByTimeAsync(999);
    let settled = false;
    void answer.then(() => (settled = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    expect(await answer).toMatchObject({ ready: false, dependencies: [{ up: true }, { up: false }] });
  });

  test("leaves no timer behind once its dependencies have answered", async () => {
    await checks(up, down).readiness.check();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("that is stopping is not ready, whatever answers", async () => {
    const { readiness } = checks(up);
    readiness.stopping();
    expect(await readiness.check()).toEqual({
      ready: false,
      stopping: true,
      dependencies: [{ name: "mongodb", up: true }],
    });
  });

  test("is ready again when its dependency is back", async () => {
    let answering = false;
    const { readiness } = checks({
      name: "mongodb",
      check: () => (answering ? Promise.resolve() : Promise.reject(new Error("away"))),
    });
    expect((await readiness.check()).ready).toBe(false);
    answering = true;
    expect((await readiness.check()).ready).toBe(true);
  });
});
