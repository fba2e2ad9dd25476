import { readFile } from "node:fs/promises";
import { MongoClient } from "mongodb";
import { startMongo } from "../script/services/mongo-server.ts";
import { PACE } from "../src/work/pace.ts";
import { botEnvironment } from "../test/support/bot/environment.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { delivery } from "../test/support/webhooks/deliveries.ts";
import { botServer, startPeer } from "./measured-server.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";
import { median, rounded } from "./statistics.ts";
import { loadWebhooks, type MeasuredWebhooks } from "./webhooks/load.ts";

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

  await loadWebhooks(door, push, WARM_UP_SECONDS);
  await loadWebhooks(probot, push, WARM_UP_SECONDS);
  const stored = () => client.db().collection("deliveries").countDocuments();
  const storedBefore = await stored();
  const ours: MeasuredWebhooks[] = [];
  const peers: MeasuredWebhooks[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await loadWebhooks(door, push, ROUND_SECONDS));
    peers.push(await loadWebhooks(probot, push, ROUND_SECONDS));
  }
  const kept = (await stored()) - storedBefore;
  return { name: "webhooks", machine: thisMachine(), rows: toRows(ours, peers, kept) };
}

function toRows(
  ours: readonly MeasuredWebhooks[],
  peers: readonly MeasuredWebhooks[],
  kept: number,
): BenchmarkRow[] {
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
