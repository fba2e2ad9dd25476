import { randomUUID } from "node:crypto";
import { ProbotOctokit } from "probot";
import { startRedis } from "../script/services/redis-server.ts";
import { startMongo } from "../script/services/mongo-server.ts";
import { PACE } from "../src/work/pace.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { appManifest } from "../test/support/app-manifest.ts";
import { sendSignals } from "../test/support/bot/api.ts";
import { eventually } from "../test/support/eventually.ts";
import { completion } from "../test/support/signals.ts";
import { LocalGitHub } from "../test/local-github/local-github.ts";
import type { Repository } from "../test/local-github/state.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";
import { Records } from "./publish-records.ts";

/** Two writes each: the bot keeps to the 80 per minute that GitHub allows, and would wait for more. */
const WARM_RUNS = 30;
const REQUESTS_WARM_MAX = 3;
const OPEN_P50_MS_MAX = 250;
const LABELS = ["ai-generated", "type: feature", "size: XS"];

interface Sample {
  readonly requests: number;
  readonly durationMs: number;
}

/**
 * What a pull request costs: requests to GitHub, and time from the signal being stored to the pull request
 * being open with its labels. The peer does the same three things with a bare Octokit and remembers nothing: it
 * loses everything if it dies, but it has nothing to store either.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const mongo = stack.use(await startMongo());
  const redis = stack.use(await startRedis());
  const github = await LocalGitHub.start({ checkSchemas: false });
  stack.defer(() => github.close());
  const owner = github.createOrganization("octo");
  const repository = await github.createRepository({
    owner,
    name: "hello",
    files: { "README.md": "# Hello\n" },
  });
  const app = github.createApp({ slug: "orb-bot", ...(await appManifest()) });
  const installation = await github.install(app, owner, { repositories: "all" });
  const credentials = { appId: app.id, privateKeyPem: app.privateKeyPem };
  const records = stack.use(await Records.connect(mongo.uri));

  const surroundings = {
    mongodbUri: mongo.uri,
    redisUrl: redis.uri,
    github: { apiUrl: github.apiUrl, ...credentials },
  };
  const bot = stack.use(await startBotProcess(surroundings, { pace: PACE }));
  const ours = async (): Promise<Sample> => {
    const branch = await pushBranch(github, repository);
    const mark = github.requests.mark();
    await sendSignals(bot.url, [completion(branch, { branch: `agent/${branch}`, type: "feature" })]);
    const durationMs = await eventually("the pull request", () => records.openedAfterMs(branch));
    return { requests: github.requests.since(mark).length, durationMs };
  };
  const peer = barePeer(github, repository, { ...credentials, installationId: installation.id });

  const cold = await ours();
  const coldPeer = await peer();
  const warm: Sample[] = [];
  const warmPeer: Sample[] = [];
  // In turns, so that other work on the machine affects both.
  for (let run = 0; run < WARM_RUNS; run++) {
    warm.push(await ours());
    warmPeer.push(await peer());
  }
  return { name: "publish", machine: thisMachine(), rows: toRows({ cold, coldPeer, warm, warmPeer }) };
}

async function pushBranch(github: LocalGitHub, repository: Repository): Promise<string> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const files = { [`${name}.ts`]: "export const measured = true;\n" };
  await github.pushFiles(repository, { branch: `agent/${name}`, from: "main", files, message: "Measure" });
  return name;
}

/** Compare, create, label: like a Probot app that does its work directly in the event's handler. */
function barePeer(
  github: LocalGitHub,
  repository: Repository,
  auth: { appId: number; privateKeyPem: string; installationId: number },
): () => Promise<Sample> {
  const octokit = new ProbotOctokit({
    baseUrl: github.apiUrl,
    throttle: { enabled: false },
    auth: { appId: auth.appId, privateKey: auth.privateKeyPem, installationId: auth.installationId },
  });
  const route = { owner: "octo", repo: repository.name };
  return async () => {
    const name = await pushBranch(github, repository);
    const mark = github.requests.mark();
    const startedAtMs = performance.now();
    await octokit.rest.repos.compareCommitsWithBasehead({ ...route, basehead: `main...agent/${name}` });
    const { data } = await octokit.rest.pulls.create({
      ...route,
      head: `agent/${name}`,
      base: "main",
      title: name,
    });
    await octokit.rest.issues.addLabels({ ...route, issue_number: data.number, labels: LABELS });
    return { requests: github.requests.since(mark).length, durationMs: performance.now() - startedAtMs };
  };
}

function toRows(samples: {
  cold: Sample;
  coldPeer: Sample;
  warm: Sample[];
  warmPeer: Sample[];
}): BenchmarkRow[] {
  const { cold, coldPeer, warm, warmPeer } = samples;
  // The median, because sometimes the bot looks at an earlier pull request at the same time.
  const requests = percentile(requestsOf(warm), 0.5);
  const p50 = percentile(durationsOf(warm), 0.5);
  const none = { goal: "shown only", holds: true };
  return [
    row("requests to GitHub, first in a process", "requests", cold.requests, coldPeer.requests, none),
    row(
      "requests to GitHub, later ones (median)",
      "requests",
      requests,
      percentile(requestsOf(warmPeer), 0.5),
      {
        goal: `≤ ${REQUESTS_WARM_MAX}`,
        holds: requests <= REQUESTS_WARM_MAX,
      },
    ),
    row("signal stored → open, first in a process", "ms", cold.durationMs, coldPeer.durationMs, none),
    row("signal stored → open, p50", "ms", p50, percentile(durationsOf(warmPeer), 0.5), {
      goal: `< ${OPEN_P50_MS_MAX}`,
      holds: p50 < OPEN_P50_MS_MAX,
    }),
    row(
      "signal stored → open, p95",
      "ms",
      percentile(durationsOf(warm), 0.95),
      percentile(durationsOf(warmPeer), 0.95),
      none,
    ),
  ];
}

function row(
  measure: string,
  unit: string,
  ours: number,
  peer: number,
  { goal, holds }: Pick<BenchmarkRow, "goal" | "holds">,
): BenchmarkRow {
  const ratio = Math.round((ours / peer) * 100) / 100;
  return {
    measure,
    unit,
    ours: Math.round(ours),
    peer: Math.round(peer),
    peerName: "bare Octokit",
    ratio,
    goal,
    holds,
  };
}

function requestsOf(samples: readonly Sample[]): number[] {
  return samples.map(({ requests }) => requests);
}

function durationsOf(samples: readonly Sample[]): number[] {
  return samples.map(({ durationMs }) => durationMs);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
