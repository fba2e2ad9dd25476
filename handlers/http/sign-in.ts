import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { OrbError, type Refusal } from "../../src/errors.ts";
import { entryOf } from "../../src/http/audit-changes.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { goOnPage, PAGE_HEADERS, refusalPage } from "../../src/sessions/page.ts";
import type { Callback, SignInWithGitHub } from "../../src/sessions/github-sign-in.ts";
import { HOME, nextPage } from "../../src/sessions/rules/next-page.ts";
import type { SessionParts } from "../../src/sessions/subject.ts";

/** GitHub is asked three times, one after the other. */
const ANSWER_WITHIN_MS = 20_000;
const CHARACTERS_MAX = 2_000;
/** Whose fault it is: these count as attempts to come in. */
const REFUSALS: ReadonlySet<string> = new Set(["sign_in_refused", "sign_in_state_refused"]);

const begin = z.strictObject({
  next: z.string().optional().meta({ description: "The page below /admin to show in the end." }),
});
const text = z.string().max(CHARACTERS_MAX).optional();
/** GitHub may add more. */
const callback = z.object({ state: text, code: text, error: text });

const BEGIN = {
  querystring: begin,
  operation: {
    id: "beginSignInWithGitHub",
    tag: "Access",
    summary: "Send a browser to GitHub",
    description: "For browsers: the answer is a redirect with the status 302.",
    problems: ["sign_in_not_configured"],
  },
} as const;
const END = {
  querystring: callback,
  operation: {
    id: "endSignInWithGitHub",
    tag: "Access",
    summary: "Sign in the person who comes back from GitHub",
    description: "For browsers: the answer is a page with the cookie of a session.",
    problems: [
      "sign_in_not_configured",
      "sign_in_state_refused",
      "sign_in_refused",
      "sign_in_misconfigured",
      "github_unavailable",
      "rate_limited",
    ],
  },
} as const;

/** `/auth/github`: people sign in with GitHub. */
export function signInRoutes(server: HttpServer, parts: SessionParts): void {
  const config = { access: "open", answerWithinMs: ANSWER_WITHIN_MS, problemPage } as const;
  server.get(
    "/auth/github",
    { config, schema: BEGIN, exposeHeadRoute: false },
    async ({ query: { next = HOME } }, reply) => {
      const { address, setCookie } = configured(parts).begin(pageFor(next));
      return reply.header("Set-Cookie", setCookie).redirect(address, 302);
    },
  );

  server.get(
    "/auth/github/callback",
    { config, schema: END, exposeHeadRoute: false },
    async (request, reply) => {
      const signIn = configured(parts);
      // Whatever comes of it, it is used.
      reply.header("Set-Cookie", signIn.cookie.clear());
      try {
        const next = await comeIn(request, reply, { signIn, parts });
        return await reply.headers(PAGE_HEADERS).send(goOnPage(next));
      } catch (error) {
        reportFailure(request, error, parts);
        throw error;
      }
    },
  );
}

const problemPage = (problem: Refusal) => ({ headers: PAGE_HEADERS, body: refusalPage(problem) });

/** @returns the page that they wanted to see */
async function comeIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { signIn, parts }: { readonly signIn: SignInWithGitHub; readonly parts: SessionParts },
): Promise<string> {
  const { browserSessions, audit, telemetry, now } = parts;
  const { session, next } = await signIn.finish(request.headers.cookie, request.query as Callback);
  const { actor } = session;
  // Without its query, which has the code.
  const entry = { ...entryOf(request, now()), by: { id: actor.id, name: actor.name } };
  request.auditId = await audit.add({ ...entry, details: JSON.stringify({ scopes: actor.scopes }) });
  const opened = await browserSessions.sessions.open(session);
  reply.header("Set-Cookie", browserSessions.cookieFor(opened, now()));
  telemetry.signedIn("github", actor);
  return next;
}

/** Each sign-in that did not succeed; `src/http/limit-requests.ts` counts those that are refused. */
function reportFailure(
  { clientAddress, ip }: FastifyRequest,
  error: unknown,
  { telemetry }: SessionParts,
): void {
  const address = clientAddress ?? ip;
  const isRefusal = error instanceof OrbError && REFUSALS.has(error.code);
  if (isRefusal) telemetry.signInRefused("github", { problem: error.toRefusal(), address });
  else telemetry.signInFailed("github", error);
}

function configured({ signInWithGitHub }: SessionParts): SignInWithGitHub {
  if (signInWithGitHub !== null) return signInWithGitHub;
  throw new OrbError(signInNotConfigured());
}

/** @returns why nobody can sign in with GitHub */
export function signInNotConfigured(): Refusal {
  return {
    code: "sign_in_not_configured",
    reason: "Nobody can sign in with GitHub here, because SIGN_IN_ALLOWED is not set.",
    remedy: "Sign in with a token. docs/signing-in.md says what an operator sets.",
  };
}

function pageFor(next: string): string {
  const page = nextPage(next);
  if (page !== null) return page;
  throw new OrbError({
    code: "bad_request",
    reason: `next in the query is not the path of a page below ${HOME}.`,
    remedy: `Leave it out, or name a page such as ${HOME}/projects.`,
  });
}
