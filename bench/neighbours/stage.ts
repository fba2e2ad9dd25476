import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { NODE_FLAGS } from "../../script/services/node-flags.ts";
import { startMongo } from "../../script/services/mongo-server.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { PACE } from "../../src/work/pace.ts";
import { appManifest } from "../../test/support/app-manifest.ts";
import { sendSignals } from "../../test/support/bot/api.ts";
import { botEnvironment } from "../../test/support/bot/environment.ts";
import { eventually } from "../../test/support/eventually.ts";
import { completion } from "../../test/support/signals.ts";
import { LocalGitHub } from "../../test/local-github/local-github.ts";
import type { Repository } from "../../test/local-github/state.ts";
import { fullName } from "../../test/local-github/world.ts";
import { Records } from "../publish-records.ts";

const WATCH = new URL("watch-loop.ts", import.meta.url);
const LEASE_MS = 30_000;
const REQUESTS_PER_HOUR = 1_000_000;
/** A bot that does not answer for so long is held up for at least as long. */
const ANSWER_MS_MAX = 10_000;

export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A GitHub with the App, and one process of a bot. */
export interface Stage {
  readonly github: LocalGitHub;
  readonly pullRequests: ReturnType<ReturnType<MongoClient["db"]>["collection"]>;
  /** An organization with one repository, on which the App is installed. */
  settle(owner: string, files?: Record<string, string>): Promise<Repository>;
  /** Pushes branches and signals their completions. @returns the projects */
  complete(repository: Repository, count: number, files?: Record<string, string>): Promise<string[]>;
  /** From the signal to the open pull request; `patienceMs` if that takes longer. */
  openedAfterMs(project: string, patienceMs: number): Promise<number>;
  /** How long the bot's event loop was held up since the last question. */
  loopDelay(): Promise<LoopDelay>;
}

/** @param root the folder of the bot's files @param stack disposes of everything that was started */
export async function setStage(root: string | null, stack: AsyncDisposableStack): Promise<Stage> {
  const mongo = stack.use(await startMongo());
  const redis = stack.use(await startRedis());
  const github = await LocalGitHub.start({ checkSchemas: false });
  stack.defer(() => github.close());
  const app = github.createApp({ slug: "orb-bot", ...(await appManifest()) });
  github.rateLimits.setApp(app.id, { limit: REQUESTS_PER_HOUR });
  const env = botEnvironment({
    mongodbUri: mongo.uri,
    redisUrl: redis.uri,
    github: { apiUrl: github.apiUrl, appId: app.id, privateKeyPem: app.privateKeyPem },
  });
  const bot = await startBot(root, env);
  stack.defer(() => stop(bot.child));
  const records = stack.use(await Records.connect(mongo.uri));
  const client = stack.use(await MongoClient.connect(mongo.uri));
  return {
    github,
    pullRequests: client.db().collection("pull_requests"),
    settle: async (name, files = {}) => {
      const owner = github.createOrganization(name);
      const all = { "README.md": "# Hello\n", ...files };
      const repository = await github.createRepository({ owner, name: "hello", files: all });
      const { id } = await github.install(app, owner, { repositories: "all" });
      // Looks at thousands of pull requests are an hour's work.
      github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR });
      github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR, resource: "graphql" });
      return repository;
    },
    complete: async (repository, count, changed) => {
      const projects = Array.from({ length: count }, () => `bench-${randomUUID().slice(0, 8)}`);
      const signals = [];
      for (const project of projects) {
        const branch = `agent/${project}`;
        const files = changed ?? { [`${project}.ts`]: "export const measured = true;\n" };
        await github.pushFiles(repository, { branch, from: "main", files, message: "Measure" });
        signals.push(completion(project, { repository: fullName(repository), branch, type: "feature" }));
      }
      await sendSignals(bot.url, signals);
      return projects;
    },
    openedAfterMs: async (project, patienceMs) => {
      try {
        return await eventually(project, () => records.openedAfterMs(project), patienceMs);
      } catch {
        return patienceMs;
      }
    },
    loopDelay: async () => {
      const signal = AbortSignal.timeout(ANSWER_MS_MAX);
      const answered = once(bot.child, "message", { signal }) as Promise<[LoopDelay]>;
      bot.child.send("loop delay");
      const [delay] = await answered.catch(() => [{ p99Ms: ANSWER_MS_MAX, maxMs: ANSWER_MS_MAX }]);
      return delay ?? { p99Ms: Number.NaN, maxMs: Number.NaN };
    },
  };
}

async function startBot(root: string | null, env: Record<string, string>) {
  const here = fileURLToPath(new URL("../..", import.meta.url));
  const child = fork(join(root ?? here, "test/support/bot/main.ts"), {
    execArgv: [...NODE_FLAGS, "--import", WATCH.href],
    env: {
      ...process.env,
      ...env,
      NODE_OPTIONS: "",
      ORB_TEST_LEASE_MS: String(LEASE_MS),
      ORB_TEST_PACE: JSON.stringify(PACE),
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [message] = (await once(child, "message")) as [{ url: string }];
  return { child, url: message.url };
}

/** It may be in the middle of work that takes long, and what it does no longer matters. */
async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
