import { OrbError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { GitHubTelemetry } from "../telemetry/github.ts";
import { Stop } from "../work/stop.ts";
import { isRefusal, type Person, readMembership, readPerson } from "./facts/signed-in-person.ts";
import type { Group, GroupMembership } from "./rules/membership.ts";
import { type BroughtCode, exchangeCode } from "./wire/exchange-code.ts";
import { askGitHub } from "./wire/failure.ts";
import { hostOf } from "./wire/rules/host.ts";
import { userOctokit } from "./wire/user-octokit.ts";

/** Somebody waits in front of a browser. */
const ANSWER_MS = 5_000;

interface Deps {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly telemetry: GitHubTelemetry;
  readonly now: () => Date;
  readonly stop?: Stop;
  /** How long to wait for each answer; tests make it short. */
  readonly answerMs?: number;
}

/** Somebody who has shown who they are on GitHub. Their token is forgotten with this object. */
export interface SignedInPerson extends Person {
  /** @throws OrbError with a code of `classifyFailure` */
  membershipOf(group: Group): Promise<GroupMembership>;
}

/**
 * The App's own “Sign in with GitHub”.
 *
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export class GitHubSignIn {
  readonly #deps: Deps;
  readonly #webUrl: string;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#webUrl = `${new URL(deps.apiUrl).protocol}//${hostOf(deps.apiUrl)}`;
  }

  /** @returns where to send somebody who wants to sign in */
  addressOf(asked: {
    readonly state: string;
    readonly challenge: string;
    readonly redirectUri: string;
  }): string {
    const url = new URL(`${this.#webUrl}/login/oauth/authorize`);
    url.search = String(
      new URLSearchParams({
        client_id: this.#deps.clientId,
        redirect_uri: asked.redirectUri,
        state: asked.state,
        code_challenge: asked.challenge,
        code_challenge_method: "S256",
        // An operator says who may sign in, so a new account is of no use.
        allow_signup: "false",
      }),
    );
    return url.href;
  }

  /** @throws OrbError as `exchangeCode`, or with a code of `classifyFailure` */
  async personOf(brought: BroughtCode): Promise<SignedInPerson> {
    const { now, stop = new Stop(), answerMs = ANSWER_MS } = this.#deps;
    const deps = { ...this.#deps, stop, answerMs };
    const token = await exchangeCode(brought, { ...deps, webUrl: this.#webUrl });
    const octokit = userOctokit(token, deps);
    const ask = <T>(question: (asked: typeof octokit) => Promise<T>) =>
      askGitHub(() => question(octokit), now);
    const person = await ask(readPerson).catch((error: unknown) => {
      throw isRefusal(error) ? notRecognised(error) : error;
    });
    return { ...person, membershipOf: (group) => readMembership(ask, group, person) };
  }
}

function notRecognised(cause: OrbError): OrbError {
  return new OrbError(
    {
      code: "sign_in_misconfigured",
      reason: `GitHub gave the App a token, and did not say whose it is. ${cause.message}`,
      remedy: "Start again at /auth/github. If that does not help, check the App's settings page on GitHub.",
    },
    { cause },
  );
}
