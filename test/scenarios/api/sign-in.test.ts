import { describe, expect, test } from "../../support/testing.ts";
import { Browser, PUBLIC_URL } from "../../support/bot/browser.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { refused, SESSION_COOKIE, useSignIn } from "../../support/sign-in-scene.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

const CALLBACK = "/auth/github/callback";
const EXCHANGE = "POST /login/oauth/access_token";

const scene = useSignIn();

describe("signing in with GitHub", () => {
  test("sends the browser to GitHub with a state, a challenge, and a cookie for ten minutes", async () => {
    const { headers } = await new Browser().send(scene.bots[0], "/auth/github");
    const url = new URL(headers.get("location") ?? "");
    expect(`${url.origin}${url.pathname}`).toBe(`${scene.stage.github.url}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: scene.stage.githubApp.clientId,
      redirect_uri: `${PUBLIC_URL}${CALLBACK}`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      allow_signup: "false",
    });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-orb_sign_in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  test("makes a session of the person, on every instance, and forgets what was begun", async () => {
    const browser = new Browser();
    const back = await scene.comeBack(browser, await scene.throughGitHub(browser));
    expect(back.status).toBe(200);
    expect(await back.text()).toContain('content="0;url=/admin"');
    expect([...browser.cookies.keys()]).toEqual([SESSION_COOKIE]);
    const shown = await scene.whoIs(browser);
    expect(shown).toMatchObject({
      actor: { id: `github:${scene.person("ann").id}`, name: "ann on GitHub" },
      scopes: ["admin"],
      signInWithGitHub: { address: "/auth/github", problem: null },
    });
    const hours = (Date.parse(String(shown["endsAt"])) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    for (const bot of scene.bots) expect((await browser.send(bot, "/api/v1/tokens")).status).toBe(200);
  });

  test("leads on to the page that somebody wanted, if it is one of ours", async () => {
    const browser = new Browser();
    const next = `?next=${encodeURIComponent('/admin/projects?q="<b>"&status=open')}`;
    const page = await (await scene.comeBack(browser, await scene.throughGitHub(browser, { next }))).text();
    expect(page).toContain("url=/admin/projects?q=%22%3Cb%3E%22&amp;status=open");
    for (const wrong of ["https://evil.example.com/admin", "//evil.example.com/admin", "/admin/../api"]) {
      const path = `/auth/github?next=${encodeURIComponent(wrong)}`;
      await refused(await browser.send(scene.bots[0], path), 400, "bad_request");
    }
  });

  test("gives the members of an organization what it gives them", async () => {
    const browser = await scene.signIn(scene.person("bea"));
    expect(await scene.whoIs(browser)).toMatchObject({ scopes: ["read"] });
    expect((await browser.send(scene.bots[0], "/api/v1/tokens")).status).toBe(403);
  });

  test.each([
    ["a stranger", "octocat" as const, "not among those"],
    ["somebody whose membership is pending", "cem" as const, "has not accepted"],
  ])("is refused for %s", async (_title, login, because) => {
    const browser = new Browser();
    const back = await scene.comeBack(
      browser,
      await scene.throughGitHub(browser, { person: scene.person(login) }),
    );
    const problem = await refused(back, 403, "sign_in_refused");
    expect(problem["detail"]).toContain(because);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(await scene.whoIs(browser)).toMatchObject({ actor: null });
  });

  test("is audited without the code; a refused one is counted and not audited", async () => {
    const browser = await scene.signIn(scene.person("bea"));
    const { actor } = await scene.whoIs(browser);
    const { id } = actor as { id: string };
    const list = async () =>
      (await answerOf(await scene.bots[0].request(`/api/v1/audit?by=${id}`), 200))["items"] as {
        status: unknown;
      }[];
    await eventually("its end is stored", async () => (await list())[0]?.status === 200);
    const [entry] = await list();
    expect(entry).toMatchObject({
      by: { id, name: "bea on GitHub" },
      action: `GET ${CALLBACK}`,
      details: '{"scopes":["read"]}',
      from: "127.0.0.1",
    });
    expect(JSON.stringify(await list())).not.toContain("code");
    const metrics = async () => (await scene.bots[1].request("/metrics")).text();
    expect(await metrics()).toMatch(/orb_sign_ins_total\{door="github",outcome="done"\} \d/);
    expect(await metrics()).toMatch(/orb_sign_ins_total\{door="github",outcome="refused"\} \d/);
  });

  test("keeps no token of the person, neither in MongoDB nor in the browser", async () => {
    const browser = await scene.signIn(scene.person("ann"));
    const tokens = [...scene.stage.github.world.state.userTokens.keys()];
    expect(tokens.length).toBeGreaterThan(0);
    const kept = JSON.stringify([...browser.cookies]);
    const names = (await scene.bots[0].app.database.native.listCollections().toArray()).map(
      ({ name }) => name,
    );
    const stored = await Promise.all(
      ["sessions", "used_sign_ins", "audit"].map((name) =>
        scene.bots[0].app.database.native.collection(name).find().toArray(),
      ),
    );
    expect(names).toEqual(expect.arrayContaining(["sessions", "used_sign_ins"]));
    for (const token of tokens) expect(kept + JSON.stringify(stored)).not.toContain(token);
  });
});

describe("a sign-in that fails", () => {
  test("because the person cancelled says so, on a page for a browser, and leads nowhere by itself", async () => {
    const browser = new Browser();
    const begun = await browser.send(scene.bots[0], "/auth/github");
    const { headers } = await fetch(`${begun.headers.get("location")}&decision=cancel`, {
      redirect: "manual",
    });
    const path = headers.get("location")?.slice(PUBLIC_URL.length) ?? "";
    const page = await scene.comeBack(browser, path, { accept: "text/html,*/*" });
    expect(page.status).toBe(403);
    const text = await page.text();
    expect(text).toContain("You did not let the App know who you are");
    expect(text).not.toContain("refresh");
  });

  test("because GitHub is down says so, once, and can be begun again", async () => {
    const browser = new Browser();
    const address = await scene.throughGitHub(browser);
    scene.stage.github.faults.add({ route: EXCHANGE, fault: { kind: "error", status: 503, when: "before" } });
    const response = await scene.comeBack(browser, address);
    expect(response.headers.get("retry-after")).toBe("5");
    await refused(response, 503, "github_unavailable");
    await scene.signIn(scene.person("ann"), browser);
  });

  test("because the App's secret is wrong tells the operator which variable to set", async () => {
    const browser = new Browser();
    const address = await scene.throughGitHub(browser);
    const json = { error: "incorrect_client_credentials" };
    scene.stage.github.faults.add({ route: EXCHANGE, fault: { kind: "answer", status: 200, json } });
    const problem = await refused(await scene.comeBack(browser, address), 502, "sign_in_misconfigured");
    expect(problem["remedy"]).toContain("GITHUB_CLIENT_SECRET");
  });
});

test("who may sign in is changed: everybody who did must do it again, by token nobody", async () => {
  const browser = await scene.signIn(scene.person("ann"));
  const env = scene.env("bea=admin");
  await using other = await startBot({ ...scene.stage.surroundings, env });
  const problem = await refused(await browser.send(other, "/api/v1/projects"), 401, "unauthenticated");
  expect(problem["detail"]).toContain("who may sign in with GitHub was changed");
});

test("a bot that nobody may sign in to says so", async () => {
  await using other = await startBot(scene.stage.surroundings);
  const browser = new Browser();
  await refused(await browser.send(other, "/auth/github"), 404, "sign_in_not_configured");
  await refused(await browser.send(other, `${CALLBACK}?code=x&state=y`), 404, "sign_in_not_configured");
  expect(await answerOf(await browser.send(other, "/api/v1/session"), 200)).toMatchObject({
    signInWithGitHub: { address: null, problem: { code: "sign_in_not_configured" } },
  });
});
