import Bottleneck from "bottleneck";
import { ProbotOctokit } from "probot";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import { Stop } from "../../work/stop.ts";
import type { REST_REQUESTS } from "../rules/requests.ts";
import { AppJwts } from "./app-jwt.ts";
import type { GraphqlDocument } from "./graphql-document.ts";
import type { LimitMemory } from "./limit-memory.ts";
import type { LastAnswer } from "./last-answer.ts";
import { isWrite } from "./rules/pace.ts";
import { sendObserved } from "./send-observed.ts";
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
  readonly stop?: Stop | undefined;
  readonly apiUrl: string;
  readonly tokens: TokenCache;
  readonly slots: WriteSlots;
  readonly limits: LimitMemory;
  readonly lastAnswer?: LastAnswer | undefined;
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
  stop = new Stop(),
  apiUrl,
  tokens,
  slots,
  limits,
  lastAnswer,
}: Deps): typeof ProbotOctokit {
  const observed = ProbotOctokit.plugin((octokit, { auth }: { auth?: AppAuth }) => {
    const requests = new Bottleneck({ maxConcurrent: CONCURRENT_REQUESTS_MAX });
    const oneByOne = new Bottleneck({ maxConcurrent: 1 }).chain(requests);
    const who = String(auth?.installationId ?? "app");

    octokit.hook.wrap("request", async (request, options) => {
      const send = () => sendObserved(request, options, { answerMs, telemetry, now, stop, who, lastAnswer });
      // A token is requested during the request that needs it: in the same queue it would wait for itself.
      if (options.url.endsWith("/access_tokens")) return send();
      const writes = isWrite(options);
      const ask = () => limits.send(who, send, { writes });
      if (!writes) return requests.schedule(ask);
      const writer = currentWriter();
      return oneByOne.schedule(async () => {
        limits.requireNone(who);
        // Directly before it is sent, because the slot counts from now on.
        await turnToWrite(who, writer, { slots, now, stop });
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
