import type { FastifyReply } from "fastify";
import { OrbError, refusalOf } from "../errors.ts";

/** How the API answers a code. `docs/errors.md` and the API's description are made from these. */
export interface ProblemKind {
  readonly status: number;
  /** What it means, as a sentence for people. */
  readonly meaning: string;
  /** What the caller can do about it, as a sentence for people. */
  readonly remedy: string;
  /** The header `Retry-After`: fixed seconds, or the time until the error's own `retryAt`. No header if not given. */
  readonly retryAfter?: number | "retryAt";
}

/** Each code that a caller of the API can meet. Any other error is a bug and is answered with 500. */
export type Problems = Readonly<Record<string, ProblemKind>>;

const SOON_SECONDS = 5;

/** A dependency is temporarily unavailable. */
export const TRY_SOON = { status: 503, retryAfter: SOON_SECONDS } as const;

/** The codes of the server itself; each subject hands over those of its routes. */
export const SERVER_PROBLEMS: Problems = {
  bad_request: {
    status: 400,
    meaning: "The address, the query, the headers or the body is not as the API describes it.",
    remedy: "Correct what `detail` names, and send the request again.",
  },
  unauthenticated: {
    status: 401,
    meaning: "The request needs a token, and has none that is valid.",
    remedy: "Send the header `Authorization: Bearer <token>`.",
  },
  forbidden: {
    status: 403,
    meaning: "The token lacks the scope that the operation needs.",
    remedy: "Use a token with the scope that `detail` names.",
  },
  csrf_refused: {
    status: 403,
    meaning: "The request has the cookie of a session, but nothing shows that a page of the bot sent it.",
    remedy:
      "Send it from a page of the bot, with the header `X-CSRF-Token` as `GET /api/v1/session` gives it. A program sends a token.",
  },
  not_found: {
    status: 404,
    meaning: "Nothing has this address or this id.",
    remedy: "Compare the address with `GET /docs`, and take ids from a list of the API.",
  },
  method_not_allowed: {
    status: 405,
    meaning: "The address exists, but not with this method.",
    remedy: "Use one of the methods in the header `Allow`.",
  },
  request_timeout: {
    status: 408,
    meaning: "The request did not arrive as a whole in time.",
    remedy: "Send it again, faster or in smaller parts.",
  },
  too_large: {
    status: 413,
    meaning: "The body, or one event in it, is larger than the operation takes.",
    remedy: "Send less at once, and shorten long texts.",
  },
  address_too_long: {
    status: 414,
    meaning: "The address, or a part of its path, is longer than any that the API has.",
    remedy: "Use an id from a list of the API, and send long texts in the body.",
  },
  unsupported_media_type: {
    status: 415,
    meaning: "The body has a `Content-Type` or a `Content-Encoding` that the operation does not take.",
    remedy: "Send one of the types in the header `Accept-Post`, without compression.",
  },
  expectation_failed: {
    status: 417,
    meaning: "The header `Expect` names something that the server does not do.",
    remedy: "Leave the header out, or send `Expect: 100-continue`.",
  },
  headers_too_large: {
    status: 431,
    meaning: "The headers are larger than the server takes.",
    remedy: "Send fewer or shorter headers. A proxy in between may have added cookies.",
  },
  http_version_unsupported: {
    status: 505,
    meaning: "The server answers only HTTP/1.0 and HTTP/1.1.",
    remedy: "Use HTTP/1.1, or a proxy that translates.",
  },
  // The caller's own limit. GitHub's limit on the bot is another code, `rate_limited`.
  too_many_requests: {
    status: 429,
    retryAfter: "retryAt",
    meaning: "The caller has sent more requests than its limit allows.",
    remedy: "Wait as long as `Retry-After` says.",
  },
  internal: {
    status: 500,
    meaning: "The bot has a bug. An answer with the status 500 may also have another code.",
    remedy: "Report it, with the line that the bot's log has for the request id in `instance`.",
  },
  mongodb_unavailable: {
    ...TRY_SOON,
    meaning: "MongoDB does not answer, so nothing can be read or stored.",
    remedy: "Try again after `Retry-After`. `GET /readyz` says when it is back.",
  },
  answer_timeout: {
    ...TRY_SOON,
    meaning: "Something that the answer needs took too long. What was asked for may still happen.",
    remedy: "Try again after `Retry-After`. `GET /readyz` says what does not answer.",
  },
  stopping: {
    ...TRY_SOON,
    meaning: "This process of the bot is stopping.",
    remedy: "Try again after `Retry-After`: another process answers.",
  },
};

/** What is needed to answer with a problem. */
export interface ProblemContext {
  readonly problems: Problems;
  readonly now: () => Date;
  /** The headers of every answer, as `everyAnswer` gives them. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Problem details, RFC 9457: what happened, why, and what to do; never a stack trace.
 *
 * @param requestId identifies this answer, in the body as well
 */
export function describeProblem(
  error: unknown,
  requestId: string,
  { problems, now, headers }: ProblemContext,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const { code, reason, remedy } = refusalOf(error);
  const known = error instanceof OrbError && Object.hasOwn(problems, code) ? problems[code] : undefined;
  const { status, retryAfter } = known ?? { status: 500 };
  const seconds = retryAfter === "retryAt" ? secondsUntil(error, now()) : retryAfter;
  const title = titleOf(code);
  const body = { type: "about:blank", title, status, code, detail: reason, remedy, instance: requestId };
  const text = JSON.stringify(body);
  return {
    status,
    headers: {
      ...headers,
      "X-Request-Id": requestId,
      "Content-Type": "application/problem+json",
      "Content-Length": String(Buffer.byteLength(text)),
      ...(status === 401 && { "WWW-Authenticate": 'Bearer realm="orb"' }),
      ...(seconds !== undefined && { "Retry-After": String(seconds) }),
    },
    body: text,
  };
}

/** Answers a request with a problem. */
export async function sendProblem(
  reply: FastifyReply,
  error: unknown,
  context: ProblemContext,
): Promise<void> {
  const { request } = reply;
  const { status, headers, body } = describeProblem(error, request.id, context);
  const { problemPage } = request.routeOptions.config;
  const page = request.headers.accept?.includes("text/html") ? problemPage?.(refusalOf(error)) : undefined;
  const bytes = Buffer.from(page?.body ?? body);
  const length = { "Content-Length": String(bytes.length) };
  // To a text Fastify would add a charset, which JSON has not.
  await reply
    .status(status)
    .headers({ ...headers, ...page?.headers, ...length })
    .send(bytes);
}

/** Whole seconds, and at least one: a caller who returns too early is refused again. */
function secondsUntil(error: unknown, now: Date): number {
  const retryAt = error instanceof OrbError ? error.retryAt : null;
  return retryAt ? Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1_000)) : SOON_SECONDS;
}

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
