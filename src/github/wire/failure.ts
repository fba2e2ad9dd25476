import { OrbError } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { classifyFailure } from "./rules/classify-failure.ts";
import type { FailedAnswer } from "./rules/failed-answer.ts";
import type { FailureCode } from "./rules/failure-codes.ts";

/** With the ellipsis. */
const MESSAGE_CHARACTERS_MAX = 601;

/** Whether `error` is a failure with one of these codes. */
export function isGitHubFailure(error: unknown, ...codes: readonly FailureCode[]): error is OrbError {
  return error instanceof OrbError && (codes as readonly string[]).includes(error.code);
}

// The names of Octokit's errors: a refusal by REST, one by GraphQL, and no answer in time.
const NAMES_OF_FAILURES = new Set(["HttpError", "GraphqlResponseError", "AbortError", "TimeoutError"]);

/**
 * Converts Octokit's error to an `OrbError`. Any other error stays as it is: it is our bug, not an outage of GitHub.
 */
export function toOrbError(error: unknown, now: Date): unknown {
  const { name } = (error ?? {}) as { name?: unknown };
  if (!NAMES_OF_FAILURES.has(String(name))) return error;
  const failure = classifyFailure(readAnswer(error), now.getTime());
  const retryAt = failure.waitMs === null ? null : new Date(now.getTime() + failure.waitMs);
  return new OrbError(failure, { cause: error, retryAt });
}

/** The refusal in an answer of GraphQL, which refuses with the status 200; `null` if there is none. */
export function refusalIn({ data, headers }: { data: unknown; headers: object }, now: Date): unknown {
  const { errors } = (data ?? {}) as { errors?: unknown };
  return Array.isArray(errors) ? toOrbError({ name: "GraphqlResponseError", errors, headers }, now) : null;
}

/**
 * Sends one question to GitHub.
 *
 * @throws OrbError with a code of `classifyFailure` instead of Octokit's errors
 */
export async function askGitHub<T>(question: () => Promise<T>, now: () => Date): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw toOrbError(error, now());
  }
}

interface OctokitError {
  message: string;
  status?: number;
  request?: { method?: string; url?: string };
  response?: { headers?: FailedAnswer["headers"]; data?: unknown };
  headers?: FailedAnswer["headers"];
  errors?: unknown;
}

function readAnswer(thrown: unknown): FailedAnswer {
  const error = thrown as OctokitError;
  if (Array.isArray(error.errors) && error.headers) {
    // GraphqlResponseError: HTTP 200 with errors in the body.
    const types = error.errors.map((one: { type?: unknown }) => String(one?.type));
    return { status: 200, message: said(describe({ errors: error.errors })), types, headers: error.headers };
  }
  const answered = error.response !== undefined;
  return {
    status: answered && error.status !== undefined ? error.status : null,
    message: said(answered ? describe(error.response?.data) || error.message : reasonOfSilence(thrown)),
    operation: operationOf(error),
    headers: error.response?.headers ?? {},
  };
}

function operationOf({ request: { method = "", url = "" } = {} }: OctokitError): string {
  return `${method} ${url.replace(/^https?:\/\/[^/]+|\?.*$/g, "")}`;
}

function describe(data: unknown): string {
  // If no application answers, a web page does: its title is enough.
  if (typeof data === "string") return /<title>([^<]*)<\/title>/i.exec(data)?.[1]?.trim() ?? data;
  const { message, errors } = (data ?? {}) as { message?: string; errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(describeOne) : [];
  return [message, ...details].filter(Boolean).join("; ");
}

function describeOne(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, field, code, type } = (error ?? {}) as Record<string, string | undefined>;
  return message ?? [field, code ?? type].filter(Boolean).join(" ");
}

const CAUSES_MAX = 5;

/** fetch says only "fetch failed"; the real failure is in the cause of its cause. */
function reasonOfSilence(thrown: unknown): string {
  const causes: (Partial<Error> & { code?: string })[] = [];
  for (let error = thrown as Error | undefined; error && causes.length < CAUSES_MAX;) {
    causes.push(error);
    error = error.cause as Error | undefined;
  }
  if (causes.some(({ name }) => name === "TimeoutError")) return "the request took too long";
  // If several addresses were tried, the innermost error has a code but no message.
  const { message, code } = causes.at(-1) ?? {};
  return message || code || "the connection failed";
}

function said(text: string): string {
  return clip(text, MESSAGE_CHARACTERS_MAX);
}
