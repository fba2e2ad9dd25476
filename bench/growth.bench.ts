import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Db, MongoClient } from "mongodb";
import { compressSync } from "snappy";
import { startMongo } from "../script/services/mongo-server.ts";
import { PACE } from "../src/work/pace.ts";
import { aboutOf } from "../src/deliveries/rules/about.ts";
import { ask } from "../test/support/bot/api.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { fill } from "../test/support/history/fill.ts";
import { newSharedWork } from "../src/mongo/queue/shared-work.ts";
import { historicDelivery, historicProject } from "../test/support/history/others.ts";
import {
  headOf,
  historicRecord,
  LIVE,
  LONG_LIVED,
  RARE_WORD,
  REPOSITORY,
} from "../test/support/history/records.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

const SMALL = 100;
const SIZES = [SMALL, 20_000, 200_000];
const RATIO_MAX = 1.5;
const ROUNDS = 6;
/** What a check run of a round waits at most; those that are not handled by then are counted as not handled. */
const ROUND_MS_MAX = 3_000;
const CHECK_RUNS = 500;
const ASKS_PER_ROUND = 8;

const pullRequests = "/api/v1/pull-requests?limit=20";
const QUESTIONS: readonly { readonly what: string; readonly path: string; readonly after?: boolean }[] = [
  { what: "pull requests", path: pullRequests },
  { what: "pull requests, the next page", path: pullRequests, after: true },
  { what: "pull requests that are open", path: `${pullRequests}&status=open` },
  { what: "pull requests that are merged", path: `${pullRequests}&status=merged` },
  { what: "pull requests of a repository", path: `${pullRequests}&repository=${REPOSITORY}` },
  { what: "open ones of a repository", path: `${pullRequests}&repository=${REPOSITORY}&status=open` },
  { what: "pull requests of a project", path: `${pullRequests}&project=${LONG_LIVED}` },
  { what: "open ones of a project", path: `${pullRequests}&project=${LONG_LIVED}&status=open` },
  { what: "pull requests with two words", path: `${pullRequests}&q=add+export` },
  { what: "the one with a rare word", path: `${pullRequests}&q=${RARE_WORD}` },
  { what: "the one with a number", path: `${pullRequests}&q=%2357` },
  { what: "projects", path: "/api/v1/projects?limit=20" },
  { what: "projects, the next page", path: "/api/v1/projects?limit=20", after: true },
  { what: "projects in review", path: "/api/v1/projects?limit=20&status=in_review" },
  { what: "deliveries", path: "/api/v1/deliveries?limit=20" },
  { what: "deliveries, the next page", path: "/api/v1/deliveries?limit=20", after: true },
  { what: "deliveries that were handled", path: "/api/v1/deliveries?limit=20&status=done" },
  { what: "/metrics", path: "/metrics" },
];

/** A bot with a database of one size. */
interface Grown {
  readonly size: number;
  readonly db: Db;
  readonly url: string;
  readonly paths: readonly string[];
}

/**
 * What a history costs: check runs handled in a second, and the time of each list and of `/metrics`, with 100, 20 000 and 200 000
 * records, projects and deliveries. As many records as ever are open; only the number of those that have ended grows. All sizes are measured in turns, and the
 * best of many turns counts: other work on the machine only makes one worse.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const mongo = stack.use(await startMongo({ sparing: false }));
  const client = stack.use(new MongoClient(mongo.uri));
  const grown: Grown[] = [];
  for (const size of SIZES) {
    const uri = new URL(mongo.uri);
    uri.pathname = `/growth-${size}`;
    const db = client.db(`growth-${size}`);
    await grow(db, size);
    const bot = stack.use(await startBotProcess({ mongodbUri: uri.toString() }, { pace: PACE }));
    grown.push({ size, db, url: bot.url, paths: await pathsOf(bot.url) });
  }
  for (const one of grown) await checkRunsPerSecond(one);
  for (const one of grown) await askAll(one);
  const rates = grown.map(() => [] as number[]);
  const times = grown.map(() => QUESTIONS.map(() => [] as number[]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, one] of grown.entries()) rates[place]?.push(await checkRunsPerSecond(one));
  }
  for (let round = 0; round < ROUNDS * ASKS_PER_ROUND; round++) {
    for (const [place, one] of grown.entries()) {
      for (const [index, ms] of (await askAll(one)).entries()) times[place]?.[index]?.push(ms);
    }
  }
  return { name: "growth", machine: thisMachine(), rows: toRows(rates, times) };
}

/** Before the bot starts, so that its indexes are built at once. */
async function grow(db: Db, size: number): Promise<void> {
  await fill(db, "pull_requests", { count: size, document: historicRecord });
  await fill(db, "deliveries", { count: size, document: (index) => ({ ...historicDelivery(index) }) });
  await fill(db, "projects", { count: size, document: (index) => ({ ...historicProject(index) }) });
}

/** The paths of all questions. A next page begins where the first one ends. */
async function pathsOf(url: string): Promise<string[]> {
  return Promise.all(
    QUESTIONS.map(async ({ path, after = false }) => {
      if (!after) return path;
      const { nextCursor } = (await (await ask(url, path)).json()) as { nextCursor: string };
      return `${path}&cursor=${nextCursor}`;
    }),
  );
}

/** @returns milliseconds for each question */
async function askAll({ url, paths }: Grown): Promise<number[]> {
  const times: number[] = [];
  for (const path of paths) {
    const startedMs = performance.now();
    const response = await ask(url, path);
    const answer = await response.text();
    times.push(performance.now() - startedMs);
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${answer}`);
  }
  return times;
}

/** Stores check runs of open pull requests, each with a commit of its own kind, and waits until they are handled. */
async function checkRunsPerSecond({ db }: Grown): Promise<number> {
  const deliveries = db.collection<{ _id: string }>("deliveries");
  const round = randomUUID();
  const now = new Date();
  await deliveries.insertMany(
    Array.from({ length: CHECK_RUNS }, (_, index) => {
      const payload = checkRun(index % LIVE.open, index);
      const kept = compressSync(Buffer.from(JSON.stringify(payload)));
      return {
        ...historicDelivery(index),
        ...aboutOf(payload),
        // Several checks about one commit would wait for each other.
        about: `${round}/${index}`,
        _id: `${round}/${index}`,
        receivedAt: now,
        payload: kept,
        status: "pending",
        work: newSharedWork(now, { share: "octo", urgent: true }),
      };
    }),
  );
  const startedMs = performance.now();
  const left = () => deliveries.countDocuments({ status: "pending", "work.dueAt": { $ne: null } });
  let pending = await left();
  while (pending > 0 && performance.now() - startedMs < ROUND_MS_MAX) {
    await delay(100);
    pending = await left();
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  await deliveries.deleteMany({ _id: { $regex: `^${round}/` } });
  return (CHECK_RUNS - pending) / seconds;
}

/** A check run on the head of an open record, such as GitHub sends one for each job of a workflow. */
function checkRun(record: number, job: number) {
  return {
    action: "completed",
    check_run: {
      head_sha: headOf(record),
      name: `job ${job}`,
      app: { id: 99 },
      check_suite: { head_branch: historicRecord(record).branch },
    },
    repository: { id: 1, full_name: REPOSITORY },
    sender: { login: "github-actions[bot]", type: "Bot" },
    installation: { id: 7 },
  };
}

function toRows(rates: readonly number[][], times: readonly number[][][]): BenchmarkRow[] {
  return SIZES.flatMap((size, place) => {
    if (size === SMALL) return [];
    const perSecond = row("check runs handled", size, {
      unit: "deliveries/s",
      ours: Math.max(...(rates[place] ?? [])),
      peer: Math.max(...(rates[0] ?? [])),
      growing: (ours, peer) => peer / ours,
    });
    const asked = QUESTIONS.map(({ what }, question) =>
      row(what, size, {
        unit: "ms",
        ours: Math.min(...(times[place]?.[question] ?? [])),
        peer: Math.min(...(times[0]?.[question] ?? [])),
        growing: (ours, peer) => ours / peer,
      }),
    );
    asked.unshift(perSecond);
    return asked;
  });
}

function row(
  what: string,
  size: number,
  {
    unit,
    ours,
    peer,
    growing,
  }: { unit: string; ours: number; peer: number; growing: (ours: number, peer: number) => number },
): BenchmarkRow {
  const ratio = growing(ours, peer);
  return {
    measure: `${what}, of ${size.toLocaleString("en").replaceAll(",", " ")}`,
    unit,
    ours: rounded(ours),
    peer: rounded(peer),
    peerName: `${SMALL} records`,
    ratio: rounded(ratio),
    goal: `costs ≤ ${RATIO_MAX} times`,
    holds: ratio <= RATIO_MAX,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
