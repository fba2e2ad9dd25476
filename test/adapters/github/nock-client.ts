import { Probot } from "probot";
import { octokitClass } from "../../../src/github/wire/octokit.ts";
import { askGitHub } from "../../../src/github/wire/failure.ts";
import { LimitMemory } from "../../../src/github/wire/limit-memory.ts";
import { TokenCache } from "../../../src/github/wire/token-cache.ts";
import { OwnWriteSlots } from "../../../src/github/wire/write-slots.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { GitHubTelemetry } from "../../../src/telemetry/github.ts";
import { PACE } from "../../../src/work/pace.ts";
import { keyPair } from "../../local-github/key-pairs.ts";

/** The product's client, which waits only a moment for an answer. Every request fails unless `nock` has an answer for it. */
export async function clientOf(apiUrl: string) {
  const now = () => new Date();
  const log = createLogger({ level: "silent", format: "json" });
  const telemetry = new GitHubTelemetry({ log, metrics: new Metrics() });
  const tokens = new TokenCache();
  // As Octokit stores it. A new token would be used again after a 401 for some seconds, because a replica may not know it yet.
  tokens.set("1", ["ghs_token", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "all", "", ""].join("|"));
  const slots = new OwnWriteSlots(PACE);
  const limits = new LimitMemory({ slots, now });
  const probot = new Probot({
    appId: 1,
    privateKey: keyPair(0).privateKey,
    secret: "webhook-secret",
    baseUrl: apiUrl,
    log,
    Octokit: octokitClass({ answerMs: 300, telemetry, now, realNow: now, apiUrl, tokens, slots, limits }),
  });
  const octokit = await probot.auth(1);
  /** @param request method and path */
  return (request: string): Promise<unknown> =>
    askGitHub<unknown>(
      () =>
        request.endsWith("/graphql")
          ? octokit.graphql("mutation { x }")
          : octokit.request(request).then(({ data }: { data: unknown }) => data),
      now,
    );
}
