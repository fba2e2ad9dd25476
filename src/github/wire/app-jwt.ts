import { sign } from "node:crypto";

/** GitHub refuses a token from the future, and clocks differ by seconds. */
const BACKDATED_S = 30;
/** GitHub accepts at most ten minutes, from the time of issue. */
const LIFETIME_S = 570;

/** The options of Octokit's authentication as an App. */
interface App {
  readonly appId: number;
  /** PEM */
  readonly privateKey: string;
}

interface AppJwt {
  readonly jwt: string;
  /** ISO 8601 */
  readonly expiresAt: string;
}

/**
 * Makes the tokens with which the App proves itself to GitHub. Octokit's own are dated by its machine's clock, which may be
 * wrong. If GitHub finds one early or late, Octokit asks again with the difference between GitHub's clock and the machine's;
 * all later tokens are dated by GitHub's clock too.
 *
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export class AppJwts {
  readonly #now: () => Date;
  /** How far GitHub's clock is ahead of ours. */
  #aheadMs = 0;
  /** Signing takes most of the time of a request, and what is signed is the same for a second. */
  #last: { readonly unsigned: string; readonly jwt: string } | null = null;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param differenceS how far GitHub's clock is ahead of the machine's, if it has just refused a token for its time */
  create({ appId, privateKey }: App, differenceS: number | undefined): AppJwt {
    const nowMs = this.#now().getTime();
    if (differenceS !== undefined) this.#aheadMs = Date.now() + differenceS * 1_000 - nowMs;
    const iat = Math.floor((nowMs + this.#aheadMs) / 1_000) - BACKDATED_S;
    const exp = iat + LIFETIME_S;
    const parts = [
      { alg: "RS256", typ: "JWT" },
      { iat, exp, iss: appId },
    ];
    const unsigned = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    if (this.#last?.unsigned !== unsigned) {
      const signature = sign("RSA-SHA256", Buffer.from(unsigned), privateKey).toString("base64url");
      this.#last = { unsigned, jwt: `${unsigned}.${signature}` };
    }
    return { jwt: this.#last.jwt, expiresAt: new Date(exp * 1_000).toISOString() };
  }
}
