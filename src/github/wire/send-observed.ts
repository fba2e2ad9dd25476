import type { ProbotOctokit } from "probot";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import { type Stop, stopped } from "../../work/stop.ts";
import type { LastAnswer } from "./last-answer.ts";
import { fetchFollowing } from "./follow-redirects.ts";

declare const anyOctokit: InstanceType<typeof ProbotOctokit>;
type Wrap = Parameters<typeof anyOctokit.hook.wrap<"request">>[1];
type Send = Parameters<Wrap>[0];
type Options = Parameters<Wrap>[1];

interface Deps {
  /** How long to wait for an answer. */
  readonly answerMs: number;
  readonly telemetry: GitHubTelemetry;
  readonly now: () => Date;
  readonly stop: Stop;
  /** Whose limit the request counts for: an installation's id, or `app`; `null` for somebody who signs in. */
  readonly who: string | null;
  /** Keeps what the newest answer says about GitHub itself. */
  readonly lastAnswer?: LastAnswer | undefined;
}

/**
 * Sends one request of Octokit's, once: with a limit of time, and counted.
 *
 * @throws Octokit's errors; also for an answer that is not GitHub's
 */
export async function sendObserved(
  request: Send,
  options: Options,
  { answerMs, telemetry, now, stop, who, lastAnswer }: Deps,
): Promise<Awaited<ReturnType<Send>>> {
  const startedAt = now().getTime();
  const done = (status: string, headers: Record<string, unknown> = {}) => {
    const durationMs = Math.max(0, now().getTime() - startedAt);
    telemetry.answered({ ...describeRequest(options, status), status, durationMs });
    const remaining = numberIn(headers["x-ratelimit-remaining"]);
    const resetSeconds = numberIn(headers["x-ratelimit-reset"]);
    if (remaining !== null && who !== null) telemetry.rateLimit(who, { remaining, resetSeconds });
    lastAnswer?.note(headers);
  };
  // A copy: Octokit shares this object between requests, and so would share a signal that was aborted. It must be set on
  // `options`: the hooks inside this one, such as authentication, get that object and not what is passed to `request`.
  const signal = AbortSignal.any([AbortSignal.timeout(answerMs), stop.cut]);
  options.request = { ...options.request, signal, fetch: fetchFollowing };
  try {
    const response = await request(options);
    done(String(response.status), response.headers);
    refuseBroken(response, options);
    refuseRedirect(response, options);
    return response;
  } catch (error) {
    const { status, response } = error as {
      status?: number;
      response?: { headers: Record<string, unknown> };
    };
    done(response ? String(status) : "none", response?.headers);
    throw response === undefined && stop.cut.aborted ? stopped() : error;
  }
}

/** A number in a header; `null` if it has none. */
function numberIn(header: unknown): number | null {
  const number = Number(header ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}

/** How a request and its answer are counted. */
function describeRequest(
  { method, url, headers }: { method: string; url: string; headers: Readonly<Record<string, unknown>> },
  status: string,
) {
  const cache = status === "304" ? "hit" : headers["if-none-match"] ? "miss" : "none";
  return { operation: `${method} ${routeOf(url)}`, cache } as const;
}

/**
 * Octokit returns as text what is not JSON, as if that were the answer: JSON that was cut off, or the page of a proxy. Only
 * `POST /markdown`, and a request for a raw file, is answered with text.
 */
function refuseBroken(
  { status, data, headers }: { status: number; data: unknown; headers: Record<string, unknown> },
  { url, mediaType }: { url: string; mediaType?: { format?: string } },
): void {
  if (typeof data !== "string" || status === 204 || status >= 300 || mediaType?.format === "raw") return;
  if (url.endsWith("/markdown") && !String(headers["content-type"]).includes("json")) return;
  throw Object.assign(new Error("the answer broke off"), { name: "AbortError" });
}

/** Octokit returns a redirect that was not followed as if it were the answer. */
function refuseRedirect(response: { readonly status: number }, request: object): void {
  const { status } = response;
  if (status < 300 || status === 304) return;
  throw Object.assign(new Error("GitHub redirects"), { name: "HttpError", status, response, request });
}

/** The route as a template, so that it can label a metric. */
function routeOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, "");
}
