import { setGlobalProxyFromEnv } from "node:http";
import { type Doors, openDoors } from "../handlers/register.ts";
import { type App, createApp } from "./app.ts";
import { EXIT_CONFIG, loadConfig, needsSetup } from "./config.ts";
import { refusalOf } from "./errors.ts";
import { serveSetupPage } from "./setup.ts";
import { VERSION } from "./version.ts";

/** Added to the time that a SIGTERM may take. */
const GIVING_UP_MS_MAX = 1_000;

try {
  await (needsSetup(process.env) ? serveSetupPage() : serve());
} catch (error) {
  const { code, reason, remedy } = refusalOf(error);
  process.stderr.write(`Orb bot can't start. ${code === "internal" ? String(error) : reason}\n${remedy}\n`);
  process.exitCode = code === "bad_configuration" ? EXIT_CONFIG : 1;
}

async function serve(): Promise<void> {
  // Until the doors open there is no work to finish, and what prepares the database can be repeated.
  let stop: (signal: NodeJS.Signals) => void = () => process.exit(0);
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, (signal) => stop(signal));
  const config = loadConfig(process.env);
  // For every fetch of the process: Octokit uses Node's. It reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in any case.
  setGlobalProxyFromEnv(process.env);
  const app = await createApp(config);
  const opening = openDoors(app);
  stop = stopper(app, opening);
  const doors = await opening.catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  // Last, because the reader of that line may send a signal at once.
  app.telemetry.process.started({ url: doors.url, roles: [...config.roles], version: VERSION });
}

/** @returns what to do at a signal: ends the process, once the doors that are opening have closed again */
function stopper(app: App, opening: Promise<Doors>): (signal: NodeJS.Signals) => void {
  const { telemetry, config } = app;
  /** @returns the exit code */
  const end = async () => {
    try {
      const doors = await opening;
      await doors.close();
      await app.close();
      return 0;
    } catch (error) {
      telemetry.process.setback("stop", error);
      return 1;
    }
  };
  const giveUp = async () => {
    const doors = await opening;
    await doors.giveUp();
  };
  const exit = (code: number) => () => process.exit(code);
  let stopping = false;
  return (signal) => {
    if (stopping) return;
    stopping = true;
    telemetry.process.stopping(signal);
    // Nothing may keep the process alive for ever, not even MongoDB.
    setTimeout(exit(1), config.shutdownTimeoutMs + GIVING_UP_MS_MAX).unref();
    setTimeout(() => {
      telemetry.process.stopTakesTooLong(config.shutdownTimeoutMs);
      void giveUp().then(exit(1), exit(1));
    }, config.shutdownTimeoutMs).unref();
    // Agenda leaves a timer of some seconds behind. There is no reason to wait for it.
    void end().then((code) => process.exit(code));
  };
}
