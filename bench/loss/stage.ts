import { freePort } from "../../script/services/free-port.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { PACE } from "../../src/work/pace.ts";
import { appManifest } from "../../test/support/app-manifest.ts";
import { sendSignals } from "../../test/support/bot/api.ts";
import { type BotSurroundings, WEBHOOK_SECRET } from "../../test/support/bot/environment.ts";
import { startBotProcess } from "../../test/support/bot/process.ts";
import { Effects } from "../../test/support/effects.ts";
import { eventually } from "../../test/support/eventually.ts";
import { MortalMongo } from "../../test/support/servers/mortal-mongo.ts";
import { completion } from "../../test/support/signals.ts";
import { LocalGitHub } from "../../test/local-github/local-github.ts";
import type { App, Repository } from "../../test/local-github/state.ts";
import type { Account } from "../../test/local-github/account.ts";
import { Inbox } from "./inbox.ts";

/** A minute of GitHub's pace has room for three writes each for this many, without waiting for the next minute. */
const PULL_REQUESTS = 26;
const OPENED_MS_MAX = 180_000;
const REQUESTS_PER_HOUR = 100_000;

/** A GitHub with open pull requests of the bot, and servers for the bot, which is not running yet. */
export interface LossStage {
  readonly github: LocalGitHub;
  readonly app: App;
  readonly repository: Repository;
  readonly reviewer: Account;
  readonly effects: Effects;
  readonly surroundings: BotSurroundings;
  readonly mongo: MortalMongo;
  readonly inbox: Inbox;
  /** The bot's address, the same after each restart. */
  readonly port: number;
}

/** For a stage that is not in the present. */
interface Clocks {
  /** GitHub's clock. */
  readonly now?: () => Date;
  /** How far the clock of the bot that opens the pull requests is ahead. */
  readonly botClockMs?: number;
}

/** Sets the stage; `stack` disposes of everything that it started. */
export async function setLossStage(
  stack: AsyncDisposableStack,
  { now = () => new Date(), botClockMs = 0 }: Clocks = {},
): Promise<LossStage> {
  const mongo = stack.use(await MortalMongo.start());
  const redis = stack.use(await startRedis());
  const github = await LocalGitHub.start({ checkSchemas: false, now });
  stack.defer(() => github.close());
  const owner = github.createOrganization("octo");
  const files = { "README.md": "# Hello\n" };
  const repository = await github.createRepository({ owner, name: "hello", files });
  const reviewer = github.createUser("ines");
  github.addCollaborator(repository, reviewer, "write");
  const port = await freePort();
  const app = github.createApp({
    slug: "orb-bot",
    ...(await appManifest()),
  });
  pointWebhookAt({ app }, `http://127.0.0.1:${port}`);
  const effects = new Effects(github, app);
  const surroundings = {
    mongodbUri: mongo.uri,
    redisUrl: redis.uri,
    github: { apiUrl: github.apiUrl, appId: app.id, privateKeyPem: app.privateKeyPem },
  };
  {
    const env = { PORT: String(port) };
    await using bot = await startBotProcess(surroundings, { env, pace: PACE, clockMs: botClockMs });
    const { id } = await github.install(app, owner, { repositories: "all" });
    // A run plays hours of a repository's life in a few minutes; the hourly limit of five thousand would stop
    // it.
    github.rateLimits.setApp(app.id, { limit: REQUESTS_PER_HOUR });
    github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR });
    github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR, resource: "graphql" });
    await openPullRequests({ github, repository, botUrl: bot.url });
  }
  const inbox = stack.use(await Inbox.connect(mongo.uri));
  return { github, app, repository, reviewer, effects, surroundings, mongo, inbox, port };
}

/** From now on GitHub sends its webhooks to this address. */
export function pointWebhookAt({ app }: Pick<LossStage, "app">, url: string): void {
  app.webhook = { url: `${url}/api/github/webhooks`, secret: WEBHOOK_SECRET };
}

async function openPullRequests({
  github,
  repository,
  botUrl,
}: {
  github: LocalGitHub;
  repository: Repository;
  botUrl: string;
}): Promise<void> {
  for (let index = 1; index <= PULL_REQUESTS; index++) {
    const branch = `agent/task-${index}`;
    const files = { [`src/task-${index}.ts`]: "export {};\n" };
    await github.pushFiles(repository, { branch, from: "main", files, message: "Begin" });
    await sendSignals(botUrl, [completion(`task-${index}`, { branch, type: "feature" })]);
  }
  const areOpen = () => repository.pullRequests.size === PULL_REQUESTS;
  await eventually("all pull requests", areOpen, OPENED_MS_MAX);
  await github.webhooks.drain();
}
