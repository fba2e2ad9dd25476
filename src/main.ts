import { openDoors } from "../handlers/register.ts";
import { createApp } from "./app.ts";
import { EXIT_CONFIG, loadConfig } from "./config.ts";
import { refusalOf } from "./errors.ts";
import { needsSetup } from "./needs-setup.ts";
import { serveSetupPage } from "./setup.ts";
import { VERSION } from "./version.ts";

try {
  await (needsSetup(process.env) ? serveSetupPage() : serve());
} catch (error) {
  const { code, reason, remedy } = refusalOf(error);
  process.stderr.write(`Orb bot can't start. ${code === "internal" ? String(error) : reason}\n${remedy}\n`);
  process.exitCode = code === "bad_configuration" ? EXIT_CONFIG : 1;
}

async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  const doors = await openDoors(app);
  app.telemetry.started({ url: doors.url, roles: [...config.roles], version: VERSION });

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    app.telemetry.stopping(signal);
    // The loop drains by itself once everything is closed; what hangs must not hang for ever.
    setTimeout(() => process.exit(1), config.shutdownTimeoutMs).unref();
    void doors.close().then(app.close);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
