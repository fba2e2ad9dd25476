import { randomBytes } from "node:crypto";
import { describe, expect, test } from "../../support/testing.ts";
import { sign } from "@octokit/webhooks-methods";
import { WEBHOOK_SECRET } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { answerOf, delivery, post, type Posted, signedHeaders } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { chunk, MEBIBYTE, openPost } from "../../support/webhooks/flood.ts";
import { recordings } from "../../support/webhooks/webhook-recordings.ts";
import { longStory } from "../../support/sample.ts";

/** The payload of a handled event. These tests are about the door, not about the handler. */
const ZEN = { zen: "Keep it logically awesome.", hook_id: 1 };

const bot = useBot();

async function listed(id: string) {
  const { items } = await answerOf(await bot.request("/api/v1/deliveries?limit=100"), 200);
  return (items as Record<string, unknown>[]).find((item) => item["id"] === id);
}

async function done(id: string) {
  return eventually(`${id} done`, async () => {
    const item = await listed(id);
    return item?.["status"] === "done" && item;
  });
}

async function counted(event: string, outcome: string): Promise<number> {
  const metrics = await (await bot.request("/metrics")).text();
  const line = new RegExp(
    `orb_webhook_deliveries_total\\{event="${event}",outcome="${outcome}"\\} (\\d+)`,
  ).exec(metrics);
  return Number(line?.[1] ?? 0);
}

test("a signed delivery is stored, answered and then handled", async () => {
  const ping = delivery("ping", ZEN);
  const signature = await sign(WEBHOOK_SECRET, String(ping.body));
  const accepted = await answerOf(await post(bot.url, ping, { "x-hub-signature-256": signature }), 202);
  expect(accepted).toEqual({ deliveryId: ping.id, outcome: "stored" });
  expect(await done(ping.id)).toMatchObject({ event: "ping", outcome: "ignored", size: ping.body.length });
  expect(await counted("ping", "stored")).toBeGreaterThan(0);
  await eventually("its end counted", async () => (await counted("ping", "ignored")) > 0);
  const metrics = await (await bot.request("/metrics")).text();
  expect(metrics).toMatch(/orb_webhook_ack_duration_seconds_count [1-9]/);
});

test("a repeated delivery changes nothing and is answered as a duplicate", async () => {
  const ping = delivery("ping", ZEN);
  const answers = await Promise.all([post(bot.url, ping), post(bot.url, ping), post(bot.url, ping)]);
  const outcomes = await Promise.all(answers.map(async (answer) => (await answerOf(answer, 202))["outcome"]));
  expect(outcomes.filter((outcome) => outcome === "stored")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "duplicate")).toHaveLength(2);
  await done(ping.id);
  expect(await answerOf(await post(bot.url, ping), 202)).toMatchObject({ outcome: "duplicate" });
  expect(await listed(ping.id)).toMatchObject({ status: "done", replays: 0 });
});

test("an event without a handler is counted and not stored", async () => {
  const star = delivery("star", { action: "created" });
  const before = await counted("other", "ignored");
  expect(await answerOf(await post(bot.url, star), 202)).toEqual({ deliveryId: star.id, outcome: "ignored" });
  expect(await counted("other", "ignored")).toBe(before + 1);
  expect(await listed(star.id)).toBeUndefined();
});

describe("a delivery without a valid signature is refused and not stored", () => {
  const ping = delivery("ping", ZEN);
  const another = delivery("ping", { zen: "Another" })["headers"]["x-hub-signature-256"] ?? "";
  const anothers = delivery("ping", ZEN, { secret: "another" })["headers"]["x-hub-signature-256"] ?? "";
  test.each<{ name: string; posted: Posted; changed: Record<string, string | null> }>([
    { name: "no signature", posted: ping, changed: { "x-hub-signature-256": null } },
    { name: "another secret's signature", posted: ping, changed: { "x-hub-signature-256": anothers } },
    { name: "another body's signature", posted: ping, changed: { "x-hub-signature-256": another } },
    { name: "a malformed signature", posted: ping, changed: { "x-hub-signature-256": "sha256=zz" } },
    { name: "an empty body", posted: { ...ping, body: Buffer.alloc(0) }, changed: {} },
  ])("$name", async ({ posted, changed }) => {
    const problem = await answerOf(await post(bot.url, posted, changed), 401);
    expect(problem).toMatchObject({
      code: "bad_signature",
      remedy: expect.stringContaining("WEBHOOK_SECRET"),
    });
    expect(await listed(ping.id)).toBeUndefined();
    const metrics = await (await bot.request("/metrics")).text();
    expect(metrics).toMatch(/^orb_webhook_bad_signatures_total [1-9]/m);
  });
});

test.each([
  { name: "no delivery id", changed: { "x-github-delivery": null } },
  { name: "an invalid delivery id", changed: { "x-github-delivery": "a b" } },
  { name: "a delivery id of 10 kB", changed: { "x-github-delivery": "a".repeat(10_000) } },
  { name: "two delivery ids", changed: { "x-github-delivery": "a, b" } },
  { name: "no event", changed: { "x-github-event": null } },
  { name: "an invalid event", changed: { "x-github-event": "../push" } },
  { name: "two events", changed: { "x-github-event": "ping, ping" } },
])("$name is refused with the header's name", async ({ changed }) => {
  const problem = await answerOf(await post(bot.url, delivery("ping", ZEN), changed), 400);
  expect(problem).toMatchObject({
    code: "bad_request",
    detail: expect.stringContaining(Object.keys(changed)[0] ?? ""),
  });
});

test.each([
  {
    name: "a form, which GitHub sends if the App is configured so",
    type: "application/x-www-form-urlencoded",
  },
  { name: "another type", type: "text/plain;charset=UTF-8" },
  { name: "a type that only looks like JSON", type: "application/jsonp" },
])("$name is refused with the setting that has to change", async ({ type }) => {
  const posted = delivery("ping", ZEN);
  const problem = await answerOf(await post(bot.url, posted, { "content-type": type }), 415);
  expect(problem).toMatchObject({
    code: "unsupported_media_type",
    remedy: expect.stringContaining("application/json"),
  });
  expect(await listed(posted.id)).toBeUndefined();
});

test("JSON with a charset is accepted", async () => {
  const typed = { "content-type": "application/json; charset=utf-8" };
  expect(await answerOf(await post(bot.url, delivery("ping", ZEN), typed), 202)).toMatchObject({
    outcome: "stored",
  });
});

test.each([
  { name: "a control character in the delivery id", line: { "x-github-delivery": "a\u0001b" } },
  { name: "two lengths", line: { "content-length": "2\r\ncontent-length: 3" } },
])("$name is not a valid request", async ({ line }) => {
  const { headers } = delivery("ping", ZEN);
  const request = await openPost(bot.url, { ...headers, "content-length": "2", ...line });
  await request.write(Buffer.from("{}"));
  await eventually("the answer", () => request.answer().startsWith("HTTP/1.1 400 "));
  await eventually("the end of the connection", () => request.socket.destroyed);
});

test("a signed body that is not JSON is refused with the setting that is wrong", async () => {
  const body = Buffer.from("payload=%7B%7D");
  const form = { ...delivery("ping", ZEN), body, headers: signedHeaders("ping", body) };
  const problem = await answerOf(await post(bot.url, form), 400);
  expect(problem).toMatchObject({
    code: "unreadable_payload",
    remedy: expect.stringContaining("application/json"),
  });
});

describe("a body above GitHub's limit is refused", () => {
  const { headers } = delivery("ping", ZEN);

  test("before it is read, if it has a length", async () => {
    const request = await openPost(bot.url, { ...headers, "content-length": String(25 * MEBIBYTE + 1) });
    await eventually("the answer", () => request.answer().includes('"code":"too_large"'));
    expect(request.answer()).toMatch(/^HTTP\/1\.1 413 /);
    await eventually("the end of the connection", () => request.socket.destroyed);
  });

  test("as soon as it exceeds the limit, if it has no length", async () => {
    const request = await openPost(bot.url, { ...headers, "transfer-encoding": "chunked" });
    const bytes = chunk(Buffer.alloc(MEBIBYTE, " "));
    for (let sent = 0; sent <= 25 && (await request.write(bytes)); sent++);
    await eventually("the answer", () => request.answer().includes('"code":"too_large"'));
    expect(request.answer()).toMatch(/^HTTP\/1\.1 413 /);
    await eventually("the end of the connection", () => request.socket.destroyed);
  });
});

describe("a payload at GitHub's limit is stored and read again", () => {
  longStory("if it compresses well", async () => {
    const large = delivery("ping", {
      ...ZEN,
      repository: { full_name: "octo/large" },
      filler: "x".repeat(24 * MEBIBYTE),
    });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "stored" });
    expect(await done(large.id)).toMatchObject({ repository: "octo/large", size: large.body.length });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "duplicate" });
  });

  longStory("if it can't be compressed", async () => {
    const large = delivery("ping", {
      ...ZEN,
      repository: { full_name: "octo/random" },
      filler: randomBytes(18 * MEBIBYTE).toString("base64"),
    });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "stored" });
    expect(await done(large.id)).toMatchObject({ repository: "octo/random", size: large.body.length });
  });
});

/** All deliveries of a status, page by page. */
async function allDeliveries(status: "done" | "dead"): Promise<{ id: string; because: string | null }[]> {
  const items = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const from: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await bot.request(`/api/v1/deliveries?status=${status}&limit=100${from}`);
    const page = (await response.json()) as {
      items: { id: string; because: string | null }[];
      nextCursor: string | null;
    };
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

test("every example that GitHub publishes is accepted, with and without a handler", async () => {
  const handled = bot.app.webhooks;
  const answers: [string, number][] = [];
  const kept = new Set<string>();
  for (const { name, examples } of recordings) {
    // Events without a handler are all treated alike, so one example of each is enough.
    for (const [index, example] of (handled.has(name) ? examples : examples.slice(0, 1)).entries()) {
      const posted = delivery(name, example);
      const { status } = await post(bot.url, posted);
      answers.push([`${name} ${index}`, status]);
      if (handled.has(name)) kept.add(posted.id);
    }
  }
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter(([, status]) => status !== 202)).toEqual([]);

  const done = await eventually("all of them done", async () => {
    const found = (await allDeliveries("done")).filter(({ id }) => kept.has(id));
    return found.length === kept.size && found;
  });
  expect(await allDeliveries("dead")).toEqual([]);
  expect(done.filter(({ because }) => !/\w{3}/.test(because ?? ""))).toEqual([]);
});
