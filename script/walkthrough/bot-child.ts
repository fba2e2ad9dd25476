import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { OrbError } from "../../src/errors.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const UP = "Orb bot is up";

export interface RunningBot extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts the bot as script/server does, in a process of its own.
 *
 * @param env its whole configuration
 * @param logFile takes its log
 * @throws OrbError `bot_did_not_start`, with where to look
 */
export async function startBotChild(env: Record<string, string>, logFile: string): Promise<RunningBot> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  const log = createWriteStream(logFile, { flags: "a" });
  child.stderr.pipe(log, { end: false });
  const url = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    log.write(`${line}\n`);
    if (line.includes(UP)) url.resolve((JSON.parse(line) as { url: string }).url);
  });
  const started = await Promise.race([url.promise, ended.then(() => null)]);
  if (started === null) {
    throw new OrbError({
      code: "bot_did_not_start",
      reason: "The bot ended before it was up.",
      remedy: `Its log is in ${logFile}.`,
    });
  }
  return {
    url: started,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      log.end();
    },
  };
}
