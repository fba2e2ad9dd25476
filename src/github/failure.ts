import { OrbError } from "../errors.ts";
import { classifyFailure, type FailedAnswer, type FailureCode } from "./rules/classify-failure.ts";

const MESSAGE_CHARACTERS_MAX = 600;

/** Whether `error` is GitHub's refusal of this kind. */
export function isGitHubFailure(error: unknown, ...codes: readonly FailureCode[]): error is OrbError {
  return error instanceof OrbError && (codes as readonly string[]).includes(error.code);
}

/** Turns whatever Octokit throws into the house's error. */
export function toOrbError(error: unknown, now: Date): OrbError {
  if (error instanceof OrbError) return error;
  const failure = classifyFailure(readAnswer(error), now.getTime());
  const retryAt = failure.waitMs === null ? null : new Date(now.getTime() + failure.waitMs);
  return new OrbError(failure, { cause: error, retryAt });
}

interface OctokitError {
  message: string;
  status?: number;
  response?: { headers?: FailedAnswer["headers"]; data?: unknown };
  headers?: FailedAnswer["headers"];
  errors?: unknown;
}

function readAnswer(thrown: unknown): FailedAnswer {
  const error = thrown as OctokitError;
  if (Array.isArray(error.errors) && error.headers) {
    // GraphqlResponseError: HTTP 200 with errors in the body.
    return { status: 200, message: clip(describe({ errors: error.errors })), headers: error.headers };
  }
  const answered = error.response !== undefined;
  return {
    status: answered && error.status !== undefined ? error.status : null,
    message: clip(answered ? describe(error.response?.data) || error.message : reasonOfSilence(thrown)),
    headers: error.response?.headers ?? {},
  };
}

function describe(data: unknown): string {
  if (typeof data === "string") return data;
  const { message, errors } = (data ?? {}) as { message?: string; errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(describeOne) : [];
  return [message, ...details].filter(Boolean).join("; ");
}

function describeOne(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, field, code, type } = (error ?? {}) as Record<string, string | undefined>;
  return message ?? [field, code ?? type].filter(Boolean).join(" ");
}

function reasonOfSilence(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: Partial<Error> };
  if ([name, cause?.name].includes("TimeoutError")) return "the request took too long";
  return cause?.message ?? message;
}

function clip(text: string): string {
  return text.length > MESSAGE_CHARACTERS_MAX ? `${text.slice(0, MESSAGE_CHARACTERS_MAX)}…` : text;
}
