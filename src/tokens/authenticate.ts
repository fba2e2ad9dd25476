import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Secret } from "../secret.ts";
import { tokenState } from "./rules/token-state.ts";
import { SCOPES, type Scope } from "./scope.ts";
import type { StoredToken, TokenStore } from "./store.ts";
import { digestOf, idIn } from "./token.ts";

/** How long an instance relies on what it has read: a token that is revoked is refused everywhere within a second. */
const READ_AGAIN_MS = 700;
const TOKENS_MAX = 10_000;
/** How often it is stored that a token is used. */
const USE_EVERY_MS = 60_000;

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
  readonly #stored: Stored | null;
  /** Reads each token once, however many requests wait for it. One that does not exist is remembered as well. */
  readonly #read: LRUCache<string, { readonly token: StoredToken | null }>;
  /** When the use of a token was last stored, in milliseconds. */
  readonly #noted = new LRUCache<string, number>({ max: TOKENS_MAX });

  /**
   * @param bootstrap the token of the environment, which has every scope and needs no store; `null` for none
   * @param stored `null`: there are no others
   */
  constructor(bootstrap: Secret | null, stored: Stored | null = null) {
    this.#bootstrap = bootstrap && digestOf(bootstrap.reveal());
    this.#stored = stored;
    this.#read = new LRUCache({
      max: TOKENS_MAX,
      ttl: READ_AGAIN_MS,
      fetchMethod: async (id) => ({ token: (await stored?.store.find(id)) ?? null }),
    });
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
    return this.#stored === null ? NOBODY : this.#find({ id, digest }, this.#stored);
  }

  /** @returns when the token expires; `null`: never */
  async endOf({ id, digest }: TokenProof): Promise<Date | null> {
    return this.#isBootstrap(digest) ? null : ((await this.#read.forceFetch(id)).token?.expiresAt ?? null);
  }

  #isBootstrap(digest: Buffer): boolean {
    // All digests have the same length, so the time of the comparison reveals nothing.
    return this.#bootstrap !== null && timingSafeEqual(digest, this.#bootstrap);
  }

  async #find({ id, digest }: TokenProof, stored: Stored): Promise<Caller> {
    const { token } = await this.#read.forceFetch(id);
    if (token === null || !timingSafeEqual(digest, Buffer.from(token.digest, "hex"))) return NOBODY;
    const now = stored.now();
    const state = tokenState(token, now);
    if (state.state !== "active") return { actor: null, because: `its token is not good: ${state.because}` };
    this.#noteUse(id, now, stored);
    const { name, scopes, isBypass } = token;
    return { actor: { id, name: `the token ${name}`, scopes: new Set(scopes), isBypass }, because: null };
  }

  #noteUse(id: string, now: Date, { store, onError }: Stored): void {
    if (now.getTime() - (this.#noted.get(id) ?? 0) < USE_EVERY_MS) return;
    this.#noted.set(id, now.getTime());
    // Nobody waits for it.
    store.noteUse(id, now).catch(onError);
  }
}
