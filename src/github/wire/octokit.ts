import Bottleneck from "bottleneck";
import { ProbotOctokit } from "probot";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import type { REST_REQUESTS } from "../rules/requests.ts";
import { AppJwts } from "./app-jwt.ts";
import { fetchFollowing } from "./follow-redirects.ts";
import type { GraphqlDocument } from "./graphql-document.ts";
import type { LimitMemory } from "./limit-memory.ts";
import { isWrite } from "./rules/pace.ts";
import type { TokenCache } from "./token-cache.ts";
import { turnToWrite } from "./turn.ts";
import { currentWriter } from "./write-guard.ts";
import type { WriteSlots } from "./write-slots.ts";

const ANSWER_MS = 15_000; // GitHub itself gives up after 10 s
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const CONCURRENT_REQUESTS_MAX = 50; // GitHub allows 100 per installation; two processes may share one

declare const anyRequest: InstanceType<typeof ProbotOctokit>["request"];

/**
 * Octokit, limited to the table of requests, which says what each one needs: another route or document does not
 * compile. Parameters and answers are Octokit's own.
 */
export interface Octokit {
  request<Route extends keyof typeof REST_REQUESTS>(
    route: Route,
    parameters?: Parameters<typeof anyRequest<Route>>[1],
  ): ReturnType<typeof anyRequest<Route>>;
  graphql<T>(document: GraphqlDocument, variables?: Record<string, unknown>): Promise<T>;
}

interface Deps {
  /** How long to wait for an answer. */
  readonly answerMs?: number | undefined;
  readonly telemetry: GitHubTelemetry;
  readonly now: () => Date;
  /** See `GitHub`. */
  readonly realNow: () => Date;
  readonly apiUrl: string;
  readonly tokens: TokenCache;
  readonly slots: WriteSlots;
  readonly limits: LimitMemory;
}

/** The options that Probot passes to Octokit to authenticate as an App. */
interface AppAuth {
  /** Missing if the App authenticates as itself. */
  readonly installationId?: number;
  readonly privateKey: string;
  readonly request: { defaults(options: { baseUrl: string }): unknown };
}

/**
 * An Octokit for Probot that neither retries nor waits on its own: one place decides what a failure means, where the
 * state is stored. Each installation sends one write at a time, at GitHub's documented pace. A write that would wait for
 * more than a moment, and any request before the end of a limit, is refused as `rate_limited` without being sent. Reads do
 * not wait for writes, whatever their method.
 */
export function octokitClass({
  answerMs = ANSWER_MS,
  telemetry,
  now,
  realNow,
  apiUrl,
  tokens,
  slots,
  limits,
}: Deps): typeof ProbotOctokit {
  const observed = ProbotOctokit.plugin((octokit, { auth }: { auth?: AppAuth }) => {
    const requests = new Bottleneck({ maxConcurrent: CONCURRENT_REQUESTS_MAX });
    const oneByOne = new Bottleneck({ maxConcurrent: 1 }).chain(requests);
    const who = String(auth?.installationId ?? "app");

    octokit.hook.wrap("request", async (request, options) => {
      const send = async () => {
        const startedAt = now().getTime();
        const done = (status: string, headers: Record<string, unknown> = {}) => {
          const durationMs = Math.max(0, now().getTime() - startedAt);
          telemetry.answered({ ...describeRequest(options, status), status, durationMs });
          const remaining = Number(headers["x-ratelimit-remaining"]);
          if (Number.isFinite(remaining)) telemetry.rateLimit(remaining);
        };
        // A copy: Octokit shares this object between requests, and so would share a signal that was aborted. It must be set on
        // `options`: the hooks inside this one, such as authentication, get that object and not what is passed to `request`.
        const signal = AbortSignal.timeout(answerMs);
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
          throw error;
        }
      };
      // A token is requested during the request that needs it: in the same queue it would wait for itself.
      if (options.url.endsWith("/access_tokens")) return send();
      const writes = isWrite(options);
      const ask = () => limits.send(who, send, { writes });
      if (!writes) return requests.schedule(ask);
      const writer = currentWriter();
      return oneByOne.schedule(async () => {
        limits.requireNone(who);
        // Directly before it is sent, because the slot counts from now on.
        await turnToWrite(who, writer, { slots, now });
        writer.guard();
        return ask();
      });
    });
  });
  return asApp(observed, { apiUrl, tokens, realNow });
}

/** Octokit's own authentication as an App, with our cache of tokens and our clock. */
function asApp(
  octokit: typeof ProbotOctokit,
  { apiUrl, tokens, realNow }: Pick<Deps, "apiUrl" | "tokens" | "realNow">,
): typeof ProbotOctokit {
  const jwts = new AppJwts(realNow);
  return octokit.defaults(({ auth: { privateKey, ...auth }, ...options }: { auth: AppAuth }) => ({
    ...options,
    auth: {
      ...auth,
      createJwt: async (appId: number, differenceS?: number) =>
        jwts.create({ appId, privateKey }, differenceS),
      // Probot's own always asks api.github.com for tokens, even with another API address, and can't forget them.
      cache: tokens,
      request: auth.request.defaults({ baseUrl: apiUrl }),
    },
    throttle: { enabled: false },
    retry: { enabled: false },
  }));
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
