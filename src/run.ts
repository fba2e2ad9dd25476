import { setGlobalProxyFromEnv } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Doors, openDoors } from "../handlers/register.ts";
import { type App, createApp, type Overrides } from "./app.ts";
import { EXIT_CONFIG, loadConfig, needsSetup } from "./config.ts";
import { refusalOf } from "./errors.ts";
import type { Monitor } from "./monitoring/monitor.ts";
import { startMonitor } from "./monitoring/start-monitor.ts";
import { serveSetupPage } from "./setup.ts";
import { VERSION } from "./version.ts";

/** After a signal running work may take this long; its requests are then cut. `SHUTDOWN_TIMEOUT_MS` may be shorter. */
const FINISH_MS_MAX = 5_000;
/** What was cut may take this long to end, such as to give back its work. */
const CUT_MS_MAX = 2_000;
/** How long MongoDB may take to store that the work which is still held did not crash the process. */
const GIVE_UP_MS_MAX = 1_000;
/** How long the last reports may take to reach Sentry. With all of the above it is less than ten seconds. */
const REPORT_MS_MAX = 1_000;

type OnSignal = (handler: (signal: NodeJS.Signals) => void) => void;

/**
 * Runs the process as its environment says. A start that fails is reported, and sets the exit code.
 *
 * @param onSignal called with what to do at a signal, once there is more to do than to exit
 * @param overrides the demo replaces the clock
 */
export async function run(
  environment: NodeJS.ProcessEnv,
  onSignal: OnSignal,
  overrides: Pick<Partial<Overrides>, "now"> = {},
): Promise<void> {
  try {
    await (needsSetup(environment) ? serveSetupPage() : serve(environment, { onSignal, overrides }));
  } catch (error) {
    const { code, reason, remedy } = refusalOf(error);
    process.stderr.write(`Orb bot can't start. ${code === "internal" ? String(error) : reason}\n${remedy}\n`);
    process.exitCode = code === "bad_configuration" ? EXIT_CONFIG : 1;
  }
}

async function serve(
  environment: NodeJS.ProcessEnv,
  {
    onSignal,
    overrides,
  }: { readonly onSignal: OnSignal; readonly overrides: Pick<Partial<Overrides>, "now"> },
): Promise<void> {
  const config = loadConfig(environment);
  // For every fetch of the process: Octokit uses Node's. It reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in any case.
  setGlobalProxyFromEnv(environment);
  const monitor = await startMonitor(config);
  const app = await createApp(config, { ...overrides, monitor }).catch((error: unknown) =>
    fail(error, monitor),
  );
  const opening = openDoors(app);
  let isStopping = false;
  onSignal((signal) => {
    if (isStopping) return;
    isStopping = true;
    void end(app, opening, signal);
  });
  const doors = await opening.catch(async (error: unknown) => {
    await app.close();
    return fail(error, monitor);
  });
  // Last, because the reader of that line may send a signal at once.
  app.telemetry.process.started({ url: doors.url, roles: [...config.roles], version: VERSION });
}

/** A bug that keeps the bot from starting is reported like any other. */
async function fail(error: unknown, monitor: Monitor): Promise<never> {
  monitor.report({ what: "start", error, level: "error", fields: {} });
  await monitor.close(REPORT_MS_MAX);
  throw error;
}

/**
 * Ends the process with 0, whatever hangs: somebody asked for it, and what is unfinished is done by another process or after
 * the next start. Requests and work that run may finish first, then they are cut.
 */
async function end(app: App, opening: Promise<Doors>, signal: NodeJS.Signals): Promise<never> {
  const { telemetry, config, stop } = app;
  telemetry.process.stopping(signal);
  // Even while the doors are opening.
  stop.ask();
  const ended = close(app, opening).catch((error: unknown) => telemetry.process.setback("stop", error));
  const finishMs = Math.min(FINISH_MS_MAX, config.shutdownTimeoutMs);
  if (await takesLonger(ended, finishMs)) {
    telemetry.process.stopTakesTooLong(finishMs);
    stop.cutOff();
    void opening.then((doors) => doors.cut());
    if (await takesLonger(ended, CUT_MS_MAX)) {
      const givenUp = opening.then((doors) => doors.giveUp());
      await takesLonger(
        givenUp.catch(() => {}),
        GIVE_UP_MS_MAX,
      );
    }
  }
  await app.monitor.close(REPORT_MS_MAX);
  // Agenda leaves a timer of some seconds behind. There is no reason to wait for it.
  process.exit(0);
}

async function close(app: App, opening: Promise<Doors>): Promise<void> {
  const doors = await opening;
  await doors.close();
  await app.close();
}

async function takesLonger(work: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([work.then(() => false), delay(ms, true)]);
}
