import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { sign } from "@octokit/webhooks-methods";
import { WEBHOOK_SECRET } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { answerOf, delivery, post, type Posted, signedHeaders } from "../../support/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { chunk, MEBIBYTE, openPost } from "../../support/flood.ts";

/** Of any handled event: what is tested here is the door, and not what it leads to. */
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

test("what GitHub signed is stored, answered and then worked on", async () => {
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

test("a delivery that is known changes nothing and is answered as a duplicate", async () => {
  const ping = delivery("ping", ZEN);
  const answers = await Promise.all([post(bot.url, ping), post(bot.url, ping), post(bot.url, ping)]);
  const outcomes = await Promise.all(answers.map(async (answer) => (await answerOf(answer, 202))["outcome"]));
  expect(outcomes.filter((outcome) => outcome === "stored")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "duplicate")).toHaveLength(2);
  await done(ping.id);
  expect(await answerOf(await post(bot.url, ping), 202)).toMatchObject({ outcome: "duplicate" });
  expect(await listed(ping.id)).toMatchObject({ status: "done", replays: 0 });
});

test("an event that nothing waits for is counted and not kept", async () => {
  const star = delivery("star", { action: "created" });
  const before = await counted("other", "ignored");
  expect(await answerOf(await post(bot.url, star), 202)).toEqual({ deliveryId: star.id, outcome: "ignored" });
  expect(await counted("other", "ignored")).toBe(before + 1);
  expect(await listed(star.id)).toBeUndefined();
});

describe("what GitHub did not sign is refused, and nothing of it is kept", () => {
  const ping = delivery("ping", ZEN);
  const another = delivery("ping", { zen: "Another" })["headers"]["x-hub-signature-256"] ?? "";
  const anothers = delivery("ping", ZEN, { secret: "another" })["headers"]["x-hub-signature-256"] ?? "";
  test.each<{ name: string; posted: Posted; changed: Record<string, string | null> }>([
    { name: "no signature", posted: ping, changed: { "x-hub-signature-256": null } },
    { name: "another secret's", posted: ping, changed: { "x-hub-signature-256": anothers } },
    { name: "another body's", posted: ping, changed: { "x-hub-signature-256": another } },
    { name: "rubbish", posted: ping, changed: { "x-hub-signature-256": "sha256=zz" } },
    { name: "an empty body", posted: { ...ping, body: Buffer.alloc(0) }, changed: {} },
  ])("$name", async ({ posted, changed }) => {
    const problem = await answerOf(await post(bot.url, posted, changed), 401);
    expect(problem).toMatchObject({
      code: "bad_signature",
      remedy: expect.stringContaining("WEBHOOK_SECRET"),
    });
    expect(await listed(ping.id)).toBeUndefined();
  });
});

test.each([
  { name: "no delivery id", changed: { "x-github-delivery": null } },
  { name: "a delivery id that is none", changed: { "x-github-delivery": "a b" } },
  { name: "a delivery id of 10 kB", changed: { "x-github-delivery": "a".repeat(10_000) } },
  { name: "a delivery id that came twice", changed: { "x-github-delivery": "a, b" } },
  { name: "no event", changed: { "x-github-event": null } },
  { name: "an event that is none", changed: { "x-github-event": "../push" } },
  { name: "an event that came twice", changed: { "x-github-event": "ping, ping" } },
])("$name is refused with the header's name", async ({ changed }) => {
  const problem = await answerOf(await post(bot.url, delivery("ping", ZEN), changed), 400);
  expect(problem).toMatchObject({
    code: "bad_request",
    detail: expect.stringContaining(Object.keys(changed)[0] ?? ""),
  });
});

test.each([
  {
    name: "a form, which GitHub sends where the App is set to it",
    type: "application/x-www-form-urlencoded",
  },
  { name: "another type", type: "text/plain;charset=UTF-8" },
  { name: "what only looks like JSON", type: "application/jsonp" },
])("$name is refused with what has to be set", async ({ type }) => {
  const posted = delivery("ping", ZEN);
  const problem = await answerOf(await post(bot.url, posted, { "content-type": type }), 415);
  expect(problem).toMatchObject({
    code: "unsupported_media_type",
    remedy: expect.stringContaining("application/json"),
  });
  expect(await listed(posted.id)).toBeUndefined();
});

test("JSON that says of itself how it is written is taken", async () => {
  const typed = { "content-type": "application/json; charset=utf-8" };
  expect(await answerOf(await post(bot.url, delivery("ping", ZEN), typed), 202)).toMatchObject({
    outcome: "stored",
  });
});

test.each([
  { name: "a control character in the delivery id", line: { "x-github-delivery": "a\u0001b" } },
  { name: "two lengths", line: { "content-length": "2\r\ncontent-length: 3" } },
])("$name is no request", async ({ line }) => {
  const { headers } = delivery("ping", ZEN);
  const request = await openPost(bot.url, { ...headers, "content-length": "2", ...line });
  await request.write(Buffer.from("{}"));
  await eventually("the answer", () => request.answer().startsWith("HTTP/1.1 400 "));
  await eventually("the end of the connection", () => request.socket.destroyed);
});

test("what is signed and no JSON says which setting is wrong", async () => {
  const body = Buffer.from("payload=%7B%7D");
  const form = { ...delivery("ping", ZEN), body, headers: signedHeaders("ping", body) };
  const problem = await answerOf(await post(bot.url, form), 400);
  expect(problem).toMatchObject({
    code: "unreadable_payload",
    remedy: expect.stringContaining("application/json"),
  });
});

describe("a body that is larger than GitHub's largest is refused", () => {
  const { headers } = delivery("ping", ZEN);

  test("before a byte of it is read, where it says so of itself", async () => {
    const request = await openPost(bot.url, { ...headers, "content-length": String(25 * MEBIBYTE + 1) });
    await eventually("the answer", () => request.answer().includes('"code":"too_large"'));
    expect(request.answer()).toMatch(/^HTTP\/1\.1 413 /);
    await eventually("the end of the connection", () => request.socket.destroyed);
  });

  test("as soon as it is, where it does not", async () => {
    const request = await openPost(bot.url, { ...headers, "transfer-encoding": "chunked" });
    const bytes = chunk(Buffer.alloc(MEBIBYTE, " "));
    for (let sent = 0; sent <= 25 && (await request.write(bytes)); sent++);
    await eventually("the answer", () => request.answer().includes('"code":"too_large"'));
    expect(request.answer()).toMatch(/^HTTP\/1\.1 413 /);
    await eventually("the end of the connection", () => request.socket.destroyed);
  });
});

describe("a payload as large as GitHub's largest is stored and read again", () => {
  test("one that is all the same", async () => {
    const large = delivery("ping", {
      ...ZEN,
      repository: { full_name: "octo/large" },
      filler: "x".repeat(24 * MEBIBYTE),
    });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "stored" });
    expect(await done(large.id)).toMatchObject({ repository: "octo/large", size: large.body.length });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "duplicate" });
  });

  test("one that can't be compressed", async () => {
    const large = delivery("ping", {
      ...ZEN,
      repository: { full_name: "octo/random" },
      filler: randomBytes(18 * MEBIBYTE).toString("base64"),
    });
    expect(await answerOf(await post(bot.url, large), 202)).toMatchObject({ outcome: "stored" });
    expect(await done(large.id)).toMatchObject({ repository: "octo/random", size: large.body.length });
  });
});
