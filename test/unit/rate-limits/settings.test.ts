import { configProblems } from "../../support/bot/config-problems.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { expect, test } from "../../support/testing.ts";

test.each([
  { env: { RATE_LIMITS: "read=1,read=2" }, problem: "RATE_LIMITS has two limits for read" },
  {
    env: { RATE_LIMITS: "everything=7" },
    problem: "RATE_LIMITS must have limits from 1 to 10000 for signals",
  },
  { env: { RATE_LIMITS: "read=0" }, problem: 'such as read=300, but has "read=0"' },
  { env: { RATE_LIMITS: "read=10001" }, problem: 'but has "read=10001"' },
  { env: { RATE_LIMITS: "read=1e3" }, problem: 'but has "read=1e3"' },
  {
    env: { TRUSTED_PROXIES: "10.0.0.0/8,proxy.example" },
    problem: 'TRUSTED_PROXIES must have networks such as 10.0.0.0/8 or fd00::/8, but has "proxy.example"',
  },
  { env: { TRUSTED_PROXIES: "10.0.0.0/33" }, problem: 'but has "10.0.0.0/33"' },
  { env: { TRUSTED_PROXIES: "10.1" }, problem: 'but has "10.1"' },
  { env: { RATE_LIMIT_HEADERS: "7" }, problem: "RATE_LIMIT_HEADERS must be" },
])("$env is refused with its reason", ({ env, problem }) => {
  expect(
    configProblems({ ...botEnvironment({ mongodbUri: "mongodb://127.0.0.1/orb" }), ...env }).join("\n"),
  ).toContain(problem);
});
