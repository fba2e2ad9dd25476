import { beforeAll, expect, test } from "@jest/globals";
import { useBot } from "../../support/bot/use-bot.ts";
import { answerOf, delivery, post } from "../../support/deliveries.ts";
import { eventually } from "../../support/eventually.ts";

const bot = useBot();
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
    const ping = delivery("ping", { zen: "a secret in a payload", repository: { full_name: "octo/hello" } });
    ids.unshift(ping.id);
    await answerOf(await post(bot.url, ping), 202);
  }
  await eventually("all done", async () => (await list("status=done")).items.length === 5);
});

test("deliveries are listed newest first, page by page, without their payloads", async () => {
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

test("one that is done is run again when asked; one that is not done yet is not, and one that nobody knows is not found", async () => {
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

test("nobody but an administrator sees the inbox", async () => {
  const answer = await bot.request("/api/v1/deliveries", { headers: { authorization: "" } });
  expect(await answerOf(answer, 401)).toMatchObject({ detail: expect.stringContaining("admin") });
});

test("a cursor that no page gave is refused", async () => {
  const cursor = Buffer.from("2026-01-05 x").toString("base64url");
  await answerOf(await bot.request(`/api/v1/deliveries?cursor=${cursor}`), 400);
});
