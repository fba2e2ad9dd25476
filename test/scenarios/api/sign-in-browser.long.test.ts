import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { findChromium } from "../../../script/services/browser-provider.ts";
import { freePort } from "../../../script/services/free-port.ts";
import { currentHost } from "../../../script/services/host.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import type { Subject } from "../../../src/subject.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { preparedStores } from "../../support/servers/prepared-stores.ts";
import { setStage, type Stage } from "../../support/stage.ts";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];

/** Stands for the page of people who are signed in: it says who asked for it. */
const ADMIN: Subject = {
  routes: [
    (server: HttpServer) => {
      server.get("/admin/*", { config: { access: "open" } }, async ({ actor }, reply) =>
        reply
          .type("text/html")
          .header("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
          .send(`<!doctype html><h1>${actor?.name ?? "nobody"}</h1>`),
      );
    },
  ],
};

let stage: Stage;
let bot: Bot;
let browser: Browser;
/** Of the bot, as browsers see it. GitHub is at 127.0.0.1, which is another site. */
let publicUrl: string;
/** A page that nobody trusts, on another port: at `localhost` it is the same site as the bot, and at 127.0.0.1 another one. */
const evil = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end(
    `<!doctype html><form method="post" action="${publicUrl}/api/v1/disk/relieve"><button>Win</button></form>`,
  );
});

beforeAll(async () => {
  stage = await setStage(await preparedStores());
  const port = await freePort();
  publicUrl = `http://localhost:${port}`;
  const { githubApp, surroundings, github } = stage;
  githubApp.callbackUrls = [`${publicUrl}/auth/github/callback`];
  github.signIn(github.octocat);
  const env = {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    GITHUB_CLIENT_ID: githubApp.clientId,
    GITHUB_CLIENT_SECRET: githubApp.clientSecret,
    SIGN_IN_ALLOWED: "octocat=admin",
  };
  bot = await startBot({ ...surroundings, env }, { subjects: () => [ADMIN] });
  await new Promise<void>((resolve) => void evil.listen(0, resolve));
  const { path } = await findChromium(currentHost());
  browser = await chromium.launch({ executablePath: path, args: ARGUMENTS });
});

afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => void evil.close(resolve));
  await bot[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

/** Signs in as a person does, in a browser without any cookies. */
async function signedIn(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  stage.githubApp.authorizedBy.clear();
  await page.goto(`${publicUrl}/auth/github?next=/admin/projects`);
  await page.click("#authorize");
  await page.waitForURL(`${publicUrl}/admin/projects`);
  return page;
}

/** What a page gets that asks the bot from its own address. */
const fromPage = (
  page: Page,
  path: string,
  init: { method?: string; headers?: Record<string, string> } = {},
) =>
  page.evaluate(
    async ([path, init]) => {
      const response = await fetch(path, init);
      return { status: response.status, body: await response.text() };
    },
    [path, init] as const,
  );

test("somebody signs in with GitHub, is known at once on the page that they wanted, changes something and signs out", async () => {
  const page = await signedIn();
  expect(await page.textContent("h1")).toBe("octocat on GitHub");
  expect(await page.evaluate("document.cookie")).toBe("");
  const shown = await fromPage(page, "/api/v1/session");
  const { csrfToken } = JSON.parse(shown.body) as { csrfToken: string };
  const without = await fromPage(page, "/api/v1/tokens/nobody", { method: "DELETE" });
  expect([without.status, without.body]).toEqual([403, expect.stringContaining("csrf_refused")]);
  const headers = { "X-CSRF-Token": csrfToken };
  expect(await fromPage(page, "/api/v1/tokens/nobody", { method: "DELETE", headers })).toMatchObject({
    status: 404,
  });
  expect(await fromPage(page, "/api/v1/session", { method: "DELETE", headers })).toMatchObject({
    status: 200,
  });
  await page.reload();
  expect(await page.textContent("h1")).toBe("nobody");
  expect(await page.context().cookies()).toEqual([]);
});

test.each([
  ["another site gets no cookie along", "127.0.0.1", 401, "unauthenticated"],
  ["the same site, but not from a page of ours, is refused", "localhost", 403, "csrf_refused"],
])("a form of %s", async (_title, host, status, code) => {
  const page = await signedIn();
  await page.goto(`http://${host}:${(evil.address() as AddressInfo).port}/`);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith("/relieve")),
    page.click("button"),
  ]);
  expect([answer.status(), await answer.text()]).toEqual([status, expect.stringContaining(code)]);
});

test("somebody who cancels sees why nobody is signed in, and a way to try again", async () => {
  const page = await (await browser.newContext()).newPage();
  stage.githubApp.authorizedBy.clear();
  await page.goto(`${publicUrl}/auth/github`);
  await page.click("#cancel");
  expect(await page.textContent("main")).toContain("You did not let the App know who you are");
  expect(page.url()).toMatch(new RegExp(`^${publicUrl}/auth/github/callback`));
  expect(await page.getAttribute("main a", "href")).toBe("/auth/github");
  expect(await page.evaluate("getComputedStyle(document.body).maxWidth")).toBe("576px");
});
