import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import autocannon from "autocannon";
import { MongoClient } from "mongodb";
import { startMongo } from "../script/services/mongo-server.ts";
import { PACE } from "../src/work/pace.ts";
import { botEnvironment } from "../test/support/bot/environment.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { delivery, type Posted } from "../test/support/webhooks/deliveries.ts";
import { botServer, type MeasuredServer, startPeer } from "./measured-server.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

const CONNECTIONS = 100;
const ROUNDS = 5;
/**
 * While one is measured the other rests, and V8 returns memory; this is long enough that getting it back hardly
 * counts.
 */
const ROUND_SECONDS = 10;
/** Until both are compiled for their work: by measurement, three seconds are too few. */
const WARM_UP_SECONDS = 8;
const RATIO_MIN = 1;
/** Durable storage may cost a little more than forgetting. */
const CPU_RATIO_MAX = 1.2;
const ACK_P99_MS_MAX = 250;
const PEER = "bare Probot";
const ID_HEADER = "x-github-delivery";

interface Measured {
  readonly perSecond: number;
  readonly cpuUsPerDelivery: number;
  readonly p99Ms: number;
  readonly answered: number;
}

/**
 * The webhook endpoint: a process with the role `web` that stores each delivery with a majority's journal
 * before it answers, compared with a bare Probot with an empty handler that stores nothing. The same payload
 * and the same load, in turns.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  // With MongoDB's default memory: limited to half a gigabyte, it soon spends its time on evicting its cache.
  const mongo = stack.use(await startMongo({ sparing: false }));
  const bot = stack.use(
    await startBotProcess({ mongodbUri: mongo.uri }, { pace: PACE, env: { ROLES: "web" } }),
  );
  const environment = { ...botEnvironment({ mongodbUri: "" }), NODE_ENV: "production" };
  const probot = stack.use(await startPeer(new URL("bare-probot.ts", import.meta.url), environment));
  const door = botServer(bot.url);
  const client = stack.use(new MongoClient(mongo.uri));
  const json = await readFile(new URL("../fixtures/webhooks/push.json", import.meta.url), "utf8");
  const push = delivery("push", JSON.parse(json) as object);

  await load(door, push, WARM_UP_SECONDS);
  await load(probot, push, WARM_UP_SECONDS);
  const stored = () => client.db().collection("deliveries").countDocuments();
  const storedBefore = await stored();
  const ours: Measured[] = [];
  const peers: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await load(door, push, ROUND_SECONDS));
    peers.push(await load(probot, push, ROUND_SECONDS));
  }
  const kept = (await stored()) - storedBefore;
  return { name: "webhooks", machine: thisMachine(), rows: toRows(ours, peers, kept) };
}

/** Posts the same push with a new delivery id each time. @throws Error if any answer is not a 2xx */
async function load(server: MeasuredServer, { headers, body }: Posted, seconds: number): Promise<Measured> {
  const { url } = server;
  const path = "/api/github/webhooks";
  const cpuUsBefore = await server.cpuUs();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    setupClient: (client) => sendRepeatedly(client, { method: "POST", path, headers, body }),
  });
  if (result.non2xx > 0 || result.errors > 0 || result["2xx"] === 0)
    throw new Error(
      `${url} answered ${result.non2xx} times without a 2xx and failed to answer ${result.errors} times`,
    );
  const answered = result["2xx"];
  const cpuUsPerDelivery = ((await server.cpuUs()) - cpuUsBefore) / answered;
  return { perSecond: result.requests.average, cpuUsPerDelivery, p99Ms: result.latency.p99, answered };
}

/** Missing in autocannon's types of a connection: the request as it is sent. */
interface Written {
  getRequestBuffer(): Buffer;
}

/** Makes a connection send one request repeatedly, each time with a new delivery id. */
function sendRepeatedly(
  client: autocannon.Client & Partial<Written>,
  { headers, ...request }: autocannon.Request,
): void {
  client.setRequests([{ ...request, headers: { ...headers, [ID_HEADER]: randomUUID() } }]);
  // Built once, with the id written into it: building each one costs about a third of answering it.
  const bytes = client.getRequestBuffer?.();
  if (!bytes) throw new Error("This version of autocannon does not expose the request that it sends");
  const idAt = bytes.indexOf(`${ID_HEADER}: `) + `${ID_HEADER}: `.length;
  client.on("response", () => void bytes.write(randomUUID(), idAt, "latin1"));
}

function toRows(ours: readonly Measured[], peers: readonly Measured[], kept: number): BenchmarkRow[] {
  const perSecond = median(ours.map((one) => one.perSecond));
  const peerPerSecond = median(peers.map((one) => one.perSecond));
  const ratio = median(ours.map((one, round) => one.perSecond / (peers[round]?.perSecond ?? Number.NaN)));
  const cpuUs = median(ours.map((one) => one.cpuUsPerDelivery));
  const peerCpuUs = median(peers.map((one) => one.cpuUsPerDelivery));
  const p99Ms = Math.max(...ours.map((one) => one.p99Ms));
  const peerP99Ms = Math.max(...peers.map((one) => one.p99Ms));
  const answered = ours.reduce((sum, one) => sum + one.answered, 0);
  return [
    compared("acknowledged, median of rounds", {
      unit: "deliveries/s",
      ours: Math.round(perSecond),
      peer: Math.round(peerPerSecond),
      ratio: rounded(ratio),
      goal: `ratio ≥ ${RATIO_MIN}`,
      holds: ratio >= RATIO_MIN,
    }),
    // Other work on the machine changes it little; it does not include the database's part.
    compared("processor time for each, median of rounds", {
      unit: "µs",
      ours: Math.round(cpuUs),
      peer: Math.round(peerCpuUs),
      ratio: rounded(cpuUs / peerCpuUs),
      goal: `ratio ≤ ${CPU_RATIO_MAX}`,
      holds: cpuUs / peerCpuUs <= CPU_RATIO_MAX,
    }),
    compared("acknowledged within, p99 of the worst round", {
      unit: "ms",
      ours: p99Ms,
      peer: peerP99Ms,
      ratio: rounded(p99Ms / peerP99Ms),
      goal: `≤ ${ACK_P99_MS_MAX}`,
      holds: p99Ms <= ACK_P99_MS_MAX,
    }),
    {
      measure: "stored, of those acknowledged",
      unit: "deliveries",
      // The load stops in the middle of requests; those may be stored although their sender is gone.
      ours: Math.min(kept, answered),
      peer: null,
      peerName: null,
      ratio: null,
      goal: `all ${answered}`,
      holds: kept >= answered,
    },
  ];
}

function compared(measure: string, row: Omit<BenchmarkRow, "measure" | "peerName">): BenchmarkRow {
  return { measure, peerName: PEER, ...row };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
