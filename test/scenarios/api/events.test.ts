import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { useTwoBots } from "../../support/bot/use-two-bots.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { EventReader } from "../../support/event-reader.ts";
import { eventually } from "../../support/eventually.ts";
import { longStory } from "../../support/sample.ts";
import { projectCreated } from "../../support/signals.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

// No Redis answers there: the stream does not need it.
const two = useTwoBots({ redisUrl: "redis://127.0.0.1:9" });

const open = (options: { bot?: Bot; token?: string; path?: string; lastId?: string | null } = {}) =>
  EventReader.open((options.bot ?? two.bots[0]).url, { token: ADMIN_TOKEN, ...options });

const create = (...projects: string[]) =>
  sendSignals(
    two.bots[1].url,
    projects.map((project) => projectCreated(project)),
  );

const subjects = ({ messages }: EventReader) => messages.map(({ data }) => data["subject"]);

test("a reader gets each event at once, as the CloudEvent that the Redis stream has", async () => {
  await using reader = await open();
  await create("p-events");
  const message = await reader.next("its event", ({ data }) => data["subject"] === "p-events");
  expect(message).toEqual({
    id: expect.stringMatching(/^[0-9A-F]+$/),
    type: "orb.project.updated",
    data: expect.objectContaining({
      specversion: "1.0",
      source: "orb-bot",
      type: "orb.project.updated",
      seq: expect.any(Number),
      data: expect.objectContaining({ project: "p-events", status: expect.any(String) }),
    }),
  });
});

test("a reader may ask for one project alone", async () => {
  await using reader = await open({ path: "?project=p-mine" });
  await create("p-theirs", "p-mine");
  await reader.next("its event", ({ data }) => data["subject"] === "p-mine");
  expect(subjects(reader)).not.toContain("p-theirs");
});

test("a reader that was away gets what it missed, in order and once, also from another instance", async () => {
  const reader = await open();
  await using witness = await open();
  await create("p-before");
  await reader.next("its event", ({ data }) => data["subject"] === "p-before");
  await reader[Symbol.asyncDispose]();
  const missed = Array.from({ length: 20 }, (_, index) => `p-missed-${index}`);
  const missedBy = (one: EventReader) =>
    subjects(one).filter((project) => String(project).startsWith("p-missed-"));
  for (const project of missed) await create(project);
  await eventually("all have their events", () => missedBy(witness).length === missed.length);
  for (const bot of two.bots) {
    await using again = await open({ bot, lastId: reader.lastId });
    await create(`p-after-${two.bots.indexOf(bot)}`);
    await again.next("the last", ({ data }) => data["subject"] === `p-after-${two.bots.indexOf(bot)}`);
    expect(missedBy(again)).toEqual(missedBy(witness));
  }
});

test("a reader that reconnects at once gets what came meanwhile, while others read on", async () => {
  await using other = await open();
  const reader = await open();
  await create("p-quick-1");
  await reader.next("its event", ({ data }) => data["subject"] === "p-quick-1");
  await reader[Symbol.asyncDispose]();
  await create("p-quick-2");
  await other.next("the other's", ({ data }) => data["subject"] === "p-quick-2");
  await using again = await open({ lastId: reader.lastId });
  await again.next("what it missed", ({ data }) => data["subject"] === "p-quick-2");
  await create("p-quick-3");
  await again.next("what is new", ({ data }) => data["subject"] === "p-quick-3");
  expect(subjects(again)).toEqual(["p-quick-2", "p-quick-3"]);
});

test.each(["x", "-1", "0", "8263", `82${"F".repeat(300)}`, "{}"])(
  "the Last-Event-ID %j is refused",
  async (id) => {
    const headers = { "last-event-id": id };
    const problem = await answerOf(await two.bots[0].request("/api/v1/events", { headers }), 400);
    expect(problem).toMatchObject({ code: "bad_request", remedy: expect.stringContaining("Last-Event-ID") });
  },
);

test("HEAD, another scope and an unknown parameter are refused", async () => {
  expect((await two.bots[0].request("/api/v1/events", { method: "HEAD" })).status).toBe(405);
  await answerOf(await two.bots[0].request("/api/v1/events", { headers: { authorization: "" } }), 401);
  await answerOf(await two.bots[0].request("/api/v1/events?since=1"), 400);
});

test("a reader whose token is revoked is cut with the reason", async () => {
  const wanted = JSON.stringify({ name: "reader", scopes: ["read"] });
  const made = await answerOf(
    await two.bots[0].request("/api/v1/tokens", { method: "POST", body: wanted }),
    201,
  );
  await using reader = await open({ bot: two.bots[1], token: String(made["token"]) });
  await two.bots[0].request(`/api/v1/tokens/${String(made["id"])}`, { method: "DELETE", body: "{}" });
  const last = await reader.next("the end", ({ type }) => type === "orb.stream.end");
  expect(last.data).toMatchObject({ code: "unauthenticated", remedy: expect.any(String) });
  await eventually("it is over", () => reader.isOver);
});

test("a client that does not read is cut, and told why if it reads again; the others go on", async () => {
  await using other = await open({ path: "?project=p-other" });
  const { hostname, port } = new URL(two.bots[0].url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(
    `GET /api/v1/events HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
  );
  await once(socket, "data");
  socket.pause();
  const { model } = two.bots[0].app.outboxStore;
  const data = { status: "created", phase: null, because: "x".repeat(1_000_000) };
  for (let seq = 1; seq <= 15; seq++) {
    const event = { project: "p-flood", seq, type: "orb.project.updated", data, time: new Date() };
    await model.collection.insertOne({ ...event, relayedAt: new Date(), relayedAs: null });
  }
  let tail = "";
  socket.on("data", (data) => (tail = (tail + String(data)).slice(-2_000)));
  socket.resume();
  await eventually("the reason", () => tail.includes('"code":"too_slow"'));
  socket.destroy();
  await create("p-other");
  await other.next("its event", ({ data }) => data["subject"] === "p-other");
});

longStory("more streams than a process can have are refused, and one that ends makes room", async () => {
  const readers = await Promise.all(Array.from({ length: 200 }, () => open({ bot: two.bots[1] })));
  const refused = await two.bots[1].request("/api/v1/events");
  expect(await answerOf(refused, 503)).toMatchObject({ code: "too_many_streams" });
  expect(refused.headers.get("retry-after")).not.toBeNull();
  for (const reader of readers) await reader[Symbol.asyncDispose]();
  await using _last = await eventually("room for one", () =>
    open({ bot: two.bots[1] }).catch(() => undefined),
  );
});

test("when the bot stops, its readers are told, and it does not wait for them", async () => {
  const bot = await startBot({ mongodbUri: two.bots[0].app.config.mongodbUri.reveal() });
  await using reader = await open({ bot });
  const began = performance.now();
  await bot[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await reader.next("the end", ({ type }) => type === "orb.stream.end")).toMatchObject({
    data: { code: "cut_off" },
  });
});
