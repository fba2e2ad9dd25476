import type { Caller, TokenProof, Tokens } from "../tokens/authenticate.ts";
import { Remembered } from "../tokens/remembered.ts";
import type { Scope } from "../tokens/scope.ts";
import { endOfSession, idleEndOf, whyEnded } from "./rules/session-state.ts";
import { csrfTokenOf, digestOfSecret, isSecret, makeSecret } from "./session.ts";
import type { SessionOrigin, SessionStore, StoredSession } from "./store.ts";

/** How many sessions one caller may have; if there are more, the oldest end. */
const SESSIONS_OF_ONE_MAX = 50;

/** A session that is good, with what its holder may know. */
export interface OpenSession {
  /** For `close`. */
  readonly digest: string;
  /** The value of its cookie. */
  readonly secret: string;
  readonly csrfToken: string;
  readonly startedAt: Date;
  /** If it is not used any more. */
  readonly idleEndsAt: Date;
  readonly endsAt: Date;
}

/** Whose session it is. */
export interface SessionCaller {
  readonly caller: Caller;
  /** `null` if it is not good. */
  readonly session: OpenSession | null;
}

/** Somebody who has signed in. */
export interface NewSession {
  readonly actor: { readonly id: string; readonly name: string; readonly scopes: readonly Scope[] };
  readonly from: SessionOrigin;
  /** Of the token from which it is made; `null`: it does not expire, or there is none. */
  readonly tokenEndsAt: Date | null;
}

interface Needs {
  readonly store: SessionStore;
  readonly tokens: Tokens;
  readonly now: () => Date;
  /** Who may sign in with GitHub, as a fingerprint; `null`: nobody. */
  readonly allowed: string | null;
  /** Called if it can't be stored that a session is used. */
  readonly onError: (error: unknown) => void;
}

/** The sessions of browsers. */
export class Sessions {
  readonly #needs: Needs;
  readonly #stored: Remembered<StoredSession>;

  constructor(needs: Needs) {
    this.#needs = needs;
    const { store, onError } = needs;
    this.#stored = new Remembered({
      findAll: (digests) => store.findAll(digests),
      noteUse: (digest, at) => store.noteUse(digest, at),
      onError,
    });
  }

  /**
   * Begins a session. Its cookie is always a new value, so nobody can know it before.
   *
   * @throws if MongoDB can't store it
   */
  async open({ actor, from, tokenEndsAt }: NewSession): Promise<OpenSession> {
    const { store, now } = this.#needs;
    const secret = makeSecret();
    const createdAt = now();
    const end = endOfSession(
      from.kind === "token" ? { kind: "token", tokenEndsAt } : { kind: "github" },
      createdAt.getTime(),
    );
    const session: StoredSession = {
      _id: digestOfSecret(secret),
      actor: { ...actor, scopes: [...actor.scopes] },
      from,
      createdAt,
      lastUsedAt: createdAt,
      endsAt: new Date(end),
    };
    await store.add(session, SESSIONS_OF_ONE_MAX);
    return openSession(secret, session);
  }

  /** Ends a session; every instance refuses it within a second, this one at once. */
  async close(digest: string): Promise<void> {
    await this.#needs.store.end(digest);
    this.#stored.forget(digest);
  }

  /**
   * @param secret the value of a cookie, as it came
   * @throws if MongoDB can't be asked; that is never an unknown session
   */
  async authenticate(secret: string): Promise<SessionCaller> {
    if (!isSecret(secret)) return refused("its session is unknown");
    const session = await this.#stored.find(digestOfSecret(secret));
    if (session === null) return refused("its session has ended or never began");
    const now = this.#needs.now();
    const ended = whyEnded(session, now);
    if (ended !== null) return refused(ended);
    const origin = await this.#originOf(session.from);
    if (origin.because !== null) return refused(origin.because);
    this.#stored.noteUse(session._id, now);
    const { id, name, scopes } = session.actor;
    const still = scopes.filter((scope) => origin.scopes?.has(scope) ?? true);
    const actor = { id, name, scopes: new Set(still), isBypass: false };
    return { caller: { actor, because: null }, session: openSession(secret, session) };
  }

  /** Whether that on which a session depends is still good, and which scopes it has; `null`: those of the session. */
  async #originOf(
    from: SessionOrigin,
  ): Promise<{ readonly because: string | null; readonly scopes: ReadonlySet<Scope> | null }> {
    const { tokens, allowed } = this.#needs;
    if (from.kind === "github") {
      const isSame = from.allowed === allowed;
      return { because: isSame ? null : "who may sign in with GitHub was changed since", scopes: null };
    }
    const proof: TokenProof = { id: from.id, digest: Buffer.from(from.digest, "hex") };
    const { actor, because } = await tokens.recognise(proof);
    return actor
      ? { because: null, scopes: actor.scopes }
      : { because: because ?? "its token does not exist any more", scopes: null };
  }
}

function refused(because: string): SessionCaller {
  return { caller: { actor: null, because }, session: null };
}

function openSession(secret: string, session: StoredSession): OpenSession {
  return {
    digest: session._id,
    secret,
    csrfToken: csrfTokenOf(secret),
    startedAt: session.createdAt,
    idleEndsAt: new Date(idleEndOf(session)),
    endsAt: session.endsAt,
  };
}
