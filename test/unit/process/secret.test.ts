import { inspect } from "node:util";
import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { Secret } from "../../../src/secret.ts";

const VALUE = "the-value-itself";
const secret = new Secret(VALUE);

test("only revealing it shows a secret", () => {
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
])("%s shows that there is one, and not what it is", (_way, show) => {
  expect(show()).toContain("[redacted]");
  expect(show()).not.toContain(VALUE);
});

test("it has nothing that spreading or listing could find", () => {
  expect(Object.assign({}, secret)).toEqual({});
  expect(Reflect.ownKeys(secret)).toEqual([]);
  expect(JSON.stringify(structuredClone(secret))).toBe("{}");
});

test("a log line does not show it, however deep it is", () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  log.info({ secret, deep: { er: [secret] } }, "with %s and %o and %j", secret, secret, secret);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("[redacted]");
  expect(lines[0]).not.toContain(VALUE);
});
