import { PACE } from "../src/work/pace.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { freePort } from "../script/services/free-port.ts";
import type { Outgoing } from "../test/local-github/webhooks/webhooks.ts";
import { History } from "./loss/history.ts";
import { KilledProcess } from "./loss/killed-process.ts";
import { balance } from "./loss/ledger.ts";
import { runPeer } from "./loss/peer-run.ts";
import { seededRandom } from "./loss/random.ts";
import { type Outcome, toRows } from "./loss/rows.ts";
import { scheduleOf, SENT_PER_RAISED } from "./loss/schedule.ts";
import { type Rate, sendAtRate } from "./loss/send.ts";
import { type LossStage, setLossStage } from "./loss/stage.ts";
import { redeliveriesOf } from "./loss/redeliveries.ts";
import { settle, simulatedMinutes } from "./loss/settle.ts";
import { truthOf } from "./loss/truth.ts";
import { type BenchmarkResult, thisMachine } from "./result.ts";

/** A short run for development: `ORB_LOSS_DELIVERIES=1000 script/bench loss`. */
const DELIVERIES = Number(process.env["ORB_LOSS_DELIVERIES"] ?? 10_000);
const RATE: Rate = { perSecond: 200, lifeMs: 2_000 };
/** Per process; a short run has fewer. */
const KILLS_MIN = Math.min(25, Math.ceil((DELIVERIES / RATE.perSecond) * (1_000 / RATE.lifeMs)));
/** Points in the sending time at which the primary of the three MongoDBs is killed too. */
const PRIMARY_KILLED_AT = [1 / 3, 2 / 3];
/** Acts of people and CI per second while deliveries are sent, in addition to what they did before. */
const ACTS_MEANWHILE = 4;
const SEED = Number(process.env["ORB_LOSS_SEED"] ?? 1);
const SHOWN_MAX = 10;

/**
 * How many webhooks a bot loses while its processes are killed all the time. GitHub sends each event once, and
 * sends a failed one again only if the bot asks for it; this bot does so by itself, and nobody else repairs
 * anything. A run counts only if the ledger balances.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const stage = await setLossStage(stack);
  console.log(`${stage.repository.pullRequests.size} pull requests are open`);
  const { github, repository, reviewer } = stage;
  const random = seededRandom(SEED);
  const history = new History({ github, repository, reviewer, random });
  const schedule = scheduleOf(await raise(stage, history), random);
  console.log(`${schedule.length} deliveries will be sent`);
  const peer = await runPeer(stage, { schedule, rate: RATE, port: await freePort() });
  console.log(peer);
  const ours = await runOurs(stage, { schedule, history, stack });
  show(ours);
  return {
    name: "loss",
    machine: thisMachine(),
    rows: toRows(ours, peer, { deliveriesMin: DELIVERIES, killsMin: KILLS_MIN }),
  };
}

/** Plays a history on GitHub before anybody receives its webhooks. */
async function raise({ github }: LossStage, history: History): Promise<readonly Outgoing[]> {
  github.webhooks.faults.add({ fault: { kind: "hold" }, times: Infinity });
  while (github.webhooks.heldCount * SENT_PER_RAISED < DELIVERIES) await history.next();
  github.webhooks.faults.clear();
  return github.webhooks.takeHeld();
}

async function runOurs(
  stage: LossStage,
  {
    schedule,
    history,
    stack,
  }: { schedule: readonly Outgoing[]; history: History; stack: AsyncDisposableStack },
): Promise<Outcome> {
  const { github, surroundings, port, effects, mongo, inbox } = stage;
  const startOne = (role: "web" | "worker") => () =>
    startBotProcess(surroundings, { pace: PACE, env: { ROLES: role, PORT: String(port) } });
  const seconds = schedule.length / RATE.perSecond;
  const mark = github.requests.mark();
  const web = await KilledProcess.begin(startOne("web"), RATE);
  const worker = await KilledProcess.begin(startOne("worker"), RATE);
  const killAtSeconds = new Set(PRIMARY_KILLED_AT.map((part) => Math.floor(part * seconds)));
  let killing = Promise.resolve();
  const { durationMs } = await sendAtRate(schedule, github.webhooks, RATE, async (second) => {
    if (killAtSeconds.has(second)) killing = killing.then(() => mongo.killPrimary());
    for (let act = 0; act < ACTS_MEANWHILE; act++) await history.next();
  });
  await killing;
  await Promise.all([web.untilKilled(KILLS_MIN), worker.untilKilled(KILLS_MIN)]);
  stack.use(await web.spare());
  stack.use(await worker.spare());
  const spared = new Date();
  const settled = await settle(stage, spared);

  const attempts = github.world.state.hookDeliveries;
  const entries = await inbox.entries();
  const redeliveries = redeliveriesOf(attempts, entries);
  return {
    ledger: balance(attempts, entries),
    kills: { web: web.kills, worker: worker.kills, primary: killAtSeconds.size },
    repairMs: settled.durationMs,
    redeliveries,
    backMinutes: simulatedMinutes(settled, spared, redeliveries.lastBackAt ?? spared),
    requests: github.requests.since(mark).filter(({ installationId }) => installationId !== null).length,
    sentPerSecond: (schedule.length / durationMs) * 1_000,
    repeated: effects.repeated,
    truth: await truthOf(stage),
  };
}

function show({ ledger, repeated, truth }: Outcome): void {
  console.log(ledger);
  for (const line of [...repeated, ...truth.untrue].slice(0, SHOWN_MAX)) console.log(line);
}
