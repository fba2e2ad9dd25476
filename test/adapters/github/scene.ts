// The bot's own way to GitHub, without the bot around it: `src/github/` on the local GitHub.

import { GitHub } from "../../../src/github/github.ts";
import type { Repository } from "../../../src/github/repository.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { Secret } from "../../../src/secret.ts";
import { GitHubTelemetry } from "../../../src/telemetry/github.ts";
import { OrbError } from "../../../src/errors.ts";
import { setScene, type Scene } from "../../local-github/tests/scene.ts";

export interface GitHubScene extends Scene {
  /** As the product has it. */
  readonly gitHub: GitHub;
  /** `acme/widgets`, through the installation. */
  readonly remote: Repository;
  /** Lets time pass for what the product remembers. */
  readonly wait: (ms: number) => void;
  /** Routes that were asked during `deed`, in order, without the asking for tokens. */
  readonly routesOf: (deed: () => Promise<unknown>) => Promise<string[]>;
}

export async function setGitHubScene(options: Parameters<typeof setScene>[0] = {}): Promise<GitHubScene> {
  const scene = await setScene({ mergeableNullReads: 0, ...options });
  const { app, github } = scene;
  let waitedMs = 0;
  const log = createLogger({ level: "silent", format: "json" });
  const gitHub = new GitHub({
    config: {
      appId: app.id,
      privateKey: new Secret(app.privateKeyPem),
      webhookSecret: new Secret("webhook-secret"),
      apiUrl: github.apiUrl,
    },
    telemetry: new GitHubTelemetry({ log, metrics: new Metrics() }),
    log,
    now: () => new Date(Date.now() + waitedMs),
  });
  return {
    ...scene,
    gitHub,
    remote: await gitHub.repository("acme/widgets"),
    wait: (ms) => {
      waitedMs += ms;
    },
    routesOf: async (deed) => {
      const mark = github.requests.mark();
      await deed();
      return github.requests
        .since(mark)
        .map(({ method, route, status }) => `${method} ${route} ${status}`)
        .filter((line) => !line.includes("access_tokens"));
    },
  };
}

/** The house's refusal in which the asking ends. */
export async function refusalOf(asking: Promise<unknown>): Promise<OrbError> {
  const error: unknown = await asking.then(
    (answer) => new Error(`Not refused: ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof OrbError) return error;
  throw error;
}
