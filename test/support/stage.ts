import { Redis } from "ioredis";
import { appManifest } from "./app-manifest.ts";
import { type BotSurroundings, WEBHOOK_SECRET } from "./bot/environment.ts";
import { freshStores, type Stores } from "./servers/stores.ts";
import { LocalGitHub } from "../local-github/local-github.ts";
import type { App, Installation, Repository } from "../local-github/state.ts";

/** A GitHub with the App installed on `octo/hello`, empty stores, and what a bot needs to reach them. */
export interface Stage extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly githubApp: App;
  readonly installation: Installation;
  readonly repository: Repository;
  readonly redis: Redis;
  readonly surroundings: BotSurroundings & { readonly redisUrl: string };
  /** From now on GitHub posts its webhooks to this bot. */
  sendWebhooksTo(bot: { readonly url: string }): void;
  /** Pushes a branch with one commit to `octo/hello`, and returns the commit's id. */
  pushBranch(branch: string, files?: Record<string, string | null>, message?: string): Promise<string>;
  /** The events of one project in `orb:events` so far, oldest first. */
  events(project: string): Promise<PublishedEvent[]>;
  /** The same without repetitions: a process that dies after it published an event publishes it again under the same id. */
  eventsOnceEach(project: string): Promise<PublishedEvent[]>;
}

export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  readonly data: Record<string, unknown> & { readonly project: string };
}

/** The local GitHub stores label names in lower case, because GitHub ignores their case. */
export function lowerCase(labels: readonly string[]): string[] {
  return labels.map((label) => label.toLowerCase());
}

/**
 * Disposing of it fails if a request or an answer violated GitHub's OpenAPI description.
 *
 * @param own stores instead of empty databases in the run's servers; disposed of with the stage
 */
export async function setStage(own?: Stores): Promise<Stage> {
  const stores = own ?? (await freshStores());
  const github = await LocalGitHub.start();
  const owner = github.createOrganization("octo");
  const files = { "README.md": "# Hello\n", "src/hello.ts": "export const hello = 1;\n" };
  const repository = await github.createRepository({ owner, name: "hello", files });
  const githubApp = github.createApp({ slug: "orb-bot", ...(await appManifest()) });
  const installation = await github.install(githubApp, owner, { repositories: [repository] });
  const redis = new Redis(stores.redisUrl, { disconnectTimeout: 100 });
  const { apiUrl } = github;
  const events = async (project: string) =>
    (await readEvents(redis)).filter(({ data }) => data.project === project);
  return {
    github,
    githubApp,
    installation,
    repository,
    redis,
    surroundings: {
      mongodbUri: stores.mongodbUri,
      redisUrl: stores.redisUrl,
      github: { apiUrl, appId: githubApp.id, privateKeyPem: githubApp.privateKeyPem },
    },
    sendWebhooksTo: ({ url }) => {
      githubApp.webhook = { url: `${url}/api/github/webhooks`, secret: WEBHOOK_SECRET };
    },
    pushBranch: (
      branch,
      changes = { "src/greeting.ts": "export const greeting = 'hi';\n" },
      message = "Greet",
    ) => github.pushFiles(repository, { branch, from: "main", files: changes, message }),
    events,
    eventsOnceEach: async (project) => [
      ...new Map((await events(project)).map((event) => [event.id, event])).values(),
    ],
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
      await github.close();
      await stores[Symbol.asyncDispose]();
      github.assertNoViolations();
    },
  };
}

async function readEvents(redis: Redis): Promise<PublishedEvent[]> {
  const entries = await redis.xrange("orb:events", "-", "+");
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? "null") as PublishedEvent);
}
