import { fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { OrbError } from "../../src/errors.ts";
import { NODE_FLAGS } from "../services/node-flags.ts";

/** How far the clock of the bot is ahead of the machine's, in milliseconds. */
export const AHEAD_VARIABLE = "ORB_DEMO_AHEAD_MS";
const MAIN = fileURLToPath(new URL("bot-process.ts", import.meta.url));
const UP = "Orb bot is up";
const COMPLAINT_CHARACTERS_MAX = 2_000;

export interface RunningBot extends AsyncDisposable {
  readonly url: string;
  /** Resolves if it ends before it is stopped. */
  readonly died: Promise<OrbError>;
}

/**
 * Starts the bot as script/server does, in its own process.
 *
 * @param env its complete configuration
 * @param logFile receives its log
 * @throws OrbError `bot_did_not_start`, with its last output
 */
export async function startBotChild(env: Record<string, string>, logFile: string): Promise<RunningBot> {
  const { PATH = "" } = process.env;
  // In its own process group: Ctrl-C reaches only the demo, which stops the bot at its own end.
  const child = fork(MAIN, {
    env: { PATH, ...env },
    execArgv: [...NODE_FLAGS],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("The bot's output is not piped");
  const ended = once(child, "exit");
  const log = createWriteStream(logFile, { flags: "a" });
  stderr.pipe(log, { end: false });
  let complaint = "";
  stderr.on("data", (words) => (complaint = `${complaint}${String(words)}`.slice(-COMPLAINT_CHARACTERS_MAX)));
  const url = Promise.withResolvers<string>();
  createInterface({ input: stdout }).on("line", (line) => {
    log.write(`${line}\n`);
    if (line.includes(UP)) url.resolve((JSON.parse(line) as { url: string }).url);
  });
  const started = await Promise.race([url.promise, ended.then(() => null)]);
  if (started === null) {
    throw new OrbError({
      code: "bot_did_not_start",
      reason: `The bot ended before it was up. ${complaint.trim()}`,
      remedy: "Fix what the message names. If the port is in use, choose another one with --port.",
    });
  }
  let isStopped = false;
  const died = Promise.withResolvers<OrbError>();
  child.once("exit", (code, signal) => {
    if (!isStopped) died.resolve(botEnded(String(signal ?? code), complaint));
  });
  return {
    url: started,
    died: died.promise,
    [Symbol.asyncDispose]: async () => {
      isStopped = true;
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      log.end();
    },
  };
}

function botEnded(how: string, complaint: string): OrbError {
  return new OrbError({
    code: "bot_ended",
    reason: `The bot's process ended (${how}). ${complaint.trim()}`,
    remedy: "Fix what the message names, and start the demo again.",
  });
}
