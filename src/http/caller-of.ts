import type { FastifyRequest } from "fastify";
import { OrbError } from "../errors.ts";
import type { BrowserSessions } from "../sessions/browser-sessions.ts";
import type { Caller, Tokens } from "../tokens/authenticate.ts";

const CHANGES_NOTHING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** How the server recognises callers. */
export interface Recognised {
  readonly tokens: Tokens;
  /** `null`: there are none, as in a test of the server alone. */
  readonly sessions: BrowserSessions | null;
}

/**
 * Whose request it is. A token decides if there is one: then a session of the same request counts for nothing, and neither does
 * what a browser says about the sender.
 *
 * @returns `null` if the request has neither. There is nothing to wait for: webhooks have none, and a promise would cost each of
 * them time
 * @throws OrbError `csrf_refused` if a page of another site uses somebody's session; if MongoDB can't be asked
 */
export function callerOf(
  request: FastifyRequest,
  { tokens, sessions }: Recognised,
): Promise<Caller | null> | null {
  const { authorization, cookie } = request.headers;
  // A proxy in between may ask for a password of its own, in the same header.
  if (authorization !== undefined && !/^basic /i.test(authorization)) {
    return tokens.authenticate(authorization);
  }
  const secret = sessions?.cookie.read(cookie) ?? null;
  return sessions === null || secret === null ? null : bySession(request, sessions, secret);
}

async function bySession(
  request: FastifyRequest,
  sessions: BrowserSessions,
  secret: string,
): Promise<Caller> {
  const { caller, session } = await sessions.sessions.authenticate(secret);
  if (session !== null && !CHANGES_NOTHING.has(request.method)) {
    const because = sessions.whyForged(request.headers, session);
    if (because !== null) throw csrfRefused(because);
  }
  request.session = session;
  return caller;
}

function csrfRefused(because: string): OrbError {
  return new OrbError({
    code: "csrf_refused",
    reason: `The request has the cookie of a session, but nothing shows that a page of this bot sent it: ${because}.`,
    remedy:
      "Send it from a page of this bot, with the header X-CSRF-Token as GET /api/v1/session gives it. A program sends a token instead of a cookie.",
  });
}
