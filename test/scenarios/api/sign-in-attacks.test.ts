import { describe, expect, test } from "../../support/testing.ts";
import { Browser } from "../../support/bot/browser.ts";
import { refused, SESSION_COOKIE, useSignIn } from "../../support/sign-in-scene.ts";

const SIGN_IN = "__Host-orb_sign_in";

const scene = useSignIn();

describe("an attack", () => {
  test("with the address of a sign-in that another browser began brings nobody in", async () => {
    const [attacker, victim] = [new Browser(), new Browser()];
    const address = await scene.throughGitHub(attacker);
    await refused(await scene.comeBack(victim, address), 400, "sign_in_state_refused");
    // Also if the victim has begun one too.
    await victim.send(scene.bots[0], "/auth/github");
    await refused(await scene.comeBack(victim, address), 400, "sign_in_state_refused");
    expect(victim.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("with a code in place of another's is refused, whichever state it has", async () => {
    const [attacker, victim] = [new Browser(), new Browser()];
    const code = new URLSearchParams((await scene.throughGitHub(attacker)).split("?")[1]).get("code") ?? "";
    const own = await scene.throughGitHub(victim);
    const swapped = own.replace(/code=\w+/, `code=${code}`);
    // The state is right, but the code belongs to another challenge.
    await refused(await scene.comeBack(victim, swapped), 403, "sign_in_refused");
  });

  test("that repeats an address is refused, by every instance, also with the cookie", async () => {
    const browser = new Browser();
    const address = await scene.throughGitHub(browser);
    const thief = new Browser();
    thief.cookies.set(SIGN_IN, browser.cookies.get(SIGN_IN) ?? "");
    expect((await scene.comeBack(browser, address)).status).toBe(200);
    const problem = await refused(await scene.comeBack(browser, address), 400, "sign_in_state_refused");
    expect(problem["detail"]).toContain("has begun none");
    const again = await refused(await thief.send(scene.bots[0], address), 400, "sign_in_state_refused");
    expect(again["detail"]).toContain("used before");
  });

  test.each([
    ["no state", (path: string) => path.replace(/state=[\w-]+/, "")],
    ["another state", (path: string) => path.replace(/state=[\w-]+/, `state=${"A".repeat(43)}`)],
    ["a state twice", (path: string) => `${path}&state=${"A".repeat(43)}`],
    ["an operator of MongoDB", (path: string) => path.replace("state=", "state[$ne]=")],
  ])("with %s is refused", async (_title, change) => {
    const browser = new Browser();
    const response = await scene.comeBack(browser, change(await scene.throughGitHub(browser)));
    expect(response.status).toBe(400);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("that waits for more than ten minutes is too late", async () => {
    const browser = new Browser();
    const address = await scene.throughGitHub(browser);
    scene.wait(10 * 60_000);
    await refused(await scene.comeBack(browser, address), 400, "sign_in_state_refused");
    scene.wait(0);
  });

  test("counts for its address like a wrong token, and a sign-in that succeeds does not", async () => {
    const failures = async () => {
      const answer = await scene.bots[0].request("/api/v1/rate-limits/subjects/address:127.0.0.1");
      const { usage } = (await answer.json()) as { usage: { category: string; used: number }[] };
      return usage.find(({ category }) => category === "auth-failure")?.used ?? Number.NaN;
    };
    const before = await failures();
    await scene.signIn(scene.person("ann"));
    expect(await failures()).toBe(before);
    const browser = new Browser();
    const address = await scene.throughGitHub(browser);
    const stranger = await scene.comeBack(new Browser(), address);
    await refused(stranger, 400, "sign_in_state_refused");
    expect(stranger.headers.get("ratelimit-policy")).toContain("auth-failure");
    const path = await scene.throughGitHub(browser, { person: scene.person("octocat") });
    await refused(await scene.comeBack(browser, path), 403, "sign_in_refused");
    expect(await failures()).toBe(before + 2);
  });

  test("with a session that was planted before does not get the one that is made", async () => {
    const browser = new Browser();
    browser.cookies.set(SESSION_COOKIE, "A".repeat(43));
    await scene.signIn(scene.person("ann"), browser);
    expect(browser.cookies.get(SESSION_COOKIE)).not.toBe("A".repeat(43));
    const attacker = new Browser();
    attacker.cookies.set(SESSION_COOKIE, "A".repeat(43));
    expect(await scene.whoIs(attacker)).toMatchObject({ actor: null });
  });

  test("with words in the address puts none of them on a page", async () => {
    const browser = new Browser();
    const [path = ""] = (await scene.throughGitHub(browser)).split("&");
    const state = /state=([\w-]+)/.exec(await scene.throughGitHub(browser))?.[1];
    const evil = encodeURIComponent("<script>alert(1)</script>");
    const address = `${path.split("?")[0]}?state=${state}&error=${evil}&error_description=${evil}`;
    const response = await scene.comeBack(browser, address, { accept: "text/html" });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      502,
      "text/html; charset=utf-8",
    ]);
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(await response.text()).not.toContain("alert");
  });
});
