import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";
import { seedRepository } from "../../fixtures/meta-agent/seed-repository.ts";
import { appManifest } from "../../test/support/app-manifest.ts";
import { LocalGitHub } from "../../test/local-github/local-github.ts";
import type { App, Repository } from "../../test/local-github/state.ts";
import type { Account } from "../../test/local-github/account.ts";
import type { OrbError } from "../../src/errors.ts";
import { startMongo } from "../services/mongo-server.ts";
import { startRedis } from "../services/redis-server.ts";
import { MovingBot } from "./moving-bot.ts";
import type { Reporter } from "./reporter.ts";

const OWNER = "orb-demo";
const execFileAsync = promisify(execFile);

/** Everything that the walkthrough needs. Disposing of it stops every server and deletes every file. */
export interface Stage extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly repository: Repository;
  /** `owner/name` */
  readonly fullName: string;
  readonly gitUrl: string;
  /** The checks that a pull request into its default branch must pass. */
  readonly requiredChecks: readonly string[];
  /** A maintainer: approves and merges. */
  readonly reviewer: Account;
  /** May push to the repository. */
  readonly gitToken: string;
  readonly botUrl: string;
  /** Resolves if the bot ends before the stage is disposed of. */
  readonly botDied: Promise<OrbError>;
  readonly adminToken: string;
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly workspaceRoot: string;
  readonly botLog: string;
  /** Sets the bot's clock forward, which takes a restart. */
  readonly passHours: (hours: number) => Promise<void>;
}

interface StageOptions {
  /** Of the bot; 0 for any free one. */
  readonly port: number;
  readonly reporter: Reporter;
  /** Of the bot, where they differ from those of the demo, by the names of their variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts the servers, the local GitHub with the sample's repository, and the bot.
 */
export async function setStage(
  project: SampleProject,
  { port, reporter, settings = {} }: StageOptions,
): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "orb-demo-"));
  stack.defer(() => removeFolder(folder));
  const [mongo, redis] = await Promise.all([startMongo(), startRedis()]);
  for (const server of [mongo, redis]) stack.use(server);
  reporter.step("stores", "MongoDB (a replica set of one) and Redis are up");

  const github = await LocalGitHub.start();
  stack.defer(() => github.close());
  const { repository, app, pusher, reviewer } = await populate(github, project);
  const fullName = `${OWNER}/${repository.name}`;
  const gitUrl = `${github.url}/${fullName}.git`;
  const gitToken = github.userToken(pusher);
  reporter.step("github", `a local GitHub at ${github.url}, with ${fullName} and the App installed on it`);

  const adminToken = process.env["ADMIN_TOKEN"] ?? `orb_${randomBytes(32).toString("base64url")}`;
  const webhookSecret = randomBytes(20).toString("hex");
  const botLog = join(folder, "bot.log");
  const workspaceRoot = join(folder, "workspaces");
  await mkdir(workspaceRoot);
  const environment = {
    ...credentialsOf(app),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    MONGODB_URI: mongo.uri,
    REDIS_URL: redis.uri,
    ADMIN_TOKEN: adminToken,
    // The walk asks every moment whether something has happened, with the token that the reader of the demo has too.
    RATE_LIMITS: "read=3000",
    WORKSPACE_ROOT: workspaceRoot,
    WORKSPACE_ARCHIVE: join(folder, "archives"),
    HOST: "127.0.0.1",
    PORT: String(port),
    ...settings,
  };
  const bot = await MovingBot.start(environment, botLog);
  stack.use(bot);
  app.webhook = { url: `${bot.url}/api/github/webhooks`, secret: webhookSecret };
  reporter.step("bot", `Orb bot at ${bot.url}`);

  const release = stack.move();
  return {
    github,
    repository,
    fullName,
    requiredChecks: project.repository.mergeRules.checks,
    reviewer,
    gitUrl,
    gitToken,
    botUrl: bot.url,
    botDied: bot.died,
    adminToken,
    mongodbUri: mongo.uri,
    redisUrl: redis.uri,
    workspaceRoot,
    botLog,
    passHours: (hours) => bot.passHours(hours),
    [Symbol.asyncDispose]: () => release.disposeAsync(),
  };
}

function credentialsOf(app: App) {
  return { APP_ID: String(app.id), PRIVATE_KEY: app.privateKeyPem };
}

async function removeFolder(folder: string): Promise<void> {
  // The fence in the place of a removed workspace is read-only.
  await execFileAsync("chmod", ["-R", "u+rwX", folder]);
  await rm(folder, { recursive: true, force: true });
}

/** The sample's repository with its people and issues, with the App installed on it. */
async function populate(
  github: LocalGitHub,
  { repository: sample }: SampleProject,
): Promise<{ repository: Repository; app: App; pusher: Account; reviewer: Account }> {
  const owner = github.createOrganization(OWNER);
  const { name, description, defaultBranch } = sample;
  const repository = await github.createRepository({ owner, name, description, defaultBranch, files: null });
  let reviewer = github.octocat;
  for (const { login, role } of sample.collaborators) {
    const person = github.createUser(login);
    github.addCollaborator(repository, person, role);
    if (role === "maintain") reviewer = person;
  }
  const pusher = github.octocat;
  const gitToken = github.userToken(pusher);
  await seedRepository({ repository: sample, gitUrl: `${github.url}/${OWNER}/${name}.git`, gitToken });
  for (const issue of sample.issues) await github.openIssue(repository, issue);
  await github.addRuleset(repository, { name: "Reviews and tests", rules: toRules(sample.mergeRules) });
  const app = github.createApp({ slug: "orb-bot", ...(await appManifest()) });
  await github.install(app, owner, { repositories: [repository] });
  return { repository, app, pusher, reviewer };
}

/** In the form of https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset. */
function toRules({ approvals, codeOwnerReview, checks }: SampleProject["repository"]["mergeRules"]) {
  return [
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: approvals,
        require_code_owner_review: codeOwnerReview,
        dismiss_stale_reviews_on_push: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: checks.map((context) => ({ context })),
      },
    },
  ];
}
