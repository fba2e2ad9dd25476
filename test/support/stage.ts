import { Redis } from "ioredis";
import { appManifest } from "./app-manifest.ts";
import { type BotSurroundings, WEBHOOK_SECRET } from "./bot/environment.ts";
import { freshStores } from "./servers/stores.ts";
import { LocalGitHub } from "../local-github/local-github.ts";
import type { App, Installation, Repository } from "../local-github/state.ts";

/** A GitHub with `octo/hello` on which the App is installed, empty stores, and what a bot needs to know of them. */
export interface Stage extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly githubApp: App;
  readonly installation: Installation;
  readonly repository: Repository;
  readonly redis: Redis;
  readonly surroundings: BotSurroundings & { readonly redisUrl: string };
  /** From now on GitHub tells this bot what happens, through the door that it has for that. */
  hear(bot: { readonly url: string }): void;
  /** Pushes a branch with one commit to `octo/hello`, and answers the commit's id. */
  pushBranch(branch: string, files?: Record<string, string | null>, message?: string): Promise<string>;
  /** The events of `orb:events` so far, of one project, oldest first. */
  events(project: string): Promise<PublishedEvent[]>;
  /** The same as a consumer acts on them: what a process told and died before it knew is told again, under the same id. */
  eventsOnceEach(project: string): Promise<PublishedEvent[]>;
}

export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  readonly data: Record<string, unknown> & { readonly project: string };
}

/** The state keeps label names in lower case, as GitHub compares them. */
export function lowerCase(labels: readonly string[]): string[] {
  return labels.map((label) => label.toLowerCase());
}

/** Disposing of it fails where a request or an answer broke GitHub's description of its API. */
export async function setStage(): Promise<Stage> {
  const stores = await freshStores();
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
    hear: ({ url }) => {
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
