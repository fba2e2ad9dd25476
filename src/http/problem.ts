import type { FastifyReply } from "fastify";
import { OrbError, refusalOf } from "../errors.ts";

// Codes that a caller of the API can get. Any other code is a bug of the bot and becomes a 500.
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  bad_request: 400,
  bad_signal: 400,
  unknown_signal_type: 400,
  unreadable_payload: 400,
  unauthenticated: 401,
  bad_signature: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  delivery_pending: 409,
  nothing_to_retry: 409,
  set_aside: 409,
  no_pull_request_yet: 409,
  pull_request_ended: 409,
  too_many_requests_waiting: 409,
  too_large: 413,
  unsupported_media_type: 415,
  github_unavailable: 503,
  mongodb_unavailable: 503,
  no_temporary_space: 503,
  overloaded: 503,
  rate_limited: 503,
  stopping: 503,
};
const RETRY_AFTER_SECONDS = 5;

/** Responds with problem details, RFC 9457: what happened, why, and what to do; never a stack trace. */
export async function sendProblem(reply: FastifyReply, error: unknown): Promise<void> {
  const { code, reason, remedy } = refusalOf(error);
  const status = (error instanceof OrbError ? STATUS_BY_CODE[code] : undefined) ?? 500;
  if (status === 401) reply.header("WWW-Authenticate", 'Bearer realm="orb"');
  if (status === 503) reply.header("Retry-After", String(RETRY_AFTER_SECONDS));
  await reply
    .status(status)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: "about:blank",
        title: titleOf(code),
        status,
        code,
        detail: reason,
        remedy,
        instance: reply.request.id,
      }),
    );
}

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
