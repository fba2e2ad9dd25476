import { timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret.ts";
import { Remembered } from "./remembered.ts";
import { tokenState } from "./rules/token-state.ts";
import { SCOPES, type Scope } from "./scope.ts";
import type { StoredToken, TokenStore } from "./store.ts";
import { digestOf, idIn } from "./token.ts";

/** The caller. */
export interface Actor {
  /** Stays the same as long as the token, and is no secret. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether no rate limit holds for it: for the platform's own systems. */
  readonly isBypass: boolean;
}

/** Whose request it is. */
export interface Caller {
  /** `null` if the token is missing or not good. */
  readonly actor: Actor | null;
  /** Why a token or a session that there once was is not good, as a clause; only its holder learns it. */
  readonly because: string | null;
}

/** What shows that somebody holds a token. */
export interface TokenProof {
  readonly id: string;
  /** SHA-256 of the whole text. */
  readonly digest: Buffer;
}

/** Where other tokens are. */
interface Stored {
  readonly store: TokenStore;
  readonly now: () => Date;
  /** Called if it can't be stored that a token is used. */
  readonly onError: (error: unknown) => void;
}

/** Somebody without a token. */
export const NOBODY: Caller = { actor: null, because: null };
/** Instead of the id of a token in the store. */
const BOOTSTRAP_ID = "ADMIN_TOKEN";
const ADMINISTRATOR: Caller = {
  actor: { id: BOOTSTRAP_ID, name: "the token ADMIN_TOKEN", scopes: new Set(SCOPES), isBypass: false },
  because: null,
};

/** Recognises callers by their tokens. */
export class Tokens {
  readonly #bootstrap: Buffer | null;
  /** `null`: there are no others. */
  readonly #others: { readonly tokens: Remembered<StoredToken>; readonly now: () => Date } | null;

  /**
   * @param bootstrap the token of the environment, which has every scope and needs no store; `null` for none
   * @param stored `null`: there are no others
   */
  constructor(bootstrap: Secret | null, stored: Stored | null = null) {
    this.#bootstrap = bootstrap && digestOf(bootstrap.reveal());
    this.#others = stored && { tokens: remembered(stored), now: stored.now };
  }

  /**
   * @param authorization the header as it came
   * @returns the caller, without an actor if the token is missing, unknown or no longer good
   * @throws if MongoDB can't be asked; that is never an unknown token
   */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    const proof = this.proofIn(authorization);
    return proof === null ? NOBODY : this.recognise(proof);
  }

  /** @returns the token in the header, which may be unknown; `null` if none there can be a token */
  proofIn(authorization: string | undefined): TokenProof | null {
    const text = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    if (text === undefined) return null;
    const digest = digestOf(text);
    if (this.#isBootstrap(digest)) return { id: BOOTSTRAP_ID, digest };
    const id = idIn(text);
    return id === null ? null : { id, digest };
  }

  /** The same as `authenticate`, for somebody who has shown a token before. */
  async recognise({ id, digest }: TokenProof): Promise<Caller> {
    if (this.#isBootstrap(digest)) return ADMINISTRATOR;
    if (this.#others === null) return NOBODY;
    const { tokens, now } = this.#others;
    const token = await tokens.find(id);
    if (token === null || !timingSafeEqual(digest, Buffer.from(token.digest, "hex"))) return NOBODY;
    const at = now();
    const state = tokenState(token, at);
    if (state.state !== "active") return { actor: null, because: `its token is not good: ${state.because}` };
    tokens.noteUse(id, at);
    const { name, scopes, isBypass } = token;
    return { actor: { id, name: `the token ${name}`, scopes: new Set(scopes), isBypass }, because: null };
  }

  /** @returns when the token expires; `null`: never */
  async endOf({ id, digest }: TokenProof): Promise<Date | null> {
    if (this.#isBootstrap(digest) || this.#others === null) return null;
    return (await this.#others.tokens.find(id))?.expiresAt ?? null;
  }

  #isBootstrap(digest: Buffer): boolean {
    // All digests have the same length, so the time of the comparison reveals nothing.
    return this.#bootstrap !== null && timingSafeEqual(digest, this.#bootstrap);
  }
}

function remembered({ store, onError }: Stored): Remembered<StoredToken> {
  return new Remembered({
    findAll: (ids) => store.findAll(ids),
    noteUse: (id, at) => store.noteUse(id, at),
    onError,
  });
}
