import { readFile } from "node:fs/promises";
import { NODE_FLAGS } from "../script/services/node-flags.ts";
import { PACE } from "../src/work/pace.ts";
import { ask } from "../test/support/bot/api.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { SentrySink } from "../test/support/sentry/sink.ts";
import { delivery } from "../test/support/webhooks/deliveries.ts";
import { loadApi, loadOf, openStand } from "./api/load.ts";
import { botServer, type MeasuredServer } from "./measured-server.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";
import { median, rounded } from "./statistics.ts";
import { loadWebhooks } from "./webhooks/load.ts";

/** Of each bot and path, in all rounds together. */
const SECONDS = Number(process.env["ORB_MONITORING_SECONDS"] ?? 60);
/** Even, so that each bot is as often the first of a round. */
const ROUNDS = 10;
const WARM_UP_SECONDS = Math.min(8, SECONDS);
/** Often: Prometheus asks every 15 to 60 seconds. */
const SCRAPE_EVERY_MS = 5_000;
const COST_MAX = 0.05;
const PEER = "the same, unwatched";

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
}

type Load = (server: MeasuredServer, seconds: number) => Promise<Measured>;

/**
 * What watching costs: a process with the role `web` that reports to a Sentry on this machine with the default sample of traces,
 * counts, is scraped and logs at `info`, beside one of the same build that does none of it. On the webhook path and on the API, in turns,
 * because other work on the machine comes and goes.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const { stock, surroundings } = await openStand(stack);
  const sink = stack.use(await SentrySink.start());
  const own = { pace: PACE, flags: NODE_FLAGS, output: "ignore" } as const;
  const watchedEnv = { ROLES: "web", SENTRY_DSN: sink.dsn, LOG_LEVEL: "info" };
  const watched = stack.use(await startBotProcess(surroundings, { ...own, env: watchedEnv }));
  const bareEnv = { ROLES: "web", LOG_LEVEL: "silent" };
  const bare = stack.use(await startBotProcess(surroundings, { ...own, env: bareEnv, isUnobserved: true }));
  const bots = { watched: botServer(watched.url), bare: botServer(bare.url) };

  const push = await readFile(new URL("../fixtures/webhooks/push.json", import.meta.url), "utf8");
  const posted = delivery("push", JSON.parse(push) as object);
  const users = await loadOf(watched.url, stock);
  const webhooks: Load = async (server, seconds) => {
    const { perSecond, cpuUsPerDelivery: cpuUs } = await loadWebhooks(server, posted, seconds);
    return { perSecond, cpuUs };
  };
  const api: Load = (server, seconds) => loadApi(server, users, seconds);
  const rows = [...(await compare("webhooks", webhooks, bots)), ...(await compare("API", api, bots))];
  return { name: "monitoring", machine: thisMachine(), rows: [...rows, reported(sink)] };
}

async function compare(
  what: string,
  load: Load,
  { watched, bare }: { readonly watched: MeasuredServer; readonly bare: MeasuredServer },
): Promise<BenchmarkRow[]> {
  const whileScraped: Load = (server, seconds) => scraped(server, () => load(server, seconds));
  await whileScraped(watched, WARM_UP_SECONDS);
  await load(bare, WARM_UP_SECONDS);
  const [ours, peers]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const turns = [
      async () => void ours.push(await whileScraped(watched, SECONDS / ROUNDS)),
      async () => void peers.push(await load(bare, SECONDS / ROUNDS)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  const row = (measure: string, unit: string, of: (one: Measured) => number) => {
    const ratio = median(ours.map((one, round) => of(one) / of(peers[round] ?? one)));
    const shown = { ours: Math.round(median(ours.map(of))), peer: Math.round(median(peers.map(of))) };
    return {
      measure: `${what}: ${measure}`,
      unit,
      ...shown,
      peerName: PEER,
      ratio: rounded(ratio),
      exact: ratio,
    };
  };
  const { exact: speed, ...perSecond } = row(
    "answered, median of rounds",
    "requests/s",
    (one) => one.perSecond,
  );
  const { exact: cost, ...cpu } = row("processor time for each, median of rounds", "µs", (one) => one.cpuUs);
  return [
    { ...perSecond, goal: `ratio ≥ ${1 - COST_MAX}`, holds: speed >= 1 - COST_MAX },
    { ...cpu, goal: `ratio ≤ ${1 + COST_MAX}`, holds: cost <= 1 + COST_MAX },
  ];
}

/** Does work while Prometheus asks. */
async function scraped<T>({ url }: MeasuredServer, work: () => Promise<T>): Promise<T> {
  const scrape = async () => void (await (await ask(url, "/metrics")).text());
  const timer = setInterval(() => void scrape().catch(() => {}), SCRAPE_EVERY_MS);
  try {
    await scrape();
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Without it the comparison would be with a bot that reports nothing either. */
function reported(sink: SentrySink): BenchmarkRow {
  const traces = sink.traces("webhook.acknowledge").length;
  const alone = { peer: null, peerName: null, ratio: null };
  return {
    measure: "traces that reached Sentry",
    unit: "traces",
    ours: traces,
    ...alone,
    goal: "some",
    holds: traces > 0,
  };
}
