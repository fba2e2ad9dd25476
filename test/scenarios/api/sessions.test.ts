import { beforeAll, describe, expect, test } from "../../support/testing.ts";
import { Browser, PUBLIC_URL } from "../../support/bot/browser.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useTwoBots } from "../../support/bot/use-two-bots.ts";
import { eventually } from "../../support/eventually.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

/** The promise is a second, which the memory's own tests hold with a set clock; a machine that is busy takes longer to ask. */
const ENDED_WITHIN_MS = 5_000;
const COOKIE = "__Host-orb_session";
const HOUR_MS = 3_600_000;

const two = useTwoBots({ env: { PUBLIC_URL } }, { isMoved: true });

interface Shown {
  readonly actor: { readonly id: string; readonly name: string } | null;
  readonly scopes: readonly string[];
  readonly csrfToken: string | null;
  readonly idleEndsAt: string;
  readonly endsAt: string;
}

async function makeToken(wanted: Record<string, unknown> = {}): Promise<{ id: string; token: string }> {
  const body = JSON.stringify({ name: "of a test", scopes: ["read", "write"], ...wanted });
  const made = await two.bots[0].request("/api/v1/tokens", { method: "POST", body });
  return (await answerOf(made, 201)) as { id: string; token: string };
}

async function signIn(token: string, browser = new Browser()): Promise<{ browser: Browser; shown: Shown }> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await browser.send(two.bots[0], "/api/v1/session", { method: "POST", headers });
  return { browser, shown: (await answerOf(response, 201)) as unknown as Shown };
}

async function whoIs(browser: Browser, bot = two.bots[1]): Promise<Shown> {
  return (await answerOf(await browser.send(bot, "/api/v1/session"), 200)) as unknown as Shown;
}

const statuses = (browser: Browser, path = "/api/v1/projects") =>
  Promise.all(two.bots.map(async (bot) => (await browser.send(bot, path)).status));

const refusedEverywhere = (browser: Browser) =>
  eventually("both instances refuse it", async () =>
    (await statuses(browser)).every((status) => status === 401),
  );

/** A change, as a page of ours asks for it. */
const fromOurPage = (csrfToken: string | null) => ({
  method: "POST",
  headers: { origin: PUBLIC_URL, "sec-fetch-site": "same-origin", "x-csrf-token": csrfToken ?? "" },
});

describe("a session", () => {
  test("is made from a token, and is good on every instance, for the token's scopes alone", async () => {
    const { id, token } = await makeToken();
    const { browser, shown } = await signIn(token);
    expect(shown).toMatchObject({
      actor: { id, name: "the token of a test" },
      scopes: ["read", "write"],
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await whoIs(browser)).toEqual(shown);
    expect(await statuses(browser)).toEqual([200, 200]);
    expect(await statuses(browser, "/api/v1/tokens")).toEqual([403, 403]);
    const days = (Date.parse(shown.endsAt) - Date.now()) / (24 * HOUR_MS);
    expect(days).toBeGreaterThan(6.9);
  });

  test("has a cookie that neither scripts nor other hosts get, and that is not stored", async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const response = await new Browser().send(two.bots[0], "/api/v1/session", { method: "POST", headers });
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-orb_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const stored = await two.bots[0].app.database.native.collection("sessions").find().toArray();
    expect(JSON.stringify(stored)).not.toContain(/=([^;]+)/.exec(cookie)?.[1] ?? "nothing");
  });

  test("is no session without a token; nobody is told who nobody is", async () => {
    const browser = new Browser();
    const refused = await browser.send(two.bots[0], "/api/v1/session", { method: "POST" });
    expect(await answerOf(refused, 403)).toMatchObject({ code: "sign_in_refused" });
    expect(await whoIs(browser)).toMatchObject({ actor: null, scopes: [], csrfToken: null });
  });

  test("is refused everywhere within a second after its holder signed out", async () => {
    const { browser, shown } = await signIn((await makeToken()).token);
    const stolen = new Browser();
    stolen.cookies.set(COOKIE, browser.cookies.get(COOKIE) ?? "");
    expect(await statuses(stolen)).toEqual([200, 200]);
    const out = await browser.send(two.bots[0], "/api/v1/session", {
      ...fromOurPage(shown.csrfToken),
      method: "DELETE",
    });
    expect(out.status).toBe(200);
    expect(browser.cookies.has(COOKIE)).toBe(false);
    const began = performance.now();
    await refusedEverywhere(stolen);
    expect(performance.now() - began).toBeLessThan(ENDED_WITHIN_MS);
  });

  test("is refused everywhere within a second after its token was revoked, and says why", async () => {
    const { id, token } = await makeToken();
    const { browser } = await signIn(token);
    expect(await statuses(browser)).toEqual([200, 200]);
    await answerOf(await two.bots[0].request(`/api/v1/tokens/${id}`, { method: "DELETE" }), 200);
    const began = performance.now();
    await refusedEverywhere(browser);
    expect(performance.now() - began).toBeLessThan(ENDED_WITHIN_MS);
    const problem = await answerOf(await browser.send(two.bots[1], "/api/v1/projects"), 401);
    expect(problem).toMatchObject({ detail: expect.stringContaining("it was revoked at") });
  });

  test("ends when its token expires", async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const { browser, shown } = await signIn((await makeToken({ expiresAt })).token);
    expect(shown).toMatchObject({ endsAt: expiresAt, idleEndsAt: expiresAt });
    two.aheadMs = HOUR_MS + 1;
    expect(await statuses(browser)).toEqual([401, 401]);
    two.aheadMs = 0;
  });

  test("ends when nobody uses it for eight hours, and goes on while somebody does", async () => {
    const { browser } = await signIn((await makeToken()).token);
    const idle = await signIn((await makeToken()).token);
    const stored = two.bots[0].app.database.native.collection("sessions");
    for (const hours of [7, 14]) {
      two.aheadMs = hours * HOUR_MS;
      // An instance may rely on what it has read for a moment.
      await eventually("both take it", async () =>
        (await statuses(browser)).every((status) => status === 200),
      );
      await eventually("its use is stored", () =>
        stored.findOne({ lastUsedAt: { $gt: new Date(Date.now() + two.aheadMs - HOUR_MS) } }),
      );
    }
    const problem = await answerOf(await idle.browser.send(two.bots[0], "/api/v1/projects"), 401);
    expect(problem).toMatchObject({ detail: expect.stringContaining("nobody used it for 8 hours") });
    two.aheadMs = 0;
  });

  test("is always a new one, whatever cookie the browser had, and the one before has ended", async () => {
    const { token } = await makeToken();
    const planted = new Browser();
    planted.cookies.set(COOKIE, "A".repeat(43));
    const { browser } = await signIn(token, planted);
    const first = browser.cookies.get(COOKIE) ?? "";
    expect(first).not.toBe("A".repeat(43));
    await signIn(token, browser);
    expect(browser.cookies.get(COOKIE)).not.toBe(first);
    const old = new Browser();
    old.cookies.set(COOKIE, first);
    await refusedEverywhere(old);
    expect(await statuses(browser)).toEqual([200, 200]);
  });

  test.each(["", "x", "A".repeat(43), "A".repeat(44), "%00", '{"$gt":""}', "%7B%22%24gt%22%3A1%7D"])(
    "has no cookie like %j",
    async (value) => {
      const browser = new Browser();
      browser.cookies.set(COOKIE, value);
      expect(await statuses(browser)).toEqual([401, 401]);
    },
  );

  test("with the cookie's name as it is without HTTPS is none", async () => {
    const { browser } = await signIn((await makeToken()).token);
    const other = new Browser();
    other.cookies.set("orb_session", browser.cookies.get(COOKIE) ?? "");
    expect(await statuses(other)).toEqual([401, 401]);
  });

  test("is one of fifty of its holder at most: the oldest end", async () => {
    const { token } = await makeToken({ name: "of many sessions" });
    const { browser } = await signIn(token);
    for (let times = 0; times < 50; times++) await signIn(token);
    await refusedEverywhere(browser);
  });
});

describe("a change by a session", () => {
  let browser: Browser;
  let csrfToken: string | null;
  const change = (headers: Record<string, string>) =>
    browser.send(two.bots[1], "/api/v1/pull-requests/000000000000000000000000/retry", {
      method: "POST",
      headers,
    });

  beforeAll(async () => {
    ({
      browser,
      shown: { csrfToken },
    } = await signIn((await makeToken()).token));
  });

  test("is done for a page of ours", async () => {
    const { headers } = fromOurPage(csrfToken);
    expect((await change(headers)).status).toBe(404);
    const { "sec-fetch-site": _site, ...older } = headers;
    expect((await change(older)).status).toBe(404);
  });

  test.each([
    ["of another origin", { origin: "https://evil.example.com" }],
    ["of a sandbox", { origin: "null" }],
    ["of a sibling", { "sec-fetch-site": "same-site" }],
    ["without its CSRF token", { "x-csrf-token": "" }],
    ["with a guessed CSRF token", { "x-csrf-token": "A".repeat(43) }],
  ])("is refused for a page %s", async (_title, wrong) => {
    const problem = await answerOf(await change({ ...fromOurPage(csrfToken).headers, ...wrong }), 403);
    expect(problem).toMatchObject({ code: "csrf_refused", remedy: expect.stringContaining("X-CSRF-Token") });
  });

  test("is refused with the CSRF token of another session, and without any sign of its page", async () => {
    const other = await signIn((await makeToken()).token);
    expect((await change(fromOurPage(other.shown.csrfToken).headers)).status).toBe(403);
    expect((await change({ "x-csrf-token": csrfToken ?? "" })).status).toBe(403);
  });

  test("cannot end a session, or make one, for another site", async () => {
    for (const method of ["DELETE", "POST"]) {
      const headers = { origin: "https://evil.example.com" };
      expect((await browser.send(two.bots[0], "/api/v1/session", { method, headers })).status).toBe(403);
    }
    expect(await statuses(browser)).toEqual([200, 200]);
  });

  test("is that of the token, if there is one too: it needs no sign of its page, and has the token's scopes", async () => {
    const { token } = await makeToken({ scopes: ["read"] });
    const problem = await answerOf(await change({ authorization: `Bearer ${token}` }), 403);
    expect(problem).toMatchObject({ code: "forbidden" });
    expect((await change({ authorization: `Bearer ${ADMIN_TOKEN}` })).status).toBe(404);
    expect((await change({ authorization: "Bearer wrong" })).status).toBe(401);
  });

  test("is that of the session, if a proxy in between asks for a password of its own", async () => {
    const headers = { ...fromOurPage(csrfToken).headers, authorization: "Basic dTpw" };
    expect((await change(headers)).status).toBe(404);
  });
});

test("signing in and out is audited, with who, from where and how it ended", async () => {
  const { id, token } = await makeToken();
  const { browser, shown } = await signIn(token);
  const out = { ...fromOurPage(shown.csrfToken), method: "DELETE" };
  await browser.send(two.bots[1], "/api/v1/session", out);
  const entries = async () =>
    (await answerOf(await two.bots[0].request(`/api/v1/audit?by=${id}`), 200))["items"] as {
      status: unknown;
    }[];
  await eventually("the end is stored", async () => (await entries())[0]?.status === 200);
  expect(await entries()).toEqual([
    expect.objectContaining({ action: "DELETE /api/v1/session", from: "127.0.0.1" }),
    expect.objectContaining({ action: "POST /api/v1/session", from: "127.0.0.1", status: 201 }),
  ]);
});
