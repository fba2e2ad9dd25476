import { OrbError } from "../errors.ts";
import { endOfReplaced, tokenState } from "./rules/token-state.ts";
import type { Scope } from "./scope.ts";
import type { ShownToken, TokenStore } from "./store.ts";
import { makeToken } from "./token.ts";

interface Needs {
  readonly store: TokenStore;
  readonly now: () => Date;
}

/** What somebody asks for who makes a token. */
export interface WantedToken {
  readonly name: string;
  readonly owner: string;
  readonly scopes: readonly Scope[];
  readonly isBypass: boolean;
  /** `null`: never. */
  readonly expiresAt: Date | null;
}

/** A token with its text, which nobody can see again. */
export type MadeToken = ShownToken & { readonly token: string };

/** Makes, replaces and revokes tokens. */
export class TokenKeys {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @param by who makes it, for the list of tokens */
  async make(wanted: WantedToken, by: string): Promise<MadeToken> {
    const { store, now } = this.#needs;
    const { id, text, digest } = makeToken();
    const shown: ShownToken = {
      ...wanted,
      _id: id,
      scopes: [...wanted.scopes],
      createdAt: now(),
      createdBy: by,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      replacedBy: null,
    };
    await store.add({ ...shown, digest: digest.toString("hex") });
    return { ...shown, token: text };
  }

  /**
   * Makes a token like another one, which ends after the overlap: until then both are good, so that nothing stops while its
   * users change over.
   *
   * @throws OrbError `not_found`; `token_ended` if it is no longer good, or another token replaces it already
   */
  async rotate(id: string, { by, overlapMs }: { by: string; overlapMs: number }): Promise<MadeToken> {
    const { store, now } = this.#needs;
    const replaced = await store.find(id);
    if (replaced === null) throw unknownToken(id);
    const at = now();
    const state = tokenState(replaced, at);
    if (state.state !== "active") throw ended(id, state.because);
    if (replaced.replacedBy !== null) throw ended(id, `the token ${replaced.replacedBy} replaces it already`);
    const { name, owner, scopes, isBypass } = replaced;
    const expiresAt = replaced.expiresAt && new Date(at.getTime() + lifeMs(replaced.expiresAt, replaced));
    const made = await this.make({ name, owner, scopes, isBypass, expiresAt }, by);
    const isReplaced = await store.replace(id, {
      replacedBy: made._id,
      expiresAt: endOfReplaced(replaced, new Date(at.getTime() + overlapMs)),
    });
    if (isReplaced) return made;
    // Somebody was quicker, and one of two tokens in place of one would be unknown to everybody.
    await store.revoke(made._id, { by, at });
    throw ended(id, "it was revoked or replaced at the same time");
  }

  /**
   * Every instance refuses the token within a second. Revoking it again changes nothing.
   *
   * @throws OrbError `not_found`
   */
  async revoke(id: string, by: string): Promise<ShownToken> {
    const { store, now } = this.#needs;
    const revoked = await store.revoke(id, { by, at: now() });
    if (revoked === null) throw unknownToken(id);
    return revoked;
  }
}

/** How long a token is good, in milliseconds; its replacement is good for as long. */
function lifeMs(expiresAt: Date, { createdAt }: { readonly createdAt: Date }): number {
  return expiresAt.getTime() - createdAt.getTime();
}

function unknownToken(id: string): OrbError {
  return new OrbError({
    code: "not_found",
    reason: `No token has the id ${JSON.stringify(id)}.`,
    remedy: "GET /api/v1/tokens lists the tokens. The id is the part of a token between orb_ and the next _.",
  });
}

function ended(id: string, because: string): OrbError {
  return new OrbError({
    code: "token_ended",
    reason: `The token ${id} can't be replaced: ${because}.`,
    remedy: "Make a new token with POST /api/v1/tokens.",
  });
}
