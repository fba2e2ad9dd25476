import type { FastifyRequest } from "fastify";
import { OrbError } from "../../src/errors.ts";
import { entryOf } from "../../src/http/audit-changes.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { OpenSession } from "../../src/sessions/sessions.ts";
import type { SessionParts } from "../../src/sessions/subject.ts";
import type { Actor } from "../../src/tokens/authenticate.ts";
import { SHOW, SIGN_IN, SIGN_OUT } from "./schemas/session-schemas.ts";
import { signInNotConfigured } from "./sign-in.ts";

const ADDRESS = "/api/v1/session";

/** `/api/v1/session`: a browser signs in with a token, asks who it is, and signs out. Everybody may ask. */
export function sessionRoutes(server: HttpServer, parts: SessionParts): void {
  const { browserSessions, signInWithGitHub, telemetry, now } = parts;
  const signIn =
    signInWithGitHub === null
      ? { address: null, problem: signInNotConfigured() }
      : { address: "/auth/github", problem: null };
  const show = (actor: Actor | null, session: OpenSession | null) => ({
    ...showSession(actor, session),
    signInWithGitHub: signIn,
  });
  server.get(ADDRESS, { config: { access: "open" }, schema: SHOW }, async ({ actor, session }) =>
    show(actor, session),
  );

  server.post(ADDRESS, { config: { access: "open" }, schema: SIGN_IN }, async (request, reply) => {
    const { actor, session } = await signInWithToken(request, parts);
    telemetry.signedIn("token", { id: actor.id, name: actor.name });
    reply.header("Set-Cookie", browserSessions.cookieFor(session, now()));
    return reply.status(201).send(show(actor, session));
  });

  server.delete(ADDRESS, { config: { access: "open" }, schema: SIGN_OUT }, async (request, reply) => {
    if (request.session !== null) await signOut(request, request.session, parts);
    return reply.header("Set-Cookie", browserSessions.cookie.clear()).send(show(null, null));
  });
}

/** @throws OrbError `sign_in_refused` without a token; a session can't make another, or it would never end */
async function signInWithToken(
  request: FastifyRequest,
  { browserSessions, tokens, audit, now }: SessionParts,
): Promise<{ readonly actor: Actor; readonly session: OpenSession }> {
  const { actor, caller, headers } = request;
  const proof = tokens.proofIn(headers.authorization);
  if (actor === null || proof === null) throw needsToken(caller?.because ?? null);
  const { sessions } = browserSessions;
  request.auditId = await audit.add(entryOf(request, now()));
  await endOlder(request, browserSessions);
  const session = await sessions.open({
    actor: { ...actor, scopes: [...actor.scopes] },
    from: { kind: "token", id: proof.id, digest: proof.digest.toString("hex") },
    tokenEndsAt: await tokens.endOf(proof),
  });
  return { actor, session };
}

/** Somebody who signs in again does not need the session before, and nobody else should have it. */
async function endOlder(
  { headers }: FastifyRequest,
  { sessions, cookie }: SessionParts["browserSessions"],
): Promise<void> {
  const older = cookie.read(headers.cookie);
  const known = older === null ? null : (await sessions.authenticate(older)).session;
  if (known !== null) await sessions.close(known.digest);
}

async function signOut(
  request: FastifyRequest,
  { digest }: OpenSession,
  { browserSessions, audit, now }: SessionParts,
): Promise<void> {
  request.auditId = await audit.add(entryOf(request, now()));
  await browserSessions.sessions.close(digest);
}

function showSession(actor: Actor | null, session: OpenSession | null) {
  return {
    actor: actor && { id: actor.id, name: actor.name },
    scopes: actor === null ? [] : [...actor.scopes],
    csrfToken: session?.csrfToken ?? null,
    startedAt: session?.startedAt ?? null,
    idleEndsAt: session?.idleEndsAt ?? null,
    endsAt: session?.endsAt ?? null,
  };
}

function needsToken(because: string | null): OrbError {
  return new OrbError({
    code: "sign_in_refused",
    reason: `A session is made from a token, but ${because ?? "the request has no valid token"}.`,
    remedy: "Send the header “Authorization: Bearer <token>”. script/token makes one.",
  });
}
