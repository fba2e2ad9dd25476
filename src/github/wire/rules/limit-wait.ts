import { backOffMs } from "../../../work/rules/back-off.ts";
import type { FailedAnswer } from "./failed-answer.ts";

const LIMIT_WAIT_MAX_MS = 60 * 60_000; // GitHub's windows are an hour long; after that the bot asks again
const LIMIT_WAIT_MIN_MS = 1_000;

/** GitHub's words if an App creates too much in a short time. It names no end, which is minutes to an hour away. */
const CREATED_TOO_MUCH = /was submitted too quickly|blocked from content creation/i;

/** Whether GitHub refused because too much was created in a short time. That concerns all writes of an installation. */
export function isContentLimit(message: string): boolean {
  return CREATED_TOO_MUCH.test(message);
}

/**
 * How long to wait after a rate limit, in milliseconds.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
 *
 * @returns `null` if the failure is not a rate limit
 */
export function rateLimitWaitMs(
  { status, message, types = [], headers }: FailedAnswer,
  nowMs: number,
): number | null {
  const ofContent = (status === 200 || status === 403 || status === 422) && isContentLimit(message);
  const ofGraphql = status === 200 && (types.includes("RATE_LIMITED") || /rate limit/i.test(message));
  if (status !== 403 && status !== 429 && !ofGraphql && !ofContent) return null;
  const askedMs = waitAskedMs(headers, nowMs);
  if (askedMs !== null) return Math.min(LIMIT_WAIT_MAX_MS, Math.max(LIMIT_WAIT_MIN_MS, askedMs));
  if (ofContent) return backOffMs("content_limit");
  return status === 429 || ofGraphql || /rate limit|abuse/i.test(message) ? backOffMs("github_limit") : null;
}

function waitAskedMs(headers: FailedAnswer["headers"], nowMs: number): number | null {
  const retryAfterSeconds = Number(headers["retry-after"]);
  if (retryAfterSeconds > 0) return retryAfterSeconds * 1000;
  const resetSeconds = Number(headers["x-ratelimit-reset"]);
  return Number(headers["x-ratelimit-remaining"]) === 0 && resetSeconds > 0
    ? resetSeconds * 1000 - nowMs
    : null;
}
