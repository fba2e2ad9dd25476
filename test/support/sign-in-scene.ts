import { afterAll, beforeAll, beforeEach, expect } from "./testing.ts";
import type { Account } from "../local-github/account.ts";
import { Browser, PUBLIC_URL } from "./bot/browser.ts";
import { type Bot, startBot } from "./bot/in-process.ts";
import { preparedStores } from "./servers/prepared-stores.ts";
import { setStage, type Stage } from "./stage.ts";
import { answerOf } from "./webhooks/deliveries.ts";

const CALLBACK_PATH = "/auth/github/callback";
export const SESSION_COOKIE = "__Host-orb_session";

/** Two instances over the same database, and a GitHub with people of whom some may sign in. */
export interface SignInScene {
  readonly stage: Stage;
  readonly bots: readonly [Bot, Bot];
  /** May do everything. `bea` is a member of `octo`, which may read; `cem` was invited to it; `octocat` may not come in. */
  person(login: "ann" | "bea" | "cem" | "octocat"): Account;
  /** Sends the browser to GitHub, where its person authorizes the App. @returns the path to which GitHub sends it back */
  throughGitHub(browser: Browser, options?: { person?: Account; next?: string }): Promise<string>;
  /** Comes back from GitHub, to the other instance. */
  comeBack(browser: Browser, path: string, headers?: Record<string, string>): Promise<Response>;
  signIn(person: Account, browser?: Browser): Promise<Browser>;
  /** What the API says about the browser. */
  whoIs(browser: Browser): Promise<Record<string, unknown>>;
  /** The environment of another bot in the same place. */
  env(allowed: string): Record<string, string>;
  /** From now on it is so much later, in milliseconds. */
  wait(ms: number): void;
}

/** To be called once, at the top of a file. */
export function useSignIn(): SignInScene {
  let stage: Stage;
  let bots: readonly [Bot, Bot];
  let aheadMs = 0;
  const env = (allowed: string) => ({
    PUBLIC_URL,
    GITHUB_CLIENT_ID: stage.githubApp.clientId,
    GITHUB_CLIENT_SECRET: stage.githubApp.clientSecret,
    SIGN_IN_ALLOWED: allowed,
  });
  beforeAll(async () => {
    stage = await setStage(await preparedStores());
    await setPeople(stage);
    const surroundings = { ...stage.surroundings, env: env("ann=admin,org:octo=read") };
    const now = () => new Date(Date.now() + aheadMs);
    bots = [await startBot(surroundings, { now }), await startBot(surroundings, { now })];
  });
  afterAll(async () => {
    for (const bot of bots) await bot[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  beforeEach(() => stage.github.faults.clear());

  const person: SignInScene["person"] = (login) => {
    const account = stage.github.world.findAccount(login);
    if (!account) throw new Error(`GitHub has no ${login}`);
    return account;
  };
  const throughGitHub: SignInScene["throughGitHub"] = async (browser, options = {}) => {
    const begun = await browser.send(bots[0], `/auth/github${options.next ?? ""}`);
    expect(begun.status).toBe(302);
    stage.github.signIn(options.person ?? person("ann"));
    const asked = `${begun.headers.get("location")}&decision=authorize`;
    const back = (await fetch(asked, { redirect: "manual" })).headers.get("location") ?? "";
    expect(back).toMatch(new RegExp(`^${PUBLIC_URL}${CALLBACK_PATH}\\?`));
    return back.slice(PUBLIC_URL.length);
  };
  const comeBack: SignInScene["comeBack"] = (browser, path, headers = {}) =>
    browser.send(bots[1], path, { headers });
  return {
    get stage() {
      return stage;
    },
    get bots() {
      return bots;
    },
    person,
    throughGitHub,
    comeBack,
    signIn: async (who, browser = new Browser()) => {
      expect((await comeBack(browser, await throughGitHub(browser, { person: who }))).status).toBe(200);
      return browser;
    },
    whoIs: async (browser) => answerOf(await browser.send(bots[0], "/api/v1/session"), 200),
    env,
    wait: (ms) => {
      aheadMs = ms;
    },
  };
}

async function setPeople({ github, githubApp, installation, repository }: Stage): Promise<void> {
  githubApp.callbackUrls = [`${PUBLIC_URL}${CALLBACK_PATH}`];
  await github.grantPermissions(installation, { ...installation.permissions, members: "read" });
  github.createUser("ann");
  github.addMember(repository.owner, github.createUser("bea"));
  github.addMember(repository.owner, github.createUser("cem"), "pending");
}

/** The problem of a refusal. @throws Error if it is another answer */
export async function refused(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const problem = await answerOf(response, status);
  expect(problem).toMatchObject({ code, remedy: expect.any(String) });
  return problem;
}
