import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { setSuspended, uninstall } from "../acts/apps.ts";
import { createCheckRun } from "../acts/checks.ts";
import { openIssue } from "../acts/issues.ts";
import { createLabel } from "../acts/labels.ts";
import { WebhookScene } from "./webhook-scene.ts";

let scene: WebhookScene;

beforeEach(async () => {
  scene = await WebhookScene.start();
});

afterEach(() => scene.close());

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

  test("shows the moment at which the event happened, however late it is sent", async () => {
    scene.webhooks.faults.add({ fault: { kind: "hold" } });
    const issue = await openIssue(scene.world, scene.alice, scene.repository, { title: "before" });
    issue.title = "after";
    scene.webhooks.release();
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["before"]);
  });
});

describe("an App hears", () => {
  test("nothing that it did not subscribe to", async () => {
    await createLabel(scene.world, scene.alice, scene.repository, { name: "new" });
    await scene.webhooks.drain();
    expect(scene.events).toEqual([]);
  });

  test("nothing that it may not read", async () => {
    scene.installation.permissions = { metadata: "read" };
    await scene.raise("secret");
    await scene.webhooks.drain();
    expect(scene.events).toEqual([]);
  });

  test("nothing while it is suspended, but of the suspension itself", async () => {
    await setSuspended(scene.world, scene.installation, true);
    await scene.raise("unheard");
    await scene.webhooks.drain();
    expect(scene.events).toEqual(["installation"]);
  });

  test("of its removal, and nothing afterwards", async () => {
    await uninstall(scene.world, scene.installation);
    await scene.raise("unheard");
    await scene.webhooks.drain();
    expect(scene.events).toEqual(["installation"]);
  });

  test("of buttons on its own check runs only", async () => {
    const check = { name: "x", headSha: await scene.world.git(scene.repository).text(["rev-parse", "main"]) };
    const mine = await createCheckRun(scene.world, scene.alice, scene.repository, {
      ...check,
      appId: scene.app.id,
    });
    const foreign = await createCheckRun(scene.world, scene.alice, scene.repository, { ...check, appId: 7 });
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

test("drain() waits for what the answers themselves bring about", async () => {
  scene.answer = (response) => {
    const again = scene.received.length === 1 ? scene.raise("second") : Promise.resolve();
    void again.then(() => response.writeHead(200).end());
  };
  await scene.raise("first");
  await scene.webhooks.drain();
  expect(scene.titles).toEqual(["first", "second"]);
});

test("closing gives up what is under way", async () => {
  scene.answer = () => undefined;
  scene.webhooks.faults.add({ skip: 1, fault: { kind: "delay", delayMs: 60_000 } });
  await scene.raise("one", "two");
  await scene.webhooks.close();
  await scene.raise("three");
  await scene.webhooks.drain();
  expect(scene.titles.filter((title) => title !== "one")).toEqual([]);
});
