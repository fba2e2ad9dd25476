import type { Refusal } from "../../../errors.ts";
import type { FailedAnswer } from "./failed-answer.ts";
import type { FailureCode } from "./failure-codes.ts";
import type { FailureRow } from "./failure-row.ts";
import { FAILURE_ROWS } from "./failure-rows.ts";
import { rateLimitWaitMs } from "./limit-wait.ts";

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
  const remedy = row?.remedy ?? "Follow GitHub's message. The bot also tries again by itself.";
  const server = row?.code === "server_outdated" ? nameOfServer(headers) : null;
  return {
    code: row?.code ?? "github_refused",
    reason: `${server ?? "GitHub"} answered ${status}: ${message}`,
    remedy: [remedy, ...missingIn({ message, headers }, row?.code)].join(" "),
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

/** What exactly the App or the server lacks, in a sentence. */
function missingIn(
  { message, headers }: Pick<FailedAnswer, "message" | "headers">,
  code: FailureCode | undefined,
): string[] {
  const permissions = headers["x-accepted-github-permissions"];
  if (code === "permission_missing" && permissions) return [`It needs ${permissions}.`];
  if (code !== "server_outdated") return [];
  const fields = [...message.matchAll(/Field '(\w+)' doesn't exist on type '(\w+)'/g)];
  const names = [...new Set(fields.map(([, field, type]) => `${type}.${field}`))];
  return names.length > 0 ? [`It lacks ${names.join(", ")}.`] : [];
}

/** GitHub Enterprise Server sends its version with each answer. */
function nameOfServer(headers: FailedAnswer["headers"]): string | null {
  const version = String(headers["x-github-enterprise-version"] ?? "");
  return /^\d+(\.\d+){0,3}$/.test(version) ? `GitHub Enterprise Server ${version}` : null;
}
