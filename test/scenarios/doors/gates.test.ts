import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { type CutOff, cutOffFrom } from "../../support/servers/cut-off.ts";
import { preparedStores } from "../../support/servers/prepared-stores.ts";
import type { Stores } from "../../support/servers/stores.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

/** Less than the driver waits for a server, which is what a request would wait without a gate. */
const AT_ONCE_MS = 1_500;

let stores: Stores;
let way: CutOff;
let bot: Bot;

beforeEach(async () => {
  stores = await preparedStores();
  way = await cutOffFrom(stores.mongodbUri);
  bot = await startBot({ mongodbUri: way.mongodbUri });
});

afterEach(async () => {
  way.heal();
  await bot[Symbol.asyncDispose]();
  await way[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

const READS = [
  "/api/v1/projects",
  "/api/v1/pull-requests",
  "/api/v1/tokens",
  "/api/v1/audit",
  "/api/v1/events",
];

/** Asks, and fails if the answer took as long as a time-out. */
async function refusedAtOnce(path: string): Promise<Record<string, unknown>> {
  const began = performance.now();
  const answer = await bot.request(path);
  const problem = await answerOf(answer, 503);
  expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  return problem;
}

test("without MongoDB each route that needs it says so at once, and the others answer", async () => {
  await answerOf(await bot.request("/api/v1/projects"), 200);
  way.refuse();
  await eventually("the gate is closed", () => !bot.app.database.primary.isUp);
  for (const path of READS) {
    const problem = await refusedAtOnce(path);
    expect(problem).toMatchObject({
      code: "mongodb_unavailable",
      detail: expect.stringContaining("MongoDB"),
    });
  }
  const withCookie = { authorization: "", cookie: `__Host-orb_session=${"x".repeat(43)}` };
  await answerOf(await bot.request("/api/v1/projects", { headers: withCookie }), 503);
  await answerOf(await fetch(`${bot.url}/api/v1/projects`), 401);
  await answerOf(await bot.request("/livez"), 200);
  const settings = JSON.stringify({ settings: "" });
  await answerOf(await bot.request("/api/v1/settings/validate", { method: "POST", body: settings }), 200);
  way.heal();
  await eventually("it answers again", async () => (await bot.request("/api/v1/projects")).status === 200);
});

test("if MongoDB hangs, only those wait who come first", async () => {
  await answerOf(await bot.request("/api/v1/projects"), 200);
  way.hang();
  expect(await answerOf(await bot.request("/api/v1/projects"), 503)).toMatchObject({
    code: "answer_timeout",
  });
  expect(await refusedAtOnce("/api/v1/projects")).toMatchObject({ code: "mongodb_unavailable" });
  way.heal();
  await eventually("it answers again", async () => (await bot.request("/api/v1/projects")).status === 200);
});

test("without GitHub a preview says so at once", async () => {
  const body = JSON.stringify({
    project: "p-1",
    repository: "octo/hello",
    branch: "agent/x",
    summary: "Done.",
  });
  const answer = await bot.request("/api/v1/pull-requests/preview", { method: "POST", body });
  expect(await answerOf(answer, 503)).toMatchObject({
    code: "github_unavailable",
    detail: expect.stringMatching(/^This needs GitHub/),
  });
  expect(answer.headers.get("retry-after")).not.toBeNull();
});
