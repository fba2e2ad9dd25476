import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../../src/errors.ts";
import { freePort } from "./free-port.ts";

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 5;
const LINES_IN_REFUSAL = 10;
const PORT_TAKEN = /address already in use/i;

/** A launched server, as the supervisor holds it. */
export interface LaunchedServer {
  readonly uri: string;
  readonly pids: number[];
  stop(): Promise<void>;
}

/** A program that serves one port and keeps its data in one folder. */
export interface ServerProgram {
  /** In messages, such as `Redis server`. */
  readonly name: string;
  readonly binary: string;
  /** What the program logs when it accepts connections. */
  readonly ready: RegExp;
  /** Where it is told where to listen and where to write. */
  args(place: { port: number; folder: string }): string[];
  /** Scheme of its address, such as `redis`. */
  readonly scheme: string;
  readonly refusal: { readonly code: string; readonly remedy: string };
}

/** Where a server keeps its data, and its port. Without a folder it gets a temporary one, without a port any free one. */
export interface ServerPlace {
  readonly dataDir?: string;
  readonly port?: number;
}

/**
 * Launches a server on 127.0.0.1. Without a chosen port, it tries again if another process took the free one first.
 *
 * @throws OrbError with the code of the program's refusal, and the last lines that it printed
 */
export async function launchServer(program: ServerProgram, place: ServerPlace): Promise<LaunchedServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOn(place.port ?? (await freePort()), program, place.dataDir);
    } catch (error) {
      const taken = error instanceof OrbError && PORT_TAKEN.test(error.message);
      if (!taken || place.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launchOn(port: number, program: ServerProgram, dataDir?: string): Promise<LaunchedServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "orb-server-")));
  const args = program.args({ port, folder });
  const child = spawn(program.binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const lastLines: string[] = [];
  async function stop(): Promise<void> {
    await end(child);
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  }
  try {
    const pid = await untilReady(child, program.ready, lastLines);
    return { uri: `${program.scheme}://127.0.0.1:${port}`, pids: [pid], stop };
  } catch (error) {
    await stop();
    throw refused(program, error, lastLines);
  }
}

/**
 * Waits until the server logs that it accepts connections, which it does after loading its data. The listener
 * stays for as long as the server runs, because a full pipe would block it.
 */
async function untilReady(child: ChildProcess, readyLine: RegExp, lastLines: string[]): Promise<number> {
  const startup = new AbortController();
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > LINES_IN_REFUSAL) lastLines.shift();
      if (readyLine.test(line)) ready.resolve();
    });
  }
  const ended = once(child, "close", { signal: startup.signal }).then(() => {
    throw new Error("it exited at once");
  });
  const late = delay(READY_TIMEOUT_MS, undefined, { signal: startup.signal }).then(() => {
    throw new Error(`it was not ready within ${READY_TIMEOUT_MS} ms`);
  });
  try {
    await Promise.race([ready.promise, ended, late]);
  } finally {
    startup.abort();
    await Promise.allSettled([ended, late]);
  }
  if (child.pid === undefined) throw new Error("it has no process");
  return child.pid;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(force);
}

function refused({ name, refusal }: ServerProgram, cause: unknown, lastLines: readonly string[]): OrbError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OrbError({
    code: refusal.code,
    reason: [`The ${name} did not start: ${reason}`, ...lastLines].join("\n"),
    remedy: refusal.remedy,
  });
}
