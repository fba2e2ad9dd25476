import { expect, test } from "../../support/testing.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { projectCreated } from "../../support/signals.ts";
import { sendSignals } from "../../support/bot/api.ts";

const bot = useBot();

const audited = async (query = "") =>
  (await answerOf(await bot.request(`/api/v1/audit?${query}`), 200))["items"] as Record<string, unknown>[];

const send = (method: string, path: string, body?: unknown, headers = {}) =>
  bot.request(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });

test("a call that changes something says who, what, when, from where, why, and how it ended", async () => {
  const before = Date.now();
  const path = `/api/v1/tokens?reason=${encodeURIComponent("for the new platform – später")}`;
  const made = await send("POST", path, { name: "new", scopes: ["read"] }, { "x-request-id": "the-request" });
  const { token } = await answerOf(made, 201);
  await eventually("its end is stored", async () => (await audited())[0]?.["status"] === 201);
  const [entry] = await audited();
  expect(entry).toEqual({
    id: expect.any(String),
    at: expect.any(String),
    by: { id: "ADMIN_TOKEN", name: "the token ADMIN_TOKEN" },
    from: "127.0.0.1",
    action: "POST /api/v1/tokens",
    params: {},
    details: '{"name":"new","scopes":["read"],"bypass":false}',
    reason: "for the new platform – später",
    requestId: "the-request",
    status: 201,
  });
  expect(Math.abs(Date.parse(String(entry?.["at"])) - before)).toBeLessThan(10_000);
  expect(JSON.stringify(await audited())).not.toContain(token);
});

test("one that fails in its route is there with its status; one that is refused before is not", async () => {
  await answerOf(await send("DELETE", "/api/v1/tokens/nobody"), 404);
  await answerOf(await send("POST", "/api/v1/tokens", { name: "no scopes" }), 400);
  await answerOf(await send("DELETE", "/api/v1/tokens/nobody", undefined, { authorization: "" }), 401);
  await eventually("its end is stored", async () => (await audited())[0]?.["status"] === 404);
  const [entry, older] = await audited();
  expect(entry).toMatchObject({
    action: "DELETE /api/v1/tokens/:id",
    params: { id: "nobody" },
    details: null,
  });
  expect(older).toMatchObject({ status: 201 });
});

test("questions, previews and signals change nothing that it must explain", async () => {
  const { length } = await audited("limit=100");
  await bot.request("/api/v1/projects");
  await sendSignals(bot.url, [projectCreated("p-audit")]);
  await send("POST", "/api/v1/settings/validate", { settings: "" });
  await send("POST", "/api/v1/pull-requests/000000000000000000000000/preview");
  expect(await audited("limit=100")).toHaveLength(length);
});

test("a change that could not be stored is not done", async () => {
  const { model } = bot.app.audit;
  await model.db.db?.command({ collMod: model.collection.collectionName, validator: { never: true } });
  try {
    await answerOf(await send("POST", "/api/v1/tokens", { name: "unseen", scopes: ["read"] }), 500);
  } finally {
    await model.db.db?.command({ collMod: model.collection.collectionName, validator: {} });
  }
  const { items } = await answerOf(await bot.request("/api/v1/tokens?limit=100"), 200);
  expect((items as { name: string }[]).map(({ name }) => name)).not.toContain("unseen");
});

test("is filtered by caller and by action, and read page by page", async () => {
  const action = encodeURIComponent("DELETE /api/v1/tokens/:id");
  for (let times = 0; times < 3; times++) await answerOf(await send("DELETE", "/api/v1/tokens/nobody"), 404);
  expect(await audited(`action=${action}&by=ADMIN_TOKEN`)).toHaveLength(4);
  expect(await audited(`by=somebody`)).toEqual([]);
  const first = await answerOf(await bot.request(`/api/v1/audit?action=${action}&limit=3`), 200);
  const rest = await bot.request(
    `/api/v1/audit?action=${action}&limit=3&cursor=${String(first["nextCursor"])}`,
  );
  const seen = [first, await answerOf(rest, 200)].flatMap(({ items }) => items as { id: string }[]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(4);
});

test.each([
  ["reason=", "reason"],
  [`reason=${"x".repeat(501)}`, "reason"],
  ["reason=a&reason=b", "reason"],
])("a reason %j is refused", async (query, word) => {
  const problem = await answerOf(await send("DELETE", `/api/v1/tokens/nobody?${query}`), 400);
  expect(problem).toMatchObject({ detail: expect.stringContaining(word) });
});
