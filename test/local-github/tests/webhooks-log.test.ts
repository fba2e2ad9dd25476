import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createApp } from "../acts/apps.ts";
import { validateResponse } from "../openapi/validator.ts";
import { deliveryOf, fullDeliveryJson, listDeliveries } from "../webhooks/delivery-log.ts";
import { WebhookScene } from "./webhook-scene.ts";

let scene: WebhookScene;

beforeEach(async () => {
  scene = await WebhookScene.start();
});

afterEach(() => scene.close());

describe("the log", () => {
  test.each([
    [
      "refusal",
      (response: ServerResponse) => response.writeHead(500).end("boom"),
      "Invalid HTTP Response: 500",
      500,
    ],
    ["silence", () => undefined, "timed out", 504],
    ["hang-up", (response: ServerResponse) => response.destroy(), "failed to connect to host", 502],
  ])("tells of a %s, and nothing is sent again by itself", async (_name, behaviour, status, statusCode) => {
    scene.answer = behaviour;
    await scene.raise("one");
    await scene.webhooks.drain();
    expect(scene.received).toHaveLength(1);
    expect(scene.logged[0]).toMatchObject({ status, status_code: statusCode });
  });

  test("fits GitHub's description, in short and in full", async () => {
    await scene.raise("one");
    await scene.webhooks.drain();
    const { items } = listDeliveries(scene.world, scene.app, {});
    const id = scene.logged[0]?.id ?? 0;
    const full = fullDeliveryJson(deliveryOf(scene.world, scene.app, id));
    const check = (operationId: string, body: unknown): string[] =>
      validateResponse({ operationId, status: 200, body });
    expect(check("apps/list-webhook-deliveries", items)).toEqual([]);
    expect(check("apps/get-webhook-delivery", full)).toEqual([]);
    expect(full).toMatchObject({
      request: { headers: { "X-GitHub-Event": "issues" }, payload: { action: "opened" } },
      response: { headers: { "x-bot": "yes" }, payload: "stored" },
    });
  });

  test("is paged by cursor, newest first, and filtered by outcome", async () => {
    scene.answer = (response) => response.writeHead(scene.received.length === 2 ? 500 : 200).end();
    for (const title of ["one", "two", "three"]) {
      await scene.raise(title);
      await scene.webhooks.drain();
    }
    const ids: unknown[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = listDeliveries(scene.world, scene.app, { perPage: 2, ...(cursor ? { cursor } : {}) });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(ids.toSorted((a, b) => Number(b) - Number(a)));
    expect(listDeliveries(scene.world, scene.app, { status: "failure" }).items).toMatchObject([
      { status_code: 500 },
    ]);
    expect(() => listDeliveries(scene.world, scene.app, { cursor: "elsewhere" })).toThrow(
      "Validation Failed",
    );
  });

  test("a redelivery has the same GUID and bytes, and an entry of its own", async () => {
    scene.answer = (response) => response.writeHead(503).end();
    await scene.raise("one");
    await scene.webhooks.drain();
    const [failed] = scene.logged;
    scene.answer = (response) => response.writeHead(200).end();
    scene.webhooks.redeliver(deliveryOf(scene.world, scene.app, failed?.id ?? 0));
    await scene.webhooks.drain();
    expect(scene.guids.size).toBe(1);
    expect(scene.received[0]?.body).toBe(scene.received[1]?.body);
    expect(scene.logged.slice(0, 2)).toMatchObject([
      { redelivery: true, status: "OK", guid: failed?.guid },
      { redelivery: false, status_code: 503, guid: failed?.guid },
    ]);
  });

  test("an App does not see another's deliveries", async () => {
    await scene.raise("one");
    await scene.webhooks.drain();
    const [{ id } = { id: 0 }] = scene.logged;
    const other = createApp(scene.world, {
      slug: "other",
      owner: scene.alice.account,
      permissions: {},
      events: [],
    });
    expect(listDeliveries(scene.world, other, {}).items).toEqual([]);
    expect(() => deliveryOf(scene.world, other, id)).toThrow("Not Found");
  });
});
