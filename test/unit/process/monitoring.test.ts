import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { type Clock, install } from "@sinonjs/fake-timers";
import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { pino } from "pino";
import { answering, type DependencyCheck, ReadinessChecks } from "../../../src/monitoring/readiness.ts";
import { Secret } from "../../../src/secret.ts";

describe("readiness", () => {
  const NEEDED = { isNeeded: true };
  const up = answering("mongodb", async () => "pong", NEEDED);
  const down = answering("redis", () => Promise.reject(new Error("refused")), NEEDED);
  const silent = answering("redis", () => new Promise(() => {}), NEEDED);
  const isUp = { up: true, blocks: false, problem: null };
  const isDown = { up: false, blocks: true, problem: expect.objectContaining({ code: "redis_unavailable" }) };

  function checks(...dependencies: readonly DependencyCheck[]) {
    const reported: [string, boolean][] = [];
    return { reported, readiness: new ReadinessChecks(dependencies, (...seen) => reported.push(seen)) };
  }

  let clock: Clock;

  beforeEach(() => {
    clock = install();
  });

  afterEach(() => {
    clock.uninstall();
  });

  describe("a process", () => {
    test("whose dependencies answer is ready, and each one is reported", async () => {
      const { reported, readiness } = checks(up, { ...up, name: "redis" });
      expect(await readiness.check()).toEqual({
        ready: true,
        stopping: false,
        dependencies: [
          { name: "mongodb", ...isUp },
          { name: "redis", ...isUp },
        ],
      });
      expect(reported).toEqual([
        ["mongodb", true],
        ["redis", true],
      ]);
    });

    test("is ready if a dependency is down that it can serve without, and reports it", async () => {
      const away = answering("redis", () => Promise.reject(new Error("refused")), { isNeeded: false });
      const { reported, readiness } = checks(up, away);
      expect(await readiness.check()).toMatchObject({
        ready: true,
        dependencies: [isUp, { ...isDown, blocks: false }],
      });
      expect(reported).toContainEqual(["redis", false]);
    });

    test("without dependencies is ready", async () => {
      expect(await checks().readiness.check()).toEqual({ ready: true, stopping: false, dependencies: [] });
    });

    test("with a dependency that fails is not ready", async () => {
      const { reported, readiness } = checks(up, down);
      expect(await readiness.check()).toEqual({
        ready: false,
        stopping: false,
        dependencies: [
          { name: "mongodb", ...isUp },
          { name: "redis", ...isDown },
        ],
      });
      expect(reported).toContainEqual(["redis", false]);
    });

    test("with a dependency that is silent for a second is not ready, and waits no longer", async () => {
      const { readiness } = checks(up, silent);
      const answer = readiness.check();
      await clock.tickAsync(999);
      let settled = false;
      void answer.then(() => (settled = true));
      await clock.tickAsync(0);
      expect(settled).toBe(false);
      await clock.tickAsync(1);

      expect(await answer).toMatchObject({ ready: false, dependencies: [{ up: true }, { up: false }] });
    });

    test("leaves no timer behind once its dependencies have answered", async () => {
      await checks(up, down).readiness.check();
      expect(clock.countTimers()).toBe(0);
    });

    test("that is stopping is not ready, even if its dependencies answer", async () => {
      const { readiness } = checks(up);
      readiness.stopping();
      expect(await readiness.check()).toEqual({
        ready: false,
        stopping: true,
        dependencies: [{ name: "mongodb", ...isUp }],
      });
    });

    test("is ready again when its dependency is back", async () => {
      let isThere = false;
      const ask = () => (isThere ? Promise.resolve() : Promise.reject(new Error("away")));
      const { readiness } = checks(answering("mongodb", ask, NEEDED));
      expect((await readiness.check()).ready).toBe(false);
      isThere = true;
      expect((await readiness.check()).ready).toBe(true);
    });
  });
});

describe("a secret in logs and errors", () => {
  const VALUE = "the-value-itself";
  const secret = new Secret(VALUE);

  test("only reveal() shows a secret", () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  test.each<[string, () => string]>([
    ["String()", () => String(secret)],
    // oxlint-disable-next-line typescript/restrict-template-expressions -- the mistake that must not show it
    ["a template", () => `failed with ${secret}`],
    ["joining", () => [secret].join()],
    ["JSON", () => JSON.stringify({ secret })],
    ["inspection", () => inspect({ secret }, { showHidden: true, depth: null })],
    ["an error's message", () => inspect(new Error("failed with ".concat(String(secret))))],
  ])("%s shows that there is a secret, but not its value", (_way, show) => {
    expect(show()).toContain("[redacted]");
    expect(show()).not.toContain(VALUE);
  });

  test("spreading or listing it finds nothing", () => {
    expect(Object.assign({}, secret)).toEqual({});
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(JSON.stringify(structuredClone(secret))).toBe("{}");
  });

  test("a log line never shows it, at any depth", () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    log.info({ secret, deep: { er: [secret] } }, "with %s and %o and %j", secret, secret, secret);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("[redacted]");
    expect(lines[0]).not.toContain(VALUE);
  });
});

describe("the log", () => {
  const LOGGER = new URL("../../../src/monitoring/logger.ts", import.meta.url).href;

  test("has no secrets of other people's texts and errors, and each line of it is JSON", async () => {
    const token = `ghp_${"a1".repeat(18)}`;
    const message = '{"password":"hunter2"}';
    const program = `
      import { createLogger } from ${JSON.stringify(LOGGER)};
      const log = createLogger({ level: "info", format: "json" });
      log.info({ project: "p ${token}", err: new Error(${JSON.stringify(message)}) }, "failed");
    `;
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      program,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      level: "info",
      msg: "failed",
      project: "p [token removed]",
      err: { message: '{"password":"[password removed]"}' },
    });
  });
});
