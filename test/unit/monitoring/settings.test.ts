import { expect, test } from "../../support/testing.ts";
import { loadConfig } from "../../../src/config.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { configProblems } from "../../support/bot/config-problems.ts";

const REQUIRED = botEnvironment({ mongodbUri: "mongodb://127.0.0.1/orb" });
const SENTRY_DSN = "https://key@sentry.example/7";

const read = (env: Record<string, string>) => {
  const { sentry } = loadConfig({ ...REQUIRED, ...env });
  return sentry && { ...sentry, dsn: sentry.dsn.reveal() };
};

test("without SENTRY_DSN there is no Sentry; the other settings have defaults", () => {
  expect(read({ SENTRY_ENVIRONMENT: "staging" })).toBeNull();
  expect(read({ SENTRY_DSN })).toEqual({ dsn: SENTRY_DSN, environment: "production", tracesSampleRate: 0.1 });
});

test("all of them are read", () => {
  const env = { SENTRY_DSN, SENTRY_ENVIRONMENT: "staging", SENTRY_TRACES_SAMPLE_RATE: "0" };
  expect(read(env)).toEqual({ dsn: SENTRY_DSN, environment: "staging", tracesSampleRate: 0 });
});

test("a DSN that is not valid does not keep the bot from starting", () => {
  expect(read({ SENTRY_DSN: "no DSN" })?.dsn).toBe("no DSN");
});

test.each([
  { SENTRY_ENVIRONMENT: "my laptop" },
  { SENTRY_ENVIRONMENT: "a/b" },
  { SENTRY_ENVIRONMENT: "None" },
  { SENTRY_ENVIRONMENT: "x".repeat(65) },
  { SENTRY_TRACES_SAMPLE_RATE: "10%" },
  { SENTRY_TRACES_SAMPLE_RATE: "1.5" },
  { SENTRY_TRACES_SAMPLE_RATE: "-1" },
])("%j is refused", (env) => {
  expect(configProblems({ ...REQUIRED, ...env })).toEqual([
    expect.stringContaining(Object.keys(env)[0] ?? ""),
  ]);
});
