/**
 * What script/server runs: starts the stores that the environment does not name, then the bot in this very
 * process, so that signals and exit codes are its own. With `--watch` the bot runs under Node's watch mode
 * instead, and those stores keep running over its restarts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { EXIT_CONFIG, loadConfig, needsSetup } from "../src/config.ts";
import { OrbError } from "../src/errors.ts";
import { NODE_FLAGS } from "./services/node-flags.ts";

const USAGE = `Usage: script/server [--watch]

  --watch   restarts the bot when a source file changes

Everything else is configured by the environment or .env: docs/configuration.md
`;
const MAIN = "src/main.ts";
const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
/** Addresses in place of those of the stores that are still to be started. */
const TO_COME = { MONGODB_URI: "mongodb://127.0.0.1", REDIS_URL: "redis://127.0.0.1" };

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const options = readOptions();

try {
  // The set-up page stores nothing.
  if (process.env["NODE_ENV"] !== "production" && !needsSetup(process.env)) await provideStores();
  await (options.watch ? watch() : import(pathToFileURL(MAIN).href));
} catch (error) {
  if (!(error instanceof OrbError)) throw error;
  console.error(`${error.message}\n${error.remedy}`);
  process.exitCode = error.code === "bad_configuration" ? EXIT_CONFIG : EX_UNAVAILABLE;
}

/** Ends the process if it is only asked how it is called, or called wrongly. */
function readOptions(): { readonly watch: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        watch: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (!values.help) return values;
    process.stdout.write(USAGE);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(EX_USAGE);
  }
}

/** In production a missing address is a mistake; the bot's configuration reports it. */
async function provideStores(): Promise<void> {
  const configured = configuredStores();
  // First, because downloading a store may take a minute.
  loadConfig({ ...process.env, ...TO_COME, ...configured });
  // Imported only here, because a production image has nothing that starts servers.
  const { startMissingStores } = await import("./services/embedded.ts");
  const say = (line: string): void => console.error(line);
  const { addresses } = await startMissingStores(configured, { dataDir: "var", say });
  Object.assign(process.env, addresses);
}

function configuredStores(): { MONGODB_URI?: string; REDIS_URL?: string } {
  const { MONGODB_URI, REDIS_URL } = process.env;
  // An .env file made from the example sets them to empty strings.
  return { ...(MONGODB_URI && { MONGODB_URI }), ...(REDIS_URL && { REDIS_URL }) };
}

async function watch(): Promise<void> {
  const watcher = spawn(process.execPath, [...NODE_FLAGS, "--watch", MAIN], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => watcher.kill(signal));
  }
  const [code] = await once(watcher, "exit");
  process.exitCode = typeof code === "number" ? code : 1;
}
