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

/** The options of one Redis server. */
export interface RedisLaunch {
  readonly binary: string;
  readonly dataDir?: string;
  readonly port?: number;
}

/** A launched server, as the supervisor holds it. */
export interface LaunchedServer {
  readonly uri: string;
  readonly pids: number[];
  stop(): Promise<void>;
}

/** Launches a Redis server. Without a chosen port, it tries again if another process took the free one first. */
export async function launchRedis(options: RedisLaunch): Promise<LaunchedServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOn(options.port ?? (await freePort()), options);
    } catch (error) {
      const taken = error instanceof OrbError && error.message.includes("Address already in use");
      if (!taken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launchOn(port: number, { binary, dataDir }: RedisLaunch): Promise<LaunchedServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "orb-redis-")));
  const durability = dataDir === undefined ? ["--appendonly", "no"] : ["--appendonly", "yes"];
  const network = ["--bind", "127.0.0.1", "--port", String(port)];
  // 64 databases, so that each test file that runs at the same time can have its own.
  const args = [...network, "--dir", folder, "--save", "", ...durability, "--databases", "64"];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const lastLines: string[] = [];
  async function stop(): Promise<void> {
    await end(child);
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  }
  try {
    const pid = await untilReady(child, lastLines);
    return { uri: `redis://127.0.0.1:${port}`, pids: [pid], stop };
  } catch (error) {
    await stop();
    throw refusal(error, lastLines);
  }
}

/**
 * Waits until the server logs that it accepts connections, which it does after loading its data. The listener
 * stays for as long as the server runs, because a full pipe would block it.
 */
async function untilReady(child: ChildProcess, lastLines: string[]): Promise<number> {
  const startup = new AbortController();
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > LINES_IN_REFUSAL) lastLines.shift();
      if (/ready to accept connections/i.test(line)) ready.resolve();
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

function refusal(cause: unknown, lastLines: readonly string[]): OrbError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OrbError({
    code: "redis_start_failed",
    reason: ["The Redis server did not start: " + reason, ...lastLines].join("\n"),
    remedy: "Free the port or the data folder that it names, or set REDIS_URL to a running server.",
  });
}
