import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { WebhookScene } from "./webhook-scene.ts";

let scene: WebhookScene;

beforeEach(async () => {
  scene = await WebhookScene.start();
});

afterEach(() => scene.close());

describe("a fault", () => {
  test("signs with another secret", async () => {
    scene.webhooks.faults.add({ fault: { kind: "wrong-signature" } });
    await scene.raise("one", "two");
    await scene.webhooks.drain();
    expect(scene.received.filter((delivery) => scene.isSigned(delivery))).toHaveLength(1);
    expect(scene.received).toHaveLength(2);
  });

  test("sends twice with one GUID", async () => {
    scene.webhooks.faults.add({ event: "issues", fault: { kind: "duplicate" } });
    await scene.raise("one");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["one", "one"]);
    expect(scene.guids.size).toBe(1);
  });

  test("changes the order of two deliveries", async () => {
    scene.webhooks.faults.add({ fault: { kind: "reorder" } });
    await scene.raise("first", "second");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["second", "first"]);
  });

  test("that waits for a successor in vain still delivers", async () => {
    scene.webhooks.faults.add({ fault: { kind: "reorder" } });
    await scene.raise("only");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["only"]);
  });

  test("delays, and drain() waits for it", async () => {
    scene.webhooks.faults.add({ fault: { kind: "delay", delayMs: 30 } });
    await scene.raise("late", "prompt");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["prompt", "late"]);
  });

  test("loses without a trace in the log", async () => {
    scene.webhooks.faults.add({ fault: { kind: "lose" } });
    const before = scene.logged.length;
    await scene.raise("lost");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual([]);
    expect(scene.logged).toHaveLength(before);
  });

  test("keeps what a test then sends as often as it likes, and under another GUID", async () => {
    scene.webhooks.faults.add({ fault: { kind: "hold" }, times: 2 });
    await scene.raise("first", "second");
    const [first, second] = scene.webhooks.takeHeld();
    if (!first || !second) throw new Error("Two were to be held");
    scene.webhooks.post(second);
    await scene.webhooks.drain();
    scene.webhooks.post(first);
    scene.webhooks.post({ ...first, guid: "another" });
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["second", "first", "first"]);
    expect(scene.guids.size).toBe(3);
    expect(scene.webhooks.heldCount).toBe(0);
  });

  test("fails to connect, and the log says so", async () => {
    scene.webhooks.faults.add({ fault: { kind: "unreachable" } });
    await scene.raise("unsent");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual([]);
    expect(scene.logged[0]).toMatchObject({ status: "failed to connect to host", status_code: 502 });
  });

  test("holds until released, in the order asked for", async () => {
    scene.webhooks.faults.add({ times: 3, fault: { kind: "hold" } });
    await scene.raise("one", "two", "three", "four");
    await scene.webhooks.drain();
    expect(scene.titles).toEqual(["four"]);
    expect(scene.webhooks.heldCount).toBe(3);
    scene.webhooks.release("reversed");
    await scene.webhooks.drain();
    expect(scene.titles.slice(1).sort()).toEqual(["one", "three", "two"]);
  });

  test("strikes what it names, after what it skips, as often as it says", async () => {
    scene.webhooks.faults.add({ event: "push", fault: { kind: "lose" } });
    scene.webhooks.faults.add({
      event: "issues",
      action: "opened",
      skip: 1,
      times: 2,
      fault: { kind: "lose" },
    });
    await scene.raise("one", "two", "three", "four");
    await scene.webhooks.drain();
    expect(scene.titles.sort()).toEqual(["four", "one"]);
  });
});
