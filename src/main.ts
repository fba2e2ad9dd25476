import { setGlobalProxyFromEnv } from "node:http";
import { openDoors } from "../handlers/register.ts";
import { createApp } from "./app.ts";
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
  const config = loadConfig(process.env);
  // For every fetch of the process: Octokit uses Node's. It reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in any case.
  setGlobalProxyFromEnv(process.env);
  const app = await createApp(config);
  const doors = await openDoors(app).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  /** @returns the exit code */
  const end = async () => {
    try {
      await doors.close();
      await app.close();
      return 0;
    } catch (error) {
      app.telemetry.process.setback("stop", error);
      return 1;
    }
  };
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    app.telemetry.process.stopping(signal);
    // Nothing may keep the process alive for ever, not even MongoDB.
    setTimeout(() => process.exit(1), config.shutdownTimeoutMs + GIVING_UP_MS_MAX).unref();
    setTimeout(() => {
      doors.giveUp().then(
        () => process.exit(1),
        () => process.exit(1),
      );
    }, config.shutdownTimeoutMs).unref();
    // Agenda leaves a timer of some seconds behind. There is no reason to wait for it.
    void end().then((code) => process.exit(code));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Last, because the reader of that line may send a signal at once.
  app.telemetry.process.started({ url: doors.url, roles: [...config.roles], version: VERSION });
}
