import { CloudEvent } from "cloudevents";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { followEvents, forgetEvents } from "../../fixtures/meta-agent/follow-events.ts";
import type { BotEvent } from "../../fixtures/meta-agent/follow-events.ts";
import { openRedisDoor } from "../../fixtures/meta-agent/redis-door.ts";
import { freshStores } from "../support/servers/stores.ts";
import type { Stores } from "../support/servers/stores.ts";

let stores: Stores;
let redis: Redis;
beforeEach(async () => {
  stores = await freshStores();
  redis = new Redis(stores.redisUrl);
});
afterEach(async () => {
  redis.disconnect();
  await stores[Symbol.asyncDispose]();
});

test("the Redis door adds the event as JSON to orb:signals", async () => {
  const event = new CloudEvent({
    source: "urn:orb:meta-agent:test",
    type: "orb.workspace.active",
    data: { project: "p-1", workspace: { host: "a", path: "/w" } },
  });
  const door = openRedisDoor({ redisUrl: stores.redisUrl });
  await door.send(event);
  await door.close();

  const [entry] = await redis.xrange("orb:signals", "-", "+");
  expect(entry?.[1]).toEqual(["event", JSON.stringify(event)]);
});

test("the Redis door says what to do where Redis is not reached", async () => {
  const door = openRedisDoor({ redisUrl: "redis://127.0.0.1:1" });
  const event = new CloudEvent({ source: "urn:orb:meta-agent:test", type: "orb.project.failed" });
  await expect(door.send(event)).rejects.toMatchObject({
    code: "signal_not_sent",
    remedy: expect.stringContaining("REDIS_URL"),
  });
  await door.close();
});

async function botSays(project: string, seq: number, type = "orb.project.updated"): Promise<void> {
  const event = new CloudEvent({ source: "urn:orb:bot", type, seq, data: { project } });
  await redis.xadd("orb:events", "*", "event", JSON.stringify(event));
}

/** Follows until an event of the type has come. */
async function followUntil(project: string, type: string): Promise<number[]> {
  const stop = new AbortController();
  const seen: number[] = [];
  await followEvents({
    redisUrl: stores.redisUrl,
    project,
    signal: stop.signal,
    onEvent(event: BotEvent) {
      seen.push(Number(event["seq"]));
      if (event.type === type) stop.abort();
    },
  });
  return seen;
}

test("a project's events come in order, without those of others and without second copies", async () => {
  await botSays("p-1", 1);
  await botSays("p-2", 1);
  await botSays("p-1", 2);
  await botSays("p-1", 2);
  await botSays("p-1", 1);
  await botSays("p-1", 3, "orb.pull_request.merged");
  expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([1, 2, 3]);
});

test("events that come while somebody follows are handed over", async () => {
  await botSays("p-1", 1);
  const stop = new AbortController();
  const seen: string[] = [];
  await followEvents({
    redisUrl: stores.redisUrl,
    project: "p-1",
    signal: stop.signal,
    async onEvent({ type }) {
      seen.push(type);
      if (type === "orb.project.updated") await botSays("p-1", 2, "orb.pull_request.closed");
      else stop.abort();
    },
  });
  expect(seen).toEqual(["orb.project.updated", "orb.pull_request.closed"]);
});

test("following resumes after the last event that was handled", async () => {
  await botSays("p-1", 1);
  await botSays("p-1", 2, "orb.pull_request.opened");
  expect(await followUntil("p-1", "orb.pull_request.opened")).toEqual([1, 2]);
  await botSays("p-1", 3, "orb.pull_request.merged");
  expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([3]);
});

test("an event whose handling failed comes again", async () => {
  await botSays("p-1", 1);
  await botSays("p-1", 2, "orb.pull_request.merged");
  const follow = followEvents({
    redisUrl: stores.redisUrl,
    project: "p-1",
    signal: new AbortController().signal,
    onEvent() {
      throw new Error("The disk is full.");
    },
  });
  await expect(follow).rejects.toThrow("The disk is full.");
  expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([1, 2]);
});

test("a project that was forgotten is told from the beginning again", async () => {
  await botSays("p-1", 1, "orb.pull_request.merged");
  await followUntil("p-1", "orb.pull_request.merged");
  await forgetEvents(stores.redisUrl, "p-1");
  expect(await redis.xinfo("GROUPS", "orb:events")).toEqual([]);
  expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([1]);
});

test("a lost Redis ends following with what to do", async () => {
  await botSays("p-1", 1);
  const following = followEvents({
    redisUrl: stores.redisUrl,
    project: "p-1",
    signal: new AbortController().signal,
    onEvent: cutOtherConnections,
  });
  await expect(following).rejects.toMatchObject({ code: "events_interrupted" });
});

/** Cuts every connection to this test's own database but the test's; other tests share the server. */
async function cutOtherConnections(): Promise<void> {
  const database = new URL(stores.redisUrl).pathname.slice(1);
  const mine = await redis.client("ID");
  const list = (await redis.client("LIST")) as string;
  const others = list
    .split("\n")
    .filter((line) => line.includes(` db=${database} `) && !line.startsWith(`id=${mine} `))
    .map((line) => line.slice("id=".length, line.indexOf(" ")));
  for (const id of others) await redis.call("CLIENT", "KILL", "ID", id);
}
