import { CloudEvent } from "cloudevents";
import { expect, test, afterEach, beforeEach, describe } from "../support/testing.ts";
import { Redis } from "ioredis";
import { openHttpDoor } from "../../fixtures/meta-agent/http-door.ts";
import { startSignalSink } from "../support/signal-sink.ts";
import { followEvents, forgetEvents, type BotEvent } from "../../fixtures/meta-agent/follow-events.ts";
import { openRedisDoor } from "../../fixtures/meta-agent/redis-door.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";

describe("the HTTP door", () => {
  const event = new CloudEvent({
    id: "e-1",
    source: "urn:orb:meta-agent:test",
    type: "orb.project.cancelled",
    data: { project: "p-1" },
  });
  const AT_ONCE = { "Retry-After": "0" };

  test("posts an event in structured mode with the token", async () => {
    await using sink = await startSignalSink();
    await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
    const [request] = sink.requests;
    expect(request).toMatchObject({ method: "POST", path: "/api/v1/signals" });
    expect(request?.headers).toMatchObject({
      authorization: "Bearer orb_t",
      "content-type": expect.stringMatching(/^application\/cloudevents\+json/),
    });
    expect(JSON.parse(request?.body ?? "")).toEqual(JSON.parse(JSON.stringify(event)));
  });

  test.each([429, 503])("sends the same event again after %d", async (status) => {
    await using sink = await startSignalSink((attempt) =>
      attempt < 3 ? { status, headers: AT_ONCE } : { status: 202 },
    );
    await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
    expect(sink.events().map(({ id, source }) => [id, source])).toEqual(
      Array.from({ length: 3 }, () => ["e-1", "urn:orb:meta-agent:test"]),
    );
  });

  test("sends the same event again after a lost connection", async () => {
    await using sink = await startSignalSink((attempt) => (attempt === 1 ? "hang up" : { status: 202 }));
    await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
    expect(sink.events().map(({ id }) => id)).toEqual(["e-1", "e-1"]);
  });

  test("gives up after six attempts and says that sending later is safe", async () => {
    await using sink = await startSignalSink(() => ({ status: 503, headers: AT_ONCE }));
    await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
      code: "signal_not_sent",
      message: "The bot answered 503: Service Unavailable",
      remedy: expect.stringContaining("6 attempts failed"),
    });
    expect(sink.requests).toHaveLength(6);
  });

  test("passes on a refusal in the bot's words and does not try again", async () => {
    const problem = {
      title: "Invalid signal",
      detail: "data.branch: expected a string",
      code: "invalid_signal",
    };
    await using sink = await startSignalSink(() => ({
      status: 400,
      headers: { "Content-Type": "application/problem+json" },
      body: problem,
    }));
    await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
      code: "signal_refused",
      message: "The bot answered 400: data.branch: expected a string",
    });
    expect(sink.requests).toHaveLength(1);
  });

  test.each([401, 403])("names the scope that the token needs after %d", async (status) => {
    await using sink = await startSignalSink(() => ({ status }));
    await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
      remedy: expect.stringContaining("signals:write"),
    });
  });
});

describe("Redis", () => {
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

  test("the Redis door says what to do if Redis can't be reached", async () => {
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

  /** Follows until an event of the type has come; returns the numbers of all events. */
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

  test("a project's events come in order, without those of other projects and without repetitions", async () => {
    await botSays("p-1", 1);
    await botSays("p-2", 1);
    await botSays("p-1", 2);
    await botSays("p-1", 2);
    await botSays("p-1", 1);
    await botSays("p-1", 3, "orb.pull_request.merged");
    expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([1, 2, 3]);
  });

  test("events that come while they are followed are passed on", async () => {
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

  test("after a project was forgotten its events come from the beginning again", async () => {
    await botSays("p-1", 1, "orb.pull_request.merged");
    await followUntil("p-1", "orb.pull_request.merged");
    await forgetEvents(stores.redisUrl, "p-1");
    expect(await redis.xinfo("GROUPS", "orb:events")).toEqual([]);
    expect(await followUntil("p-1", "orb.pull_request.merged")).toEqual([1]);
  });

  test("following ends with a remedy if Redis is lost", async () => {
    await botSays("p-1", 1);
    const following = followEvents({
      redisUrl: stores.redisUrl,
      project: "p-1",
      signal: new AbortController().signal,
      onEvent: cutOtherConnections,
    });
    await expect(following).rejects.toMatchObject({ code: "events_interrupted" });
  });

  /** Closes all connections to this test's database except the test's own; other tests share the server. */
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
});
