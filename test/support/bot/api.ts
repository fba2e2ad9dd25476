import { checkAnswer } from "./contract.ts";
import { ADMIN_TOKEN } from "./environment.ts";

export type Asked = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

/**
 * Asks a bot's API as its administrator; the body is JSON unless the headers say otherwise.
 *
 * @throws Error if the answer is not as docs/openapi.json describes it
 */
export async function ask(url: string, path: string, options: Asked = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    "content-type": "application/json",
    ...options.headers,
  };
  const response = await fetch(`${url}${path}`, { ...options, headers });
  await checkAnswer(options.method ?? "GET", path, response);
  return response;
}

/** Sends signals over HTTP, as one array. @throws Error with the bot's answer where it does not take them */
export async function sendSignals(
  url: string,
  events: readonly unknown[],
  options: Pick<Asked, "signal"> = {},
): Promise<{ duplicate: boolean }[]> {
  const body = JSON.stringify(events);
  const response = await ask(url, "/api/v1/signals", { ...options, method: "POST", body });
  if (response.status !== 202)
    throw new Error(`The bot answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { accepted: { duplicate: boolean }[] }).accepted;
}

export interface ListedPullRequest {
  readonly id: string;
  readonly repository: string;
  readonly number: number | null;
  readonly status: string;
  readonly adopted: boolean;
  readonly labels: readonly string[];
  readonly because: string | null;
  readonly problem: {
    readonly code: string;
    readonly reason: string;
    readonly remedy: string;
    readonly nextAttemptAt: string | null;
  } | null;
  readonly queuePosition: number | null;
  readonly shortcomings: readonly { readonly code: string }[];
}

/** What the bot's API lists of a project's pull requests. */
export async function listPullRequests(url: string, project: string): Promise<ListedPullRequest[]> {
  const response = await ask(url, `/api/v1/pull-requests?project=${project}`);
  return ((await response.json()) as { items: ListedPullRequest[] }).items;
}
