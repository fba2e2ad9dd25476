import { NODE_FLAGS } from "../script/services/node-flags.ts";
import { PACE } from "../src/work/pace.ts";
import { ask } from "../test/support/bot/api.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { loadApi, loadOf, type MeasuredApi, openStand } from "./api/load.ts";
import { readsOf, type Stock } from "./api/users.ts";
import { botServer, type MeasuredServer, startPeer } from "./measured-server.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";
import { median, rounded } from "./statistics.ts";

/** Of each server, in all rounds together. */
const SECONDS = Number(process.env["ORB_API_SECONDS"] ?? 60);
const ROUNDS = 6;
/** Until both are compiled for their work. */
const WARM_UP_SECONDS = Math.min(8, SECONDS);
const CPU_RATIO_MAX = 1.2;
const P99_MS_MAX = 100;
const PEER = "bare Fastify";

/**
 * The API under 100 users at once, each with a token, who read nine times for each change: a process with the role `web`, beside a
 * bare Fastify with the same routes on the same MongoDB. In turns, because other work on the machine comes and goes.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const { stock, surroundings } = await openStand(stack);
  const started = await startBotProcess(surroundings, {
    pace: PACE,
    env: { ROLES: "web" },
    flags: NODE_FLAGS,
  });
  const bot = botServer(stack.use(started).url);
  const peer = stack.use(
    await startPeer(new URL("api/bare-fastify.ts", import.meta.url), {
      MONGODB_URI: surroundings.mongodbUri,
      NODE_ENV: "production",
    }),
  );
  await requireSameBodies(bot, peer, stock);

  const load = await loadOf(bot.url, stock);
  for (const server of [bot, peer]) await loadApi(server, load, WARM_UP_SECONDS);
  const [ours, peers]: [MeasuredApi[], MeasuredApi[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await loadApi(bot, load, SECONDS / ROUNDS));
    peers.push(await loadApi(peer, load, SECONDS / ROUNDS));
  }
  return { name: "api", machine: thisMachine(), rows: toRows(ours, peers) };
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

function toRows(ours: readonly MeasuredApi[], peers: readonly MeasuredApi[]): BenchmarkRow[] {
  const ratio = median(ours.map(({ cpuUs }, round) => cpuUs / (peers[round]?.cpuUs ?? Number.NaN)));
  const p99Ms = median(ours.map((one) => one.p99Ms));
  const failed = sum(ours.map((one) => one.failed));
  const row = (
    measure: string,
    of: (one: MeasuredApi) => number,
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
