import { describe, expect, test } from "../../support/testing.ts";
import type { Bot } from "../../support/bot/in-process.ts";
import { useTwoBots } from "../../support/bot/use-two-bots.ts";
import { eventually } from "../../support/eventually.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

/** The promise is a second, which the memory's own tests hold with a set clock; a machine that is busy takes longer to ask. */
const REVOKED_WITHIN_MS = 5_000;

const two = useTwoBots({}, { isMoved: true });

interface Made {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string | null;
}

const send = (method: string, path: string, body: unknown = {}) =>
  two.bots[0].request(path, { method, body: JSON.stringify(body) });

async function make(wanted: Record<string, unknown> = {}): Promise<Made> {
  const asked = { name: "of a test", scopes: ["read"], ...wanted };
  return (await answerOf(await send("POST", "/api/v1/tokens", asked), 201)) as unknown as Made;
}

const callWith = (bot: Bot, token: string, path = "/api/v1/projects") =>
  bot.request(path, { headers: { authorization: `Bearer ${token}` } });

async function statusesWith(token: string, path?: string): Promise<number[]> {
  return Promise.all(two.bots.map(async (bot) => (await callWith(bot, token, path)).status));
}

async function listed(query = ""): Promise<Record<string, unknown>[]> {
  const answer = await answerOf(await two.bots[1].request(`/api/v1/tokens?limit=100${query}`), 200);
  return answer["items"] as Record<string, unknown>[];
}

describe("a token", () => {
  test("is good on every instance, for its scopes alone", async () => {
    const { token } = await make();
    expect(await statusesWith(token)).toEqual([200, 200]);
    const refused = await answerOf(await callWith(two.bots[1], token, "/api/v1/tokens"), 403);
    expect(refused).toMatchObject({
      code: "forbidden",
      detail: expect.stringMatching(/scope admin.*has read\.$/),
    });
  });

  test("is shown once, is listed without it, and is stored as a digest alone", async () => {
    const { id, token } = await make({ name: "shown once" });
    const list = await listed();
    expect(list.find((one) => one["id"] === id)).toMatchObject({ name: "shown once", state: "active" });
    const stored = await two.bots[0].app.database.native.collection("tokens").find().toArray();
    const [, , secret = "nothing"] = token.split("_");
    for (const text of [JSON.stringify(list), JSON.stringify(stored)]) expect(text).not.toContain(secret);
  });

  test("with one character changed is unknown", async () => {
    const { token } = await make();
    const other = `${token.slice(0, -1)}${token.endsWith("A") ? "Q" : "A"}`;
    const problem = await answerOf(await callWith(two.bots[0], other), 401);
    expect(problem).toMatchObject({ detail: expect.stringContaining("no valid token") });
  });

  test("that is revoked is refused everywhere within a second, and says why", async () => {
    const { id, token } = await make();
    expect(await statusesWith(token)).toEqual([200, 200]);
    await answerOf(await send("DELETE", `/api/v1/tokens/${id}`), 200);
    const began = performance.now();
    await eventually("both refuse it", async () =>
      (await statusesWith(token)).every((status) => status === 401),
    );
    expect(performance.now() - began).toBeLessThan(REVOKED_WITHIN_MS);
    const problem = await answerOf(await callWith(two.bots[1], token), 401);
    expect(problem).toMatchObject({ detail: expect.stringContaining("it was revoked at") });
    expect(await answerOf(await send("DELETE", `/api/v1/tokens/${id}`), 200)).toMatchObject({
      state: "revoked",
    });
  });

  test("ends when it expires, after ninety days unless somebody asks for another time", async () => {
    const { token, expiresAt } = await make();
    const days = (Date.parse(expiresAt ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);
    const forGood = await make({ expiresAt: null });
    two.aheadMs = 91 * 86_400_000;
    expect(await statusesWith(token)).toEqual([401, 401]);
    expect(await statusesWith(forGood.token)).toEqual([200, 200]);
    two.aheadMs = 0;
  });

  test("that is rotated stays good for the overlap, beside its replacement", async () => {
    const old = await make({ name: "rotated", owner: "the platform", scopes: ["read", "write"] });
    const fresh = (await answerOf(
      await send("POST", `/api/v1/tokens/${old.id}/rotate`, { overlapMinutes: 10 }),
      201,
    )) as unknown as Made;
    expect(await statusesWith(old.token)).toEqual([200, 200]);
    expect(await statusesWith(fresh.token)).toEqual([200, 200]);
    two.aheadMs = 11 * 60_000;
    await eventually("the old one ended", async () =>
      (await statusesWith(old.token)).every((status) => status === 401),
    );
    expect(await statusesWith(fresh.token)).toEqual([200, 200]);
    two.aheadMs = 0;
    const list = await listed("&owner=the+platform");
    expect(list.map(({ id }) => id)).toEqual([fresh.id, old.id]);
    expect(list[1]).toMatchObject({ replacedBy: fresh.id });
    const again = await answerOf(await send("POST", `/api/v1/tokens/${old.id}/rotate`), 409);
    expect(again).toMatchObject({ code: "token_ended", detail: expect.stringContaining(fresh.id) });
  });

  test("of which the use is stored says when it was last used", async () => {
    const { id, token } = await make();
    await statusesWith(token);
    const lastUsed = async () => (await listed()).find((one) => one["id"] === id)?.["lastUsedAt"];
    await eventually("it is stored", async () => typeof (await lastUsed()) === "string");
  });
});

describe("the list", () => {
  test("is read page by page, the newest first", async () => {
    const ids = [];
    for (let index = 0; index < 3; index++) ids.unshift((await make({ owner: "pages" })).id);
    const first = await answerOf(await two.bots[0].request("/api/v1/tokens?owner=pages&limit=2"), 200);
    const path = `/api/v1/tokens?owner=pages&limit=2&cursor=${String(first["nextCursor"])}`;
    const second = await answerOf(await two.bots[0].request(path), 200);
    const seen = [first, second].flatMap(({ items }) => (items as { id: string }[]).map(({ id }) => id));
    expect(seen).toEqual(ids);
    expect(second["nextCursor"]).toBeNull();
  });
});

describe("rubbish", () => {
  test.each([
    [{}, "name"],
    [{ name: "x", scopes: [] }, "scopes"],
    [{ name: "x", scopes: ["root"] }, "scopes"],
    [{ name: "x", scopes: ["read", "read"] }, "once"],
    [{ name: "x\ny", scopes: ["read"] }, "single line"],
    [{ name: "x", scopes: ["read"], expiresAt: "tomorrow" }, "expiresAt"],
    [{ name: { $gt: "" }, scopes: ["read"] }, "name"],
    [{ name: "x", scopes: ["read"], digest: "00" }, "digest"],
  ])("%j is refused, with the reason", async (body, word) => {
    const problem = await answerOf(await send("POST", "/api/v1/tokens", body), 400);
    expect(problem).toMatchObject({ code: "bad_request", detail: expect.stringContaining(word) });
  });

  test.each([
    ["DELETE", "/api/v1/tokens/nobody"],
    ["POST", "/api/v1/tokens/nobody/rotate"],
  ])("%s %s is not found", async (method, path) => {
    expect(await answerOf(await send(method, path), 404)).toMatchObject({ code: "not_found" });
  });
});
