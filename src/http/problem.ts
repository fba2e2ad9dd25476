import type { FastifyReply } from "fastify";
import { OrbError, refusalOf } from "../errors.ts";

/** How the API answers a code. */
export interface ProblemKind {
  readonly status: number;
  /** The header `Retry-After`: fixed seconds, or the time until the error's own `retryAt`. No header if not given. */
  readonly retryAfter?: number | "retryAt";
}

/** Each code that a caller of the API can meet. Any other error is a bug and is answered with 500. */
export type Problems = Readonly<Record<string, ProblemKind>>;

const SOON_SECONDS = 5;

/** A dependency is temporarily unavailable. */
export const TRY_SOON: ProblemKind = { status: 503, retryAfter: SOON_SECONDS };

/** The codes of the server itself; each subject hands over those of its routes. */
export const SERVER_PROBLEMS: Problems = {
  bad_request: { status: 400 },
  unauthenticated: { status: 401 },
  forbidden: { status: 403 },
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  request_timeout: { status: 408 },
  too_large: { status: 413 },
  address_too_long: { status: 414 },
  unsupported_media_type: { status: 415 },
  expectation_failed: { status: 417 },
  headers_too_large: { status: 431 },
  http_version_unsupported: { status: 505 },
  // The caller's own limit. GitHub's limit on the bot is another code, `rate_limited`.
  too_many_requests: { status: 429, retryAfter: "retryAt" },
  mongodb_unavailable: TRY_SOON,
  answer_timeout: TRY_SOON,
  stopping: TRY_SOON,
};

/** What is needed to answer with a problem. */
export interface ProblemContext {
  readonly problems: Problems;
  readonly now: () => Date;
}

/** The headers of every answer. */
export function headersFor(requestId: string): Record<string, string> {
  return { "X-Request-Id": requestId, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" };
}

/**
 * Problem details, RFC 9457: what happened, why, and what to do; never a stack trace.
 *
 * @param requestId identifies this answer, in the body as well
 */
export function describeProblem(
  error: unknown,
  requestId: string,
  { problems, now }: ProblemContext,
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
      ...headersFor(requestId),
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
  const { status, headers, body } = describeProblem(error, reply.request.id, context);
  // To a text Fastify would add a charset, which JSON has not.
  await reply.status(status).headers(headers).send(Buffer.from(body));
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
