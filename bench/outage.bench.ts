import { PACE } from "../src/work/pace.ts";
import { startBotProcess } from "../test/support/bot/process.ts";
import { History } from "./loss/history.ts";
import { seededRandom } from "./loss/random.ts";
import { redeliveriesOf } from "./loss/redeliveries.ts";
import { settle, simulatedMinutes } from "./loss/settle.ts";
import { type LossStage, pointWebhookAt, setLossStage } from "./loss/stage.ts";
import { truthOf } from "./loss/truth.ts";
import { type Recovery, toRows } from "./outage/rows.ts";
import { loseAnswers } from "./outage/lost-answers.ts";
import { type BenchmarkResult, thisMachine } from "./result.ts";

/** A short run for development: `ORB_OUTAGE_EVENTS=200 script/bench outage`. */
const EVENTS = Number(process.env["ORB_OUTAGE_EVENTS"] ?? 2_000);
const OUTAGE_MS = 30 * 60_000;
/** An outage begins with lost answers: of a hundred events, this many are stored although GitHub does not know it. */
const UNANSWERED_PERCENT = 5;
/** They start together, and one of them recovers what was missed. */
const WORKERS = 3;
const MINUTES_MAX = 10;
const SEED = 1;
const SHOWN_MAX = 10;

/**
 * No process of the bot runs for half an hour, and life on GitHub continues. Then the processes start and, by
 * themselves, have GitHub deliver again what they missed. The half hour passes on GitHub's clock, which is set
 * forward as events happen; the bot's waits until it may ask for more are skipped; everything else takes its
 * real time.
 */
export async function run(): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack();
  const clock = { behindMs: OUTAGE_MS };
  const stage = await setLossStage(stack, {
    now: () => new Date(Date.now() - clock.behindMs),
    botClockMs: -OUTAGE_MS,
  });
  const history = new History({ ...stage, random: seededRandom(SEED) });
  const guids = await goThroughOutage(stage, history, clock);
  const recovery = await recover(stage, { guids, stack });
  for (const line of [...recovery.repeated, ...recovery.truth.untrue].slice(0, SHOWN_MAX)) console.log(line);
  return {
    name: "outage",
    machine: thisMachine(),
    rows: toRows(recovery, { eventsMin: EVENTS, minutesMax: MINUTES_MAX }),
  };
}

/** @returns the GUIDs of the events in between */
async function goThroughOutage(
  stage: LossStage,
  history: History,
  clock: { behindMs: number },
): Promise<readonly string[]> {
  const { github, surroundings, port } = stage;
  const log = github.world.state.hookDeliveries;
  const before = log.length;
  const happened = () => log.length - before;
  const liveUntil = async (events: number) => {
    while (happened() < events) {
      await history.next();
      await github.webhooks.drain();
      clock.behindMs = OUTAGE_MS * Math.max(0, 1 - happened() / EVENTS);
    }
  };
  {
    const env = { ROLES: "web", PORT: String(port) };
    await using bot = await startBotProcess(surroundings, { env, pace: PACE, clockMs: -OUTAGE_MS });
    await using door = await loseAnswers(bot.url);
    pointWebhookAt(stage, door.url);
    await liveUntil((EVENTS * UNANSWERED_PERCENT) / 100);
    process.kill(bot.pid, "SIGKILL");
    await bot.ended;
  }
  pointWebhookAt(stage, `http://127.0.0.1:${port}`);
  await liveUntil(EVENTS);
  return log.slice(before).map(({ guid }) => guid);
}

async function recover(
  stage: LossStage,
  { guids, stack }: { guids: readonly string[]; stack: AsyncDisposableStack },
): Promise<Recovery> {
  const { github, surroundings, port, inbox, effects } = stage;
  const inInbox = async () => {
    const stored = new Set((await inbox.entries()).map(({ _id }) => _id));
    return guids.filter((guid) => stored.has(guid)).length;
  };
  const before = await inInbox();
  console.log(`${guids.length} events happened; the inbox has ${before} of them`);
  const mark = github.requests.mark();
  const startedAt = new Date();
  const start = (role: "web" | "worker") =>
    startBotProcess(surroundings, { pace: PACE, env: { ROLES: role, PORT: String(port) } });
  stack.use(await start("web"));
  for (const worker of await Promise.all(Array.from({ length: WORKERS }, () => start("worker"))))
    stack.use(worker);
  const settled = await settle(stage, startedAt);
  const happened = new Set(guids);
  const attempts = github.world.state.hookDeliveries.filter(({ guid }) => happened.has(guid));
  const redeliveries = redeliveriesOf(attempts, await inbox.entries());
  const asked = github.requests.since(mark).filter(({ route }) => route.startsWith("/app/hook/deliveries"));
  return {
    events: guids.length,
    before,
    recovered: await inInbox(),
    redeliveries,
    minutes: simulatedMinutes(settled, startedAt, redeliveries.lastBackAt ?? new Date()),
    requests: asked.length,
    repeated: effects.repeated,
    truth: await truthOf(stage),
  };
}
