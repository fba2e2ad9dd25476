import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "../../../support/testing.ts";
import { createApp, setSuspended, uninstall } from "../../acts/apps.ts";
import { createCheckRun } from "../../acts/checks.ts";
import { openIssue } from "../../acts/issues.ts";
import { createLabel } from "../../acts/labels.ts";
import { validateResponse } from "../../openapi/validator.ts";
import { deliveryOf, fullDeliveryJson, listDeliveries } from "../../webhooks/delivery-log.ts";
import { octokitFor, setScene } from "../scene.ts";
import { WebhookScene } from "./webhook-scene.ts";

let scene: WebhookScene;

beforeEach(async () => {
  scene = await WebhookScene.start();
});

afterEach(() => scene.close());

describe("deliveries", () => {
  describe("a delivery", () => {
    test("carries GitHub's headers and a signature over the exact bytes", async () => {
      await scene.raise("one");
      await scene.webhooks.drain();
      const [delivery] = scene.received;
      expect(delivery?.headers).toMatchObject({
        "content-type": "application/json",
        "user-agent": expect.stringMatching(/^GitHub-Hookshot\//),
        "x-github-event": "issues",
        "x-github-delivery": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "x-github-hook-id": expect.stringMatching(/^\d+$/),
        "x-github-hook-installation-target-id": String(scene.app.id),
        "x-github-hook-installation-target-type": "integration",
      });
      expect(delivery && scene.isSigned(delivery)).toBe(true);
      expect(JSON.parse(delivery?.body ?? "")).toMatchObject({
        action: "opened",
        installation: { id: scene.installation.id },
      });
    });

    test("has the time of the event, even if it is sent later", async () => {
      scene.webhooks.faults.add({ fault: { kind: "hold" } });
      const issue = await openIssue(scene.world, scene.alice, scene.repository, { title: "before" });
      issue.title = "after";
      scene.webhooks.release();
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["before"]);
    });
  });

  describe("an App gets", () => {
    test("no events that it did not subscribe to", async () => {
      await createLabel(scene.world, scene.alice, scene.repository, { name: "new" });
      await scene.webhooks.drain();
      expect(scene.events).toEqual([]);
    });

    test("no events that it may not read", async () => {
      scene.installation.permissions = { metadata: "read" };
      await scene.raise("secret");
      await scene.webhooks.drain();
      expect(scene.events).toEqual([]);
    });

    test("only the suspension while it is suspended", async () => {
      await setSuspended(scene.world, scene.installation, true);
      await scene.raise("unheard");
      await scene.webhooks.drain();
      expect(scene.events).toEqual(["installation"]);
    });

    test("its removal, and nothing afterwards", async () => {
      await uninstall(scene.world, scene.installation);
      await scene.raise("unheard");
      await scene.webhooks.drain();
      expect(scene.events).toEqual(["installation"]);
    });

    test("button presses on its own check runs only", async () => {
      const check = {
        name: "x",
        headSha: await scene.world.git(scene.repository).text(["rev-parse", "main"]),
      };
      const mine = await createCheckRun(scene.world, scene.alice, scene.repository, {
        ...check,
        appId: scene.app.id,
      });
      const foreign = await createCheckRun(scene.world, scene.alice, scene.repository, {
        ...check,
        appId: 7,
      });
      for (const checkRun of [foreign, mine]) {
        const about = {
          repository: scene.repository,
          checkRun,
          sender: scene.alice.account,
          requestedAction: "retry",
        };
        await scene.world.raise({ type: "check_run", action: "requested_action", ...about });
      }
      await scene.webhooks.drain();
      const pressed = scene.received.map(
        ({ body }) => JSON.parse(body) as { action: string; check_run: { id: number } },
      );
      expect(pressed.filter(({ action }) => action === "requested_action")).toMatchObject([
        { check_run: { id: mine.id } },
      ]);
    });

    test("a ping when its webhook is set up", async () => {
      scene.webhooks.ping(scene.app);
      await scene.webhooks.drain();
      expect(scene.events).toEqual(["ping"]);
    });
  });

  test("drain() waits for the effects of the answers", async () => {
    scene.answer = (response) => {
      const again = scene.received.length === 1 ? scene.raise("second") : Promise.resolve();
      void again.then(() => response.writeHead(200).end());
    };
    await scene.raise("first");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["first", "second"]);
  });

  test("closing aborts running deliveries", async () => {
    scene.answer = () => undefined;
    scene.webhooks.faults.add({ skip: 1, fault: { kind: "delay", delayMs: 60_000 } });
    await scene.raise("one", "two");
    await scene.webhooks.close();
    await scene.raise("three");
    await scene.webhooks.drain();
    expect(scene.titles.filter((title) => title !== "one")).toEqual([]);
  });
});

describe("the delivery log", () => {
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
    ])(
      "shows a %s, and nothing is sent again automatically",
      async (_name, behaviour, status, statusCode) => {
        scene.answer = behaviour;
        await scene.raise("one");
        await scene.webhooks.drain();
        expect(scene.received).toHaveLength(1);
        expect(scene.logged[0]).toMatchObject({ status, status_code: statusCode });
      },
    );

    test("matches GitHub's API description, as a list and in full", async () => {
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

    test("a redelivery has the same GUID and bytes, and its own entry", async () => {
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
});

describe("the delivery log over HTTP", () => {
  test("an App reads its delivery log page by page, and requests another attempt", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    const guids: unknown[] = [];
    const door = createServer((request, response) => {
      guids.push(request.headers["x-github-delivery"]);
      response.writeHead(guids.length === 1 ? 500 : 202).end();
    });
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    door.listen(0, "127.0.0.1", resolve);
    await listening;
    const { port } = door.address() as AddressInfo;
    const app = github.createApp({
      slug: "listener",
      permissions: { issues: "read" },
      events: ["issues"],
      webhook: { url: `http://127.0.0.1:${port}/`, secret: "s" },
    });
    await github.install(app, scene.acme, { repositories: "all" });
    await github.openIssue(repository, { title: "Broken" });
    await github.webhooks.drain();
    const octokit = octokitFor(github, app);

    const all = await octokit.paginate("GET /app/hook/deliveries", { per_page: 1 });
    expect(all.map(({ event }) => event).sort()).toEqual(["installation", "issues"]);
    const failures = await octokit.rest.apps.listWebhookDeliveries({ status: "failure" });
    expect(failures.data).toMatchObject([{ status_code: 500, redelivery: false }]);
    const [failed] = failures.data;

    await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
    await github.webhooks.drain();
    expect(guids).toHaveLength(3);
    const [newest] = (await octokit.rest.apps.listWebhookDeliveries()).data;
    expect(newest).toMatchObject({ redelivery: true, status: "OK", guid: failed?.guid });
    const full = await octokit.rest.apps.getWebhookDelivery({ delivery_id: newest?.id ?? 0 });
    expect(full.data.request?.headers).toHaveProperty("X-GitHub-Delivery", failed?.guid);
    door.closeAllConnections();
    door.close();
  });
});
