import { backOffMs } from "../../../work/rules/back-off.ts";
import type { FailedAnswer } from "./failed-answer.ts";

const LIMIT_WAIT_MAX_MS = 60 * 60_000; // GitHub's windows are an hour long; after that the bot asks again
const LIMIT_WAIT_MIN_MS = 1_000;

/**
 * How long to wait after a failure.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 *
 * @param nowMs the current time, for limits whose end GitHub gives as a time
 * @returns milliseconds; `null` if the failure is not a rate limit
 */
export function rateLimitWaitMs({ status, message, headers }: FailedAnswer, nowMs: number): number | null {
  // https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
  const ofGraphql = status === 200 && /rate limit/i.test(message);
  if (status !== 403 && status !== 429 && !ofGraphql) return null;
  const askedMs = waitAskedMs(headers, nowMs);
  if (askedMs !== null) return Math.min(LIMIT_WAIT_MAX_MS, Math.max(LIMIT_WAIT_MIN_MS, askedMs));
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
