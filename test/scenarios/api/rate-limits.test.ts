import { parseList } from "structured-headers";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { ask } from "../../support/bot/api.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { preparedStores } from "../../support/servers/prepared-stores.ts";
import type { Stores } from "../../support/servers/stores.ts";
import { delivery, post } from "../../support/webhooks/deliveries.ts";

const LIMITS = "read=5,write=3,admin=10000,anonymous=4,auth-failure=3";
const WRONG = { authorization: "Bearer orb_wrong" };

let stores: Stores;
let one: Bot;
let two: Bot;

beforeAll(async () => {
  stores = await preparedStores();
  const limits = { RATE_LIMITS: LIMITS, TRUSTED_PROXIES: "127.0.0.1" };
  one = await startBot({ ...stores, limits });
  two = await startBot({ ...stores, limits });
});

afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

/** As a proxy on this machine sends it on for a client at an address. */
function from(address: string, headers: Record<string, string> = {}) {
  return { headers: { "x-forwarded-for": address, ...headers } };
}

async function reset(subject: string): Promise<void> {
  const answer = await one.request(`/api/v1/rate-limits/subjects/${subject}`, { method: "DELETE" });
  expect(answer.status).toBe(200);
}

async function statuses(times: number, send: (index: number) => Promise<Response>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < times; index++) all.push((await send(index)).status);
  return all;
}

function field(answer: Response, name: string) {
  const [[policy, parameters] = []] = parseList(answer.headers.get(name) ?? "") as [
    string,
    Map<string, number>,
  ][];
  return { policy, ...Object.fromEntries(parameters ?? []) };
}

/** Asks two bots in turns. */
function inTurns(path: string, options: ReturnType<typeof from>) {
  return (index: number) => ask(index % 2 === 0 ? one.url : two.url, path, options);
}

describe("a limit", () => {
  test("holds for all instances together, and every answer says what is left", async () => {
    await reset("user:ADMIN_TOKEN");
    const first = await one.request("/api/v1/projects", from("192.0.2.1"));
    expect(field(first, "ratelimit-policy")).toEqual({ policy: "read", q: 5, w: 60 });
    expect(field(first, "ratelimit")).toEqual({ policy: "read", r: 4, t: 60 });
    expect(await statuses(5, inTurns("/api/v1/projects", from("192.0.2.1")))).toEqual([
      200, 200, 200, 200, 429,
    ]);
    const refused = await two.request("/api/v1/projects", from("192.0.2.1"));
    expect(refused.status).toBe(429);
    const { r, t } = field(refused, "ratelimit") as { r?: number; t?: number };
    expect(r).toBe(0);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(t ?? Infinity);
    expect(await refused.json()).toMatchObject({ status: 429, code: "too_many_requests" });
    // Another category has its own count.
    const wrong = { method: "POST", body: "{}", ...from("192.0.2.1") };
    expect(await statuses(4, () => one.request("/api/v1/cleanups", wrong))).toEqual([400, 400, 400, 429]);
  });

  test("of a caller holds on all addresses, and a refused request takes nothing from the address", async () => {
    await reset("user:ADMIN_TOKEN");
    const many = await statuses(8, (index) => one.request("/api/v1/projects", from(`198.51.100.${index}`)));
    expect(many).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const answer = await one.request("/api/v1/rate-limits/subjects/address:198.51.100.7");
    const { usage } = (await answer.json()) as { usage: { category: string; used: number }[] };
    expect(usage.find(({ category }) => category === "read")).toMatchObject({ used: 0, remaining: 5 });
  });

  test("of an address holds for everybody without a token there, and not for health, metrics and webhooks", async () => {
    const nobody = (path: string) =>
      fetch(`${one.url}${path}`, { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(await statuses(6, () => nobody("/api/v1/projects"))).toEqual([401, 401, 401, 401, 429, 429]);
    expect(await statuses(6, () => nobody("/livez"))).toEqual([200, 200, 200, 200, 200, 200]);
    const webhook = await post(one.url, delivery("ping", {}));
    expect(webhook.status).toBe(202);
    expect(webhook.headers.has("ratelimit")).toBe(false);
  });

  test("of an address holds for what no route takes, with and without a token", async () => {
    const unknown = () => one.request("/api/v1/nothing", from("203.0.113.10"));
    expect(await statuses(2, unknown)).toEqual([404, 404]);
    const wrongMethod = () => one.request("/api/v1/projects", { method: "PUT", ...from("203.0.113.10") });
    const options = () => ask(two.url, "/api/v1/projects", { method: "OPTIONS", ...from("203.0.113.10") });
    expect((await wrongMethod()).status).toBe(405);
    expect(field(await options(), "ratelimit")).toMatchObject({ policy: "anonymous", r: 0 });
    const refused = await two.request("/api/v1/nothing", from("203.0.113.10"));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect([(await wrongMethod()).status, (await options()).status]).toEqual([429, 429]);
    // The caller is not counted for it.
    expect((await one.request("/api/v1/rate-limits", from("203.0.113.10"))).status).toBe(200);
  });

  test("of IPv6 is that of a /64, in any spelling", async () => {
    const spellings = [
      "2001:db8::1",
      "2001:DB8:0:0::2",
      "[2001:db8::3]:4711",
      "2001:db8:0000::ffff:1",
      "2001:db8::5",
    ];
    const send = (index: number) => fetch(`${one.url}/api/v1/projects`, from(spellings[index] ?? ""));
    expect(await statuses(5, send)).toEqual([401, 401, 401, 401, 429]);
  });
});

describe("wrong tokens", () => {
  test("are refused unread after some, while a token that is known goes on; the right one of a stranger waits", async () => {
    await reset("user:ADMIN_TOKEN");
    const address = "192.0.2.77";
    expect((await one.request("/api/v1/rate-limits", from(address))).status).toBe(200);
    const wrong = () => ask(one.url, "/api/v1/projects", from(address, WRONG));
    expect(await statuses(6, wrong)).toEqual([401, 401, 401, 429, 429, 429]);
    expect((await ask(two.url, "/api/v1/projects", from(address, WRONG))).status).toBe(429);
    // The one that has signed in before goes on; the other has never seen this token.
    expect((await one.request("/api/v1/rate-limits", from(address))).status).toBe(200);
    const fresh = { authorization: `Bearer  ${ADMIN_TOKEN}` };
    expect((await ask(two.url, "/api/v1/rate-limits", from(address, fresh))).status).toBe(429);
    await reset(`address:${address}`);
    await eventually(
      "the stranger admitted",
      async () => (await ask(two.url, "/api/v1/rate-limits", from(address, fresh))).status === 200,
    );
  });

  test("count on the way of a webhook too, and on routes that are not limited they only show less", async () => {
    const address = "192.0.2.78";
    const { headers, body } = delivery("ping", {});
    const forged = {
      ...headers,
      "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
      "x-forwarded-for": address,
    };
    const send = () => fetch(`${one.url}/api/github/webhooks`, { method: "POST", headers: forged, body });
    expect(await statuses(5, send)).toEqual([401, 401, 401, 429, 429]);
    expect((await ask(one.url, "/livez", from(address, WRONG))).status).toBe(200);
    const good = { ...headers, "x-forwarded-for": address };
    expect(
      (await fetch(`${one.url}/api/github/webhooks`, { method: "POST", headers: good, body })).status,
    ).toBe(202);
  });
});

describe("an administrator", () => {
  test("raises a limit, and a caller that was refused is admitted by every instance within a second", async () => {
    await reset("user:ADMIN_TOKEN");
    const read = () => two.request("/api/v1/projects", from("192.0.2.3"));
    expect(await statuses(6, read)).toEqual([200, 200, 200, 200, 200, 429]);
    const body = JSON.stringify({ limit: 8 });
    const changed = await one.request("/api/v1/rate-limits/read", { method: "PUT", body });
    expect(await changed.json()).toMatchObject({
      category: "read",
      limit: 8,
      default: 5,
      changedBy: "the token ADMIN_TOKEN",
    });
    await eventually("it admitted", async () => (await read()).status === 200);
    expect(field(await read(), "ratelimit-policy")).toMatchObject({ q: 8 });
    const listed = (await (await two.request("/api/v1/rate-limits")).json()) as {
      items: object[];
      instances: number;
    };
    expect(listed).toMatchObject({ countedBy: "redis" });
    expect(listed.items).toContainEqual(expect.objectContaining({ category: "read", limit: 8 }));
    await one.request("/api/v1/rate-limits/read", { method: "PUT", body: JSON.stringify({ limit: 5 }) });
    await eventually("it lowered", async () => (await read()).status === 429);
  });

  test("gets a reason for a limit that is none, an unknown category and a subject that is none", async () => {
    const put = (category: string, limit: unknown) =>
      one.request(`/api/v1/rate-limits/${category}`, { method: "PUT", body: JSON.stringify({ limit }) });
    for (const limit of [0, 1.5, -1, 10_001, "7", null]) expect((await put("read", limit)).status).toBe(400);
    expect((await put("everything", 7)).status).toBe(404);
    for (const subject of ["mona", "user:", "address:127.1", "address:1.2.3.4.5"]) {
      expect((await one.request(`/api/v1/rate-limits/subjects/${subject}`)).status).toBe(400);
    }
  });
});

test("the log of changes has the client's address, and not that of the proxy", async () => {
  await reset("user:ADMIN_TOKEN");
  const answer = await one.request("/api/v1/tokens/nobody", { method: "DELETE", ...from("203.0.113.9") });
  expect(answer.status).toBe(404);
  const listed = await one.request("/api/v1/audit?limit=1");
  expect(await listed.json()).toMatchObject({ items: [{ from: "203.0.113.9", params: { id: "nobody" } }] });
});
