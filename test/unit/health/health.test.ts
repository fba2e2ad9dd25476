import { type Clock, install } from "@sinonjs/fake-timers";
import { fine, type Finding, type HealthCheck, silent } from "../../../src/health/check.ts";
import { Health } from "../../../src/health/health.ts";
import { lagSeconds, lateWork } from "../../../src/health/late-work.ts";
import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";

const EVERY_MS = 200;
const WITHIN_MS = 700;

function service(name: string, ask: () => Promise<Finding>, isNeeded = true): HealthCheck {
  return { name, everyMs: EVERY_MS, withinMs: WITHIN_MS, failed: silent(name, { isNeeded }), ask };
}

const refused = () => Promise.reject(new Error("refused"));
const answers = async () => fine();

let clock: Clock;
beforeEach(() => {
  clock = install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  clock.uninstall();
});

function watch(...checks: readonly HealthCheck[]) {
  const found: [string, boolean][] = [];
  const health = new Health(checks, (...each) => found.push(each));
  return { health, found, [Symbol.dispose]: () => health.stop() };
}

describe("a process", () => {
  test("of which nothing is known yet is not ready, and says so", () => {
    using watched = watch(service("mongodb", answers));
    expect(watched.health.readiness).toMatchObject({
      ready: false,
      services: [{ name: "mongodb", up: false, ageMs: null, problem: { code: "not_checked_yet" } }],
    });
    expect(watched.health.isAway("mongodb")).toBe(false);
  });

  test("is ready if everything answers, and each answer is reported", async () => {
    using watched = watch(service("mongodb", answers), service("redis", answers));
    await watched.health.start();
    expect(watched.health.readiness).toMatchObject({ ready: true, stopping: false });
    expect(watched.found).toEqual([
      ["mongodb", true],
      ["redis", true],
    ]);
  });

  test.each([
    { isNeeded: true, ready: false },
    { isNeeded: false, ready: true },
  ])("that needs a service ($isNeeded) which is away is ready: $ready", async ({ isNeeded, ready }) => {
    using watched = watch(service("mongodb", answers), service("redis", refused, isNeeded));
    await watched.health.start();
    expect(watched.health.readiness).toMatchObject({
      ready,
      services: [{ up: true }, { up: false, problem: { code: "redis_unavailable" } }],
    });
    expect(watched.health.isAway("redis")).toBe(true);
  });

  test("that is stopping is not ready, even if everything answers", async () => {
    using watched = watch(service("mongodb", answers));
    await watched.health.start();
    watched.health.stopping();
    expect(watched.health.readiness).toMatchObject({ ready: false, stopping: true });
  });
});

describe("a service", () => {
  test("that is silent is down when its time has passed, is asked no second time, and is up as soon as it answers", async () => {
    const { promise: answer, resolve } = Promise.withResolvers<Finding>();
    let asked = 0;
    const ask = () => {
      asked++;
      return answer;
    };
    using watched = watch(service("mongodb", ask));
    const started = watched.health.start();
    await clock.tickAsync(WITHIN_MS - 1);
    expect(watched.found).toEqual([]);
    await clock.tickAsync(1);
    await started;
    expect(watched.found).toEqual([["mongodb", false]]);
    await clock.tickAsync(10 * WITHIN_MS);
    expect(asked).toBe(1);
    resolve(fine());
    await clock.tickAsync(0);
    expect(watched.health.readiness.ready).toBe(true);
  });

  test("whose answer came while this process was busy is not down", async () => {
    const { promise: answer, resolve } = Promise.withResolvers<Finding>();
    using watched = watch(service("mongodb", () => answer));
    const started = watched.health.start();
    // Both were ready to run when the process came to it: the timer and what reads the answer.
    setImmediate(() => resolve(fine()));
    clock.tick(WITHIN_MS);
    await started;
    expect(watched.found).toEqual([["mongodb", true]]);
  });

  test("that goes and comes back is seen within both times", async () => {
    let ask: () => Promise<Finding> = answers;
    using watched = watch(service("mongodb", () => ask()));
    await watched.health.start();
    ask = refused;
    await clock.tickAsync(EVERY_MS);
    expect(watched.health.readiness.ready).toBe(false);
    ask = answers;
    await clock.tickAsync(EVERY_MS);
    expect(watched.health.readiness.ready).toBe(true);
  });

  test("is asked no more after the end, and leaves no timer", async () => {
    const watched = watch(service("mongodb", answers));
    await watched.health.start();
    watched.health.stop();
    expect(clock.countTimers()).toBe(0);
  });
});

describe("work that waits", () => {
  const NOW = new Date("2026-11-28T12:00:00Z");
  const waiting = (oldest: Date | null) =>
    lateWork({
      name: "inbox",
      what: "the deliveries of GitHub",
      oldest: async () => oldest,
      now: () => NOW,
      everyMs: EVERY_MS,
    });

  test.each([
    { name: "nothing", oldest: null, up: true, seconds: 0 },
    { name: "for five minutes", oldest: new Date("2026-11-28T11:55:00Z"), up: true, seconds: 300 },
    { name: "longer", oldest: new Date("2026-11-28T11:54:59Z"), up: false, seconds: 301 },
    { name: "from the future", oldest: new Date("2026-11-28T12:01:00Z"), up: true, seconds: 0 },
  ])("$name: up $up", async ({ oldest, up, seconds }) => {
    expect(await waiting(oldest).ask()).toMatchObject({ up, blocks: false, facts: { lagSeconds: seconds } });
    expect(lagSeconds(oldest, NOW)).toBe(seconds);
  });

  test("that can't be counted is not shown as none", () => {
    expect(waiting(null).failed).toMatchObject({ up: false, problem: { code: "inbox_unknown" } });
  });
});
