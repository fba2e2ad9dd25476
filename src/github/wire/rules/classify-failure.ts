import type { Refusal } from "../../../errors.ts";
import type { FailureCode } from "./failure-codes.ts";
import { FAILURE_ROWS, type FailureRow } from "./failure-rows.ts";
import { rateLimitWaitMs } from "./limit-wait.ts";

/** GitHub's answer to a request that failed. */
export interface FailedAnswer {
  /** HTTP status; `null` if no answer came (time-out, connection lost). */
  readonly status: number | null;
  /** GitHub's own words: the message, and each error's message or field and code. */
  readonly message: string;
  /** The types of GraphQL's errors. */
  readonly types?: readonly string[];
  /** Method and path of the request, such as `POST /repos/octo/hello/pulls`. */
  readonly operation?: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

export interface Failure extends Refusal {
  readonly code: FailureCode;
  /** The minimum wait in milliseconds; `null` if GitHub named none. */
  readonly waitMs: number | null;
}

/**
 * Finds the code for a failure. Texts and statuses are those of GitHub's REST and GraphQL API; see
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 *
 * @param nowMs the current time, for limits whose end GitHub gives as a time
 */
export function classifyFailure(answer: FailedAnswer, nowMs: number): Failure {
  const { status, message, headers } = answer;
  const waitMs = rateLimitWaitMs(answer, nowMs);
  if (waitMs !== null) {
    return {
      code: "rate_limited",
      reason: `GitHub asks to slow down: ${message}`,
      remedy: "No action needed: the bot continues when GitHub allows it.",
      waitMs,
    };
  }
  if (status === null || status >= 500 || status === 408) {
    return {
      code: "github_unavailable",
      reason: status === null ? `GitHub did not answer: ${message}` : `GitHub answered ${status}: ${message}`,
      remedy: "No action needed: the bot checks GitHub and tries again.",
      waitMs: null,
    };
  }
  const row = FAILURE_ROWS.find((candidate) => matches(candidate, answer, status));
  const permissions = headers["x-accepted-github-permissions"];
  const wanted = row?.code === "permission_missing" && permissions ? ` It needs ${permissions}.` : "";
  return {
    code: row?.code ?? "github_refused",
    reason: `GitHub answered ${status}: ${message}`,
    remedy: `${row?.remedy ?? "Follow GitHub's message. The bot also tries again by itself."}${wanted}`,
    waitMs: null,
  };
}

function matches(
  { statuses, says, type, of }: FailureRow,
  { message, types = [], operation = "" }: FailedAnswer,
  status: number,
): boolean {
  return (
    statuses.includes(status) &&
    (says?.test(message) ?? true) &&
    (type === undefined || types.includes(type)) &&
    (of?.test(operation) ?? true)
  );
}
