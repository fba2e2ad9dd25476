import { createHash } from "node:crypto";
import { describe, expect, test } from "../../support/testing.ts";
import { LocalGitHub } from "../local-github.ts";
import type { App } from "../state.ts";

const CALLBACK = "https://orb.example.com/auth/github/callback";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

interface Scene extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly app: App;
  /** Opens the page as the person who is signed in. Without more, they authorize the App. */
  authorize(more?: Record<string, string>): Promise<Response>;
  codeFor(more?: Record<string, string>): Promise<string>;
  exchange(asked: Record<string, unknown>, accept?: string): Promise<Response>;
  /** Later, in milliseconds. */
  wait(ms: number): void;
}

async function setScene(permissions: Record<string, "read"> = { members: "read" }): Promise<Scene> {
  let waitedMs = 0;
  const github = await LocalGitHub.start({ now: () => new Date(Date.now() + waitedMs) });
  const app = github.createApp({ slug: "orb", permissions, callbackUrls: [CALLBACK] });
  github.signIn(github.octocat);
  const authorize = (more: Record<string, string> = {}) => {
    const asked = { client_id: app.clientId, state: "s", decision: "authorize", ...more };
    return fetch(`${github.url}/login/oauth/authorize?${String(new URLSearchParams(asked))}`, {
      redirect: "manual",
    });
  };
  return {
    github,
    app,
    authorize,
    codeFor: async (more) => {
      const { headers } = await authorize(more);
      return new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
    },
    exchange: (asked, accept = "application/json") =>
      fetch(`${github.url}/login/oauth/access_token`, {
        method: "POST",
        headers: { accept, "content-type": "application/json" },
        body: JSON.stringify({ client_id: app.clientId, client_secret: app.clientSecret, ...asked }),
      }),
    wait: (ms) => {
      waitedMs += ms;
    },
    [Symbol.asyncDispose]: async () => {
      await github.close();
      github.assertNoViolations();
    },
  };
}

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "S256" };

describe("the page on which a person authorizes an App", () => {
  test("asks once, and then leads back with a code and the state", async () => {
    await using scene = await setScene();
    const first = await scene.authorize({ decision: "" });
    expect([first.status, await first.text()]).toEqual([200, expect.stringContaining("Authorize orb")]);
    const { headers } = await scene.authorize();
    expect(headers.get("location")).toMatch(new RegExp(`^${CALLBACK}\\?code=[0-9a-f]{20}&state=s$`));
    expect((await scene.authorize({ decision: "" })).status).toBe(302);
  });

  test.each([
    ["access_denied", { decision: "cancel" }],
    ["redirect_uri_mismatch", { redirect_uri: "https://evil.example.com/" }],
    ["redirect_uri_mismatch", { redirect_uri: `${CALLBACK}/more` }],
    ["redirect_uri_mismatch", { redirect_uri: `${CALLBACK}?more=1` }],
    ["invalid_request", { code_challenge: CHALLENGE, code_challenge_method: "plain" }],
    ["invalid_request", { code_challenge: CHALLENGE }],
    ["invalid_request", { code_challenge: "short", code_challenge_method: "S256" }],
  ])("leads to the App's own callback with %s for %j", async (error, asked) => {
    await using scene = await setScene();
    const { headers } = await scene.authorize(asked);
    const location = headers.get("location") ?? "";
    expect(location).toContain(`${CALLBACK}?error=${error}&`);
    expect(location).toMatch(/&state=s$/);
  });

  test("has nothing for an unknown App, and asks strangers to sign in", async () => {
    await using scene = await setScene();
    expect((await scene.authorize({ client_id: "unknown" })).status).toBe(404);
    scene.github.signIn(null);
    expect((await scene.authorize()).headers.get("location")).toContain("/login?return_to=");
  });
});

describe("a code", () => {
  test("is exchanged once, for a token that expires after eight hours", async () => {
    await using scene = await setScene();
    const code = await scene.codeFor(PKCE);
    const asked = { code, code_verifier: VERIFIER, redirect_uri: CALLBACK };
    const answer = (await (await scene.exchange(asked)).json()) as Record<string, string>;
    expect(answer).toMatchObject({
      access_token: expect.stringMatching(/^ghu_/),
      expires_in: 28_800,
      token_type: "bearer",
      scope: "",
    });
    const user = () =>
      fetch(`${scene.github.apiUrl}/user`, {
        headers: { authorization: `Bearer ${answer["access_token"]}` },
      });
    expect(await (await user()).json()).toMatchObject({ login: "octocat" });
    expect(await (await scene.exchange(asked)).json()).toMatchObject({ error: "bad_verification_code" });
    scene.wait(8 * 3_600_000);
    expect((await user()).status).toBe(401);
  });

  test.each([
    ["bad_verification_code", { code: "unknown" }],
    ["bad_verification_code", { code_verifier: "w".repeat(43) }],
    ["bad_verification_code", { code_verifier: undefined }],
    ["redirect_uri_mismatch", { redirect_uri: "https://evil.example.com/" }],
    ["incorrect_client_credentials", { client_secret: "wrong" }],
  ])("is refused with the status 200 and %s for %j", async (error, wrong) => {
    await using scene = await setScene();
    const code = await scene.codeFor(PKCE);
    const response = await scene.exchange({
      code,
      code_verifier: VERIFIER,
      redirect_uri: CALLBACK,
      ...wrong,
    });
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ error })]);
  });

  test("is good for ten minutes, and for its own App", async () => {
    await using scene = await setScene();
    const code = await scene.codeFor();
    const other = scene.github.createApp({ slug: "other", permissions: {} });
    const credentials = { client_id: other.clientId, client_secret: other.clientSecret };
    expect(await (await scene.exchange({ code, ...credentials })).json()).toMatchObject({
      error: "bad_verification_code",
    });
    scene.wait(10 * 60_000);
    expect(await (await scene.exchange({ code })).json()).toMatchObject({ error: "bad_verification_code" });
    expect((await scene.exchange({ code, client_id: "unknown" })).status).toBe(404);
  });

  test("is answered as a form to a client that does not ask for JSON", async () => {
    await using scene = await setScene();
    const response = await scene.exchange({ code: await scene.codeFor() }, "*/*");
    expect(await response.text()).toMatch(/^access_token=ghu_\w+&expires_in=28800&/);
  });
});

describe("a token of a person and an App", () => {
  async function tokenIn(scene: Scene): Promise<string> {
    const answer = await scene.exchange({ code: await scene.codeFor() });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  const statusesOf = (scene: Scene, token: string) =>
    Promise.all(
      ["/user/memberships/orgs/acme", "/orgs/acme/teams/ops/memberships/octocat"].map(async (path) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${scene.github.apiUrl}${path}`, { headers })).status;
      }),
    );

  test("reads a membership only where the App is installed with members: read", async () => {
    await using scene = await setScene();
    const { github, app } = scene;
    const acme = github.createOrganization("acme");
    const token = await tokenIn(scene);
    const team = github.createTeam(acme, "ops");
    github.addTeamMember(team, github.octocat);
    expect(await statusesOf(scene, token)).toEqual([403, 403]);
    const installation = await github.install(app, acme, { repositories: "all" });
    expect(await statusesOf(scene, token)).toEqual([200, 200]);
    expect(await statusesOf(scene, github.userToken(github.octocat))).toEqual([200, 200]);
    expect(await statusesOf(scene, github.userToken(github.createUser("ann")))).toEqual([404, 404]);
    await github.suspend(installation);
    expect(await statusesOf(scene, token)).toEqual([403, 403]);
  });

  test("without that permission reads none, and nothing in repositories", async () => {
    await using scene = await setScene({});
    const { github, app } = scene;
    const acme = github.createOrganization("acme");
    github.addTeamMember(github.createTeam(acme, "ops"), github.octocat);
    await github.createRepository({ owner: acme, name: "widgets", private: true, files: { a: "a" } });
    await github.install(app, acme, { repositories: "all" });
    const token = await tokenIn(scene);
    expect(await statusesOf(scene, token)).toEqual([403, 403]);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${github.apiUrl}/repos/acme/widgets`, { headers })).status).toBe(404);
  });
});
