import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { describe, expect, test } from "../../support/testing.ts";
import { pino } from "pino";
import { Secret } from "../../../src/secret.ts";

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
