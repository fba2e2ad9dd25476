import { createHash } from "node:crypto";
import type { Config } from "../config.ts";
import { OrbError } from "../errors.ts";
import { codeRefusal } from "../github/rules/code-refusal.ts";
import type { GitHubSignIn, SignedInPerson } from "../github/sign-in.ts";
import {
  type BegunSignIn,
  BegunSignIns,
  challengeOf,
  isStateOf,
  markOf,
  SIGN_IN_WITHIN_MS,
  stateOf,
  verifierOf,
} from "./begun-sign-in.ts";
import { Cookie } from "./cookie.ts";
import { groupsToAsk, judgeSignIn, type KnownMembership } from "./rules/may-sign-in.ts";
import type { NewSession } from "./sessions.ts";
import type { UsedSignInStore } from "./used-sign-in-store.ts";

const CALLBACK_PATH = "/auth/github/callback";

type SignInConfig = NonNullable<Config["signIn"]>;

interface Deps {
  readonly config: SignInConfig;
  readonly gitHub: GitHubSignIn;
  readonly used: UsedSignInStore;
  readonly now: () => Date;
}

/** What comes back from GitHub, in the address. */
export interface Callback {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  /** Why there is no code. */
  readonly error?: string | undefined;
}

/** Who may sign in, as a text that is another one if anything about it changes. */
export function fingerprintOf({ clientId, allowed }: SignInConfig): string {
  return createHash("sha256")
    .update(JSON.stringify([clientId, allowed]))
    .digest("hex");
}

/** Signs people in with GitHub: sends them there, and finds out who came back. */
export class SignInWithGitHub {
  /** Keeps what was begun in the browser, for as long as it may take. It comes along from GitHub's pages. */
  readonly cookie: Cookie;
  readonly #deps: Deps;
  readonly #begun: BegunSignIns;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#begun = new BegunSignIns(deps.config.clientSecret);
    const isSecure = deps.config.publicUrl.startsWith("https:");
    this.cookie = new Cookie("orb_sign_in", { isSecure, sameSite: "lax" });
  }

  /**
   * @param next the page to show in the end
   * @returns where to send the browser, and with which `Set-Cookie`
   */
  begin(next: string): { readonly address: string; readonly setCookie: string } {
    const begun = this.#begun.begin(next, this.#deps.now());
    const address = this.#deps.gitHub.addressOf({
      state: stateOf(begun),
      challenge: challengeOf(begun),
      redirectUri: this.#redirectUri,
    });
    const setCookie = this.cookie.set(this.#begun.write(begun), SIGN_IN_WITHIN_MS / 1_000);
    return { address, setCookie };
  }

  /**
   * Finds out who came back from GitHub, and whether they may come in. Each sign-in is used once, also if it fails.
   *
   * @param cookies the header `Cookie`, as it came
   * @throws OrbError `sign_in_state_refused` if this browser did not begin it; `sign_in_refused`; `sign_in_misconfigured`; or with a
   * code of `classifyFailure`
   */
  async finish(
    cookies: string | undefined,
    { state, code, error }: Callback,
  ): Promise<{ readonly session: NewSession; readonly next: string }> {
    const begun = this.#begunIn(cookies);
    if (state === undefined || !isStateOf(state, begun)) throw stateRefused("it belongs to another sign-in");
    const { used, gitHub, config } = this.#deps;
    const forgetAt = new Date(begun.begunAtMs + SIGN_IN_WITHIN_MS);
    if (!(await used.use(markOf(begun), forgetAt))) throw stateRefused("it was used before");
    if (code === undefined) throw new OrbError(codeRefusal(error ?? ""));
    const brought = { code, verifier: verifierOf(begun), redirectUri: this.#redirectUri };
    const person = await gitHub.personOf(brought);
    const rules = config.allowed;
    const judged = judgeSignIn(person.login, { rules, known: await this.#membershipsOf(person) });
    if ("refusal" in judged) throw new OrbError(judged.refusal);
    const actor = {
      // A login may be given up and taken by somebody else.
      id: `github:${person.id}`,
      name: `${person.login} on GitHub`,
      scopes: judged.scopes,
    };
    const from = { kind: "github", allowed: fingerprintOf(config) } as const;
    return { session: { actor, from, tokenEndsAt: null }, next: begun.next };
  }

  get #redirectUri(): string {
    return `${this.#deps.config.publicUrl}${CALLBACK_PATH}`;
  }

  #begunIn(cookies: string | undefined): BegunSignIn {
    const value = this.cookie.read(cookies);
    const begun = value === null ? null : this.#begun.read(value, this.#deps.now());
    if (begun !== null) return begun;
    throw stateRefused("this browser has begun none, or more than ten minutes ago");
  }

  async #membershipsOf(person: SignedInPerson): Promise<KnownMembership[]> {
    const groups = groupsToAsk(person.login, this.#deps.config.allowed);
    return Promise.all(
      groups.map(async (group) => ({ group, membership: await person.membershipOf(group) })),
    );
  }
}

function stateRefused(because: string): OrbError {
  return new OrbError({
    code: "sign_in_state_refused",
    reason: `This is not the end of a sign-in that was begun here: ${because}.`,
    remedy: "Start again at /auth/github, in the same browser.",
  });
}
