import autocannon from "autocannon";
import { type Db, MongoClient } from "mongodb";
import { startMongo } from "../script/services/mongo-server.ts";
import { NODE_FLAGS } from "../script/services/node-flags.ts";
import { startRedis } from "../script/services/redis-server.ts";
import { keyOf } from "../src/pull-requests/record/record.ts";
import { PACE } from "../src/work/pace.ts";
import { ask } from "../test/support/bot/api.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { fill } from "../test/support/history/fill.ts";
import { historicProject } from "../test/support/history/others.ts";
import { historicRecord } from "../test/support/history/records.ts";
import { makeUsers, readsOf, requestsOf, type Stock, type User } from "./api/users.ts";
import { botServer, type MeasuredServer, startPeer } from "./measured-server.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

const USERS = 100;
/** Of each server, in all rounds together. */
const SECONDS = Number(process.env["ORB_API_SECONDS"] ?? 60);
const ROUNDS = 6;
/** Until both are compiled for their work. */
const WARM_UP_SECONDS = Math.min(8, SECONDS);
/** Each write needs another one. */
const RECORDS = 20_000;
const PROJECTS = 2_000;
const ASKED_ABOUT = 500;
const CPU_RATIO_MAX = 1.2;
const P99_MS_MAX = 100;
const PEER = "bare Fastify";
const TOO_MANY = "429";
/** The most that a limit may be, so that nearly nobody is refused. The users come from addresses of their own, behind a proxy. */
const LIMITS = {
  RATE_LIMITS: "read=10000,write=10000,admin=10000,anonymous=10000",
  TRUSTED_PROXIES: "127.0.0.1",
};

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
  readonly tooMany: number;
  readonly failed: number;
}

interface Load {
  readonly users: readonly User[];
  readonly stock: Stock;
  readonly nextId: () => string;
}

/**
 * The API under 100 users at once, each with a token, who read nine times for each change: a process with the role `web`, beside a
 * bare Fastify with the same routes on the same MongoDB. In turns, because other work on the machine comes and goes.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  // With MongoDB's default memory: limited to half a gigabyte, it soon spends its time on evicting its cache.
  const mongo = stack.use(await startMongo({ sparing: false }));
  const redis = stack.use(await startRedis());
  const client = stack.use(new MongoClient(mongo.uri));
  const stock = await stockUp(client.db());
  const surroundings = { mongodbUri: mongo.uri, redisUrl: redis.uri, limits: LIMITS };
  const started = await startBotProcess(surroundings, {
    pace: PACE,
    env: { ROLES: "web" },
    flags: NODE_FLAGS,
  });
  const bot = botServer(stack.use(started).url);
  const peer = stack.use(
    await startPeer(new URL("api/bare-fastify.ts", import.meta.url), {
      MONGODB_URI: mongo.uri,
      NODE_ENV: "production",
    }),
  );
  const users = await makeUsers(bot.url, USERS);
  await requireSameBodies(bot, peer, stock);

  let next = 0;
  const nextId = () => stock.ids[next++ % stock.ids.length] ?? "";
  const load: Load = { users, stock: { ...stock, ids: stock.ids.slice(0, ASKED_ABOUT) }, nextId };
  for (const server of [bot, peer]) await measure(server, load, WARM_UP_SECONDS);
  const [ours, peers]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measure(bot, load, SECONDS / ROUNDS));
    peers.push(await measure(peer, load, SECONDS / ROUNDS));
  }
  return { name: "api", machine: thisMachine(), rows: toRows(ours, peers) };
}

/** Open pull requests, one of each project of the first ones, and projects. */
async function stockUp(db: Db): Promise<Stock> {
  const projects = Array.from({ length: PROJECTS }, (_, index) => historicProject(index)._id);
  const record = (index: number) => {
    const project = projects[index % PROJECTS] ?? "";
    const name = { project, repository: `octo/repository-${index % 500}`, branch: `agent/change-${index}` };
    // The first one is open.
    return { ...historicRecord(0), ...name, key: keyOf(name) };
  };
  await fill(db, "pull_requests", { count: RECORDS, document: record });
  await fill(db, "projects", { count: PROJECTS, document: (index) => ({ ...historicProject(index) }) });
  const records = await db.collection("pull_requests").find().project({ _id: 1 }).toArray();
  return { ids: records.map(({ _id }) => String(_id)), projects: projects.slice(0, ASKED_ABOUT) };
}

/** @throws Error if the two do not answer a question with the same body */
async function requireSameBodies(bot: MeasuredServer, peer: MeasuredServer, stock: Stock): Promise<void> {
  for (const path of readsOf(stock, 0)) {
    const [ours, others] = [await ask(bot.url, path), await fetch(`${peer.url}${path}`)];
    const [own, other] = [await ours.text(), await others.text()];
    if (!ours.ok || !others.ok || own !== other)
      throw new Error(`${path} was answered with ${ours.status} and ${own}, by the peer with ${other}`);
  }
}

async function measure(server: MeasuredServer, load: Load, seconds: number): Promise<Measured> {
  const { users, stock, nextId } = load;
  const cpuUsBefore = await server.cpuUs();
  let clients = 0;
  const result = await autocannon({
    url: server.url,
    connections: users.length,
    duration: seconds,
    setupClient: (client) => {
      const offset = clients++ % users.length;
      const user = users[offset];
      if (user) client.setRequests(requestsOf(user, { stock, offset, nextId }));
    },
  });
  const cpuUs = (await server.cpuUs()) - cpuUsBefore;
  const { "2xx": answered, non2xx, errors, requests, latency } = result;
  if (answered === 0) throw new Error(`${server.url} has answered nothing as it should`);
  const tooMany = result.statusCodeStats?.[TOO_MANY]?.count ?? 0;
  return {
    perSecond: requests.average,
    cpuUs: cpuUs / (answered + non2xx),
    p99Ms: latency.p99,
    tooMany,
    failed: non2xx - tooMany + errors,
  };
}

function toRows(ours: readonly Measured[], peers: readonly Measured[]): BenchmarkRow[] {
  const ratio = median(ours.map(({ cpuUs }, round) => cpuUs / (peers[round]?.cpuUs ?? Number.NaN)));
  const p99Ms = median(ours.map((one) => one.p99Ms));
  const failed = sum(ours.map((one) => one.failed));
  const row = (
    measure: string,
    of: (one: Measured) => number,
    rest: Pick<BenchmarkRow, "unit" | "goal" | "holds">,
  ) => {
    const [own, other] = [median(ours.map(of)), median(peers.map(of))];
    const shown = { ours: Math.round(own), peer: Math.round(other), peerName: PEER };
    return { measure, ...shown, ratio: rounded(own / other), ...rest };
  };
  return [
    {
      ...row("processor time for each request, median of rounds", ({ cpuUs }) => cpuUs, {
        unit: "µs",
        goal: `ratio ≤ ${CPU_RATIO_MAX}`,
        holds: ratio <= CPU_RATIO_MAX,
      }),
      ratio: rounded(ratio),
    },
    row("answered within, p99, median of rounds", (one) => one.p99Ms, {
      unit: "ms",
      goal: `≤ ${P99_MS_MAX}`,
      holds: p99Ms <= P99_MS_MAX,
    }),
    row("answered, median of rounds", ({ perSecond }) => perSecond, {
      unit: "requests/s",
      goal: "shown only",
      holds: true,
    }),
    alone("failed, other than by 429", { ours: failed, goal: "none", holds: failed === 0 }),
    alone("refused with 429", {
      ours: sum(ours.map(({ tooMany }) => tooMany)),
      goal: "shown only",
      holds: true,
    }),
  ];
}

function alone(measure: string, row: Pick<BenchmarkRow, "ours" | "goal" | "holds">): BenchmarkRow {
  return { measure, unit: "requests", peer: null, peerName: null, ratio: null, ...row };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
