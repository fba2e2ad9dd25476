// The bot's adapter for GitHub without the rest of the bot: `src/github/` against the local GitHub.

import { GitHub } from "../../../src/github/github.ts";
import type { Repository } from "../../../src/github/repository.ts";
import { GitHubSignIn } from "../../../src/github/sign-in.ts";
import { OwnWriteSlots } from "../../../src/github/wire/write-slots.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { Secret } from "../../../src/secret.ts";
import { GitHubTelemetry } from "../../../src/telemetry/github.ts";
import { OrbError } from "../../../src/errors.ts";
import { PACE } from "../../../src/work/pace.ts";
import { setScene, type Scene } from "../../local-github/tests/scene.ts";

export interface GitHubScene extends Scene {
  /** The product's adapter. */
  readonly gitHub: GitHub;
  /** `acme/widgets`, read and written with the installation's token. */
  readonly remote: Repository;
  /** Signs people in who authorize the App. */
  readonly signIn: GitHubSignIn;
  /** The same, and it waits for a tenth of a second. */
  readonly impatientSignIn: GitHubSignIn;
  /** The adapter's clock. */
  readonly now: () => Date;
  /** Advances the adapter's clock, so that what it has cached expires. */
  readonly wait: (ms: number) => void;
  /** The routes and statuses of the requests that an act makes, in order, without those for tokens. */
  readonly routesOf: (act: () => Promise<unknown>) => Promise<string[]>;
}

export async function setGitHubScene(options: Parameters<typeof setScene>[0] = {}): Promise<GitHubScene> {
  const scene = await setScene({ mergeableNullReads: 0, ...options });
  const { app, github } = scene;
  let waitedMs = 0;
  const now = () => new Date(Date.now() + waitedMs);
  const log = createLogger({ level: "silent", format: "json" });
  const telemetry = new GitHubTelemetry({ log, metrics: new Metrics() });
  const { apiUrl } = github;
  const signInDeps = {
    apiUrl,
    clientId: app.clientId,
    clientSecret: new Secret(app.clientSecret),
    telemetry,
    now,
  };
  const gitHub = new GitHub({
    config: {
      appId: app.id,
      privateKey: new Secret(app.privateKeyPem),
      webhookSecret: new Secret("webhook-secret"),
      apiUrl,
    },
    telemetry,
    log,
    now,
    realNow: () => new Date(),
    slots: new OwnWriteSlots(PACE),
  });
  return {
    ...scene,
    gitHub,
    signIn: new GitHubSignIn(signInDeps),
    impatientSignIn: new GitHubSignIn({ ...signInDeps, answerMs: 100 }),
    now,
    remote: await gitHub.repository("acme/widgets"),
    wait: (ms) => {
      waitedMs += ms;
    },
    routesOf: async (act) => {
      const mark = github.requests.mark();
      await act();
      return github.requests
        .since(mark)
        .map(({ method, route, status }) => `${method} ${route} ${status}`)
        .filter((line) => !line.includes("access_tokens"));
    },
  };
}

/** The `OrbError` with which a request fails. @throws what else happens */
export async function refusalOf(request: Promise<unknown>): Promise<OrbError> {
  const error: unknown = await request.then(
    (answer) => new Error(`Not refused: ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof OrbError) return error;
  throw error;
}
