import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sign } from "@octokit/webhooks-methods";
import { WEBHOOK_SECRET } from "../support/bot/environment.ts";
import { type Bot, startBot } from "../support/bot/in-process.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";

let stores: Stores;
let bot: Bot;
let payload: string;

beforeAll(async () => {
  stores = await freshStores();
  bot = await startBot({ mongodbUri: stores.mongodbUri });
  payload = await readFile(new URL("../../fixtures/webhooks/push.json", import.meta.url), "utf8");
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

async function deliver(body: string, headers: Record<string, string>): Promise<Response> {
  const all = {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": "d-1",
    ...headers,
  };
  return fetch(`${bot.url}/api/github/webhooks`, { method: "POST", body, headers: all });
}

test("what GitHub signed is taken and counted", async () => {
  const signature = await sign(WEBHOOK_SECRET, payload);
  const response = await deliver(payload, { "x-hub-signature-256": signature });
  expect(response.status).toBe(202);
  const metrics = await (await bot.request("/metrics")).text();
  expect(metrics).toContain('orb_webhook_deliveries_total{event="push",outcome="ignored"} 1');
});

describe("what GitHub did not sign is refused", () => {
  test.each([
    { name: "no signature", headers: async () => ({}) },
    {
      name: "another secret's",
      headers: async () => ({ "x-hub-signature-256": await sign("another", payload) }),
    },
    {
      name: "another body's",
      headers: async () => ({ "x-hub-signature-256": await sign(WEBHOOK_SECRET, "{}") }),
    },
    { name: "rubbish", headers: async () => ({ "x-hub-signature-256": "sha256=zz" }) },
  ])("$name", async ({ headers }) => {
    const response = await deliver(payload, await headers());
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      code: "bad_signature",
      remedy: expect.stringContaining("WEBHOOK_SECRET"),
    });
  });

  test("a body that is empty", async () => {
    expect((await deliver("", { "x-hub-signature-256": await sign(WEBHOOK_SECRET, " ") })).status).toBe(401);
  });

  test("a body that is larger than GitHub's largest", async () => {
    const response = await deliver("x".repeat(25 * 1024 * 1024 + 1), { "x-hub-signature-256": "sha256=00" });
    expect(response.status).toBe(413);
  });
});
