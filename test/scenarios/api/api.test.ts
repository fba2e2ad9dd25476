import { beforeAll, expect, test, describe } from "../../support/testing.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { listPullRequests, sendSignals } from "../../support/bot/api.ts";
import { sendRaw } from "../../support/bot/raw-request.ts";
import { storeRecord } from "../../support/stored-record.ts";
import { projectCreated } from "../../support/signals.ts";

const bot = useBot();

describe("the list of deliveries", () => {
  const ids: string[] = [];

  interface Listed {
    readonly items: Record<string, unknown>[];
    readonly nextCursor: string | null;
  }

  async function list(query: string): Promise<Listed> {
    return (await answerOf(await bot.request(`/api/v1/deliveries?${query}`), 200)) as unknown as Listed;
  }

  beforeAll(async () => {
    for (let index = 0; index < 5; index++) {
      const ping = delivery("ping", {
        zen: "a secret in a payload",
        repository: { full_name: "octo/hello" },
      });
      ids.unshift(ping.id);
      await answerOf(await post(bot.url, ping), 202);
    }
    await eventually("all done", async () => (await list("status=done")).items.length === 5);
  });

  test("is sorted newest first, read page by page, and has no payloads", async () => {
    const first = await list("limit=3");
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await list(`limit=3&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toMatchObject({
      event: "ping",
      repository: "octo/hello",
      status: "done",
      problem: null,
    });
    expect(JSON.stringify(first)).not.toContain("secret");
    expect((await list("status=dead")).items).toEqual([]);
  });

  test("can be replayed if done, but not if pending; an unknown one is not found", async () => {
    const [id = ""] = ids;
    const replay = (which: string) =>
      bot.request(`/api/v1/deliveries/${which}/replay`, { method: "POST", body: "{}" });
    expect(await answerOf(await replay(id), 202)).toEqual({ deliveryId: id, outcome: "replayed" });
    await eventually("it done again", async () =>
      (await list("status=done")).items.find((item) => item["id"] === id && item["replays"] === 1),
    );
    await bot.app.deliveryStore.model.updateOne({ _id: id }, { status: "pending", "work.dueAt": null });
    const problem = await answerOf(await replay(id), 409);
    expect(problem).toMatchObject({ code: "delivery_pending", remedy: expect.stringContaining("Wait") });
    expect(await answerOf(await replay("nobody"), 404)).toMatchObject({ code: "not_found" });
  });

  test("is only for administrators", async () => {
    const answer = await bot.request("/api/v1/deliveries", { headers: { authorization: "" } });
    expect(await answerOf(answer, 401)).toMatchObject({ detail: expect.stringContaining("admin") });
  });

  test("refuses an invalid cursor", async () => {
    const cursor = Buffer.from("2026-01-05 x").toString("base64url");
    await answerOf(await bot.request(`/api/v1/deliveries?cursor=${cursor}`), 400);
  });
});

describe("the queue", () => {
  /** Stores a queued record with the position that it had when it was queued. */
  async function queue(
    project: string,
    { minute, position, whose, by }: { minute: number; position: number; whose: string; by: string },
  ): Promise<void> {
    await storeRecord(bot.app, project, {
      status: "queued",
      openedAt: null,
      pullRequest: null,
      createdAt: new Date(Date.parse("2026-01-05T09:00:00Z") + minute * 60_000),
      completion: { project, repository: "octo/hello", branch: "b", summary: "", requestedBy: by },
      problem: { code: "open_limit_reached", reason: `Number ${position}.`, remedy: "Wait." },
      queuePosition: position,
      queuePlace: { limit: 2, whose, open: 2, position },
    });
  }

  async function placeOf(project: string) {
    const [listed] = await listPullRequests(bot.url, project);
    const one = await bot.request(`/api/v1/pull-requests/${listed?.id}`);
    expect(await one.json()).toMatchObject({
      queuePosition: listed?.queuePosition,
      problem: listed?.problem,
    });
    return { position: listed?.queuePosition, reason: listed?.problem?.reason };
  }

  test("shows the current position of a pull request, even if it was queued before others left", async () => {
    await queue("first", { minute: 1, position: 1, whose: "repository", by: "tom" });
    await queue("second", { minute: 2, position: 2, whose: "repository", by: "ines" });
    await queue("third", { minute: 3, position: 3, whose: "repository", by: "tom" });
    await queue("fourth", { minute: 4, position: 3, whose: "requester", by: "tom" });
    expect(await placeOf("third")).toMatchObject({ position: 3 });
    const { model } = bot.app.pullRequestStore;
    const opened = { status: "open", pullRequest: { number: 1 }, queuePosition: null, problem: null };
    await model.updateOne({ project: "first" }, { $set: opened });
    expect(await placeOf("second")).toMatchObject({ position: 1 });
    expect(await placeOf("third")).toEqual({
      position: 2,
      reason:
        "octo/hello already has 2 open agent pull requests, its limit. This one is number 2 in the queue.",
    });
    // One of the same requester is still before it.
    expect(await placeOf("fourth")).toMatchObject({ position: 2 });
    expect(await placeOf("first")).toMatchObject({ position: null });
  });
});

describe("requests", () => {
  test.each([
    { name: "no token", authorization: undefined },
    { name: "an unknown token", authorization: "Bearer orb_wrong" },
    { name: "another scheme", authorization: "Basic YTpi" },
  ])("with $name are refused, and the answer has the needed scope", async ({ authorization }) => {
    const response = await fetch(`${bot.url}/api/v1/projects`, {
      headers: authorization ? { authorization } : {},
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await response.json()).toMatchObject({
      code: "unauthenticated",
      detail: expect.stringContaining("read"),
    });
  });

  test("get their request id back, and an invalid one is replaced", async () => {
    const kept = await bot.request("/livez", { headers: { "x-request-id": "trace-7" } });
    expect(kept.headers.get("x-request-id")).toBe("trace-7");
    const replaced = await bot.request("/livez", { headers: { "x-request-id": "<script>" } });
    expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("for something that does not exist get a 404 with a remedy", async () => {
    for (const path of ["/api/v1/nothing", "/api/v1/projects/unknown", "/api/v1/pull-requests/123"]) {
      const response = await bot.request(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "not_found", remedy: expect.any(String) });
    }
  });

  test("with an invalid query get a 400", async () => {
    for (const query of ["limit=0", "limit=101", "limit=x", "status=lost", "cursor=%21", "unknown=1"]) {
      const response = await bot.request(`/api/v1/pull-requests?${query}`);
      expect({ query, status: response.status }).toEqual({ query, status: 400 });
    }
  });
});

describe("metrics", () => {
  test.each([
    "Forwarded: for=203.0.113.7",
    "Via: 1.1 proxy",
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Host: bot.example",
    "X-Forwarded-Proto: https",
    "X-Original-Forwarded-For: 203.0.113.7",
    "X-Real-IP: 203.0.113.7",
    "X-Client-IP: 203.0.113.7",
    "X-Cluster-Client-IP: 203.0.113.7",
    "True-Client-IP: 203.0.113.7",
    "CF-Connecting-IP: 203.0.113.7",
    "Fastly-Client-IP: 203.0.113.7",
    "X-Envoy-External-Address: 203.0.113.7",
    "CDN-Loop: proxy",
  ])("need a token if a local proxy passed the request on: %s", async (header) => {
    const request = (more: string) =>
      sendRaw(bot.url, `GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n\r\n`);
    expect((await request("Accept: */*")).status).toBe(200);
    expect((await request(header)).status).toBe(401);
  });

  test("need a token under a name that is not a local one", async () => {
    const request = "GET /metrics HTTP/1.1\r\nHost: bot.example\r\nConnection: close\r\n\r\n";
    expect((await sendRaw(bot.url, request)).status).toBe(401);
  });
});

test("lists are read page by page", async () => {
  const ids = ["page-a", "page-b", "page-c"];
  const events = ids.map((id) => projectCreated(id));
  await sendSignals(bot.url, events);
  await eventually("the three projects", async () => {
    const found = await bot.app.projectStore.model.countDocuments({ _id: { $in: ids } });
    return found === 3;
  });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "limit=2" : `limit=2&cursor=${cursor}`;
    const response = await bot.request(`/api/v1/projects?${query}`);
    const page = (await response.json()) as { items: { id: string }[]; nextCursor: string | null };
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual([...new Set(seen)].sort());
  expect(seen).toEqual(expect.arrayContaining(ids));
});
