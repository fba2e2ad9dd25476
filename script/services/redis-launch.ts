import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { OrbError } from "../../src/errors.ts";
import { freePort } from "./free-port.ts";

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 5;
const LINES_IN_REFUSAL = 10;

/** What one Redis server is launched with. */
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

/** Launches a Redis server; on a port of nobody's choice it tries again when somebody was faster. */
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
  // 64 databases, so that every test file running at the same time can have its own.
  const args = [...network, "--dir", folder, "--save", "", ...durability, "--databases", "64"];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  async function stop(): Promise<void> {
    await end(child);
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  }
  try {
    const pid = await untilReady(child);
    return { uri: `redis://127.0.0.1:${port}`, pids: [pid], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server's own word is taken for it: it logs one line when it accepts connections, after loading its data. */
async function untilReady(child: ChildProcess): Promise<number> {
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) {
    const [cause] = await once(child, "error");
    throw refusal(String(cause));
  }
  const lines: string[] = [];
  const reader = createInterface({ input: stdout });
  const timer = setTimeout(() => reader.close(), READY_TIMEOUT_MS);
  try {
    for await (const line of reader) {
      lines.push(line);
      if (/ready to accept connections/i.test(line)) return pid;
    }
  } finally {
    clearTimeout(timer);
    // What comes later must not fill the pipe, which would stop the server.
    stdout.resume();
  }
  throw refusal(lines.slice(-LINES_IN_REFUSAL).join("\n"));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(force);
}

function refusal(said: string): OrbError {
  return new OrbError({
    code: "redis_start_failed",
    reason: `The Redis server did not come up. It said:\n${said}`,
    remedy: "Free the port or the data folder that it names, or set REDIS_URL to a server that runs.",
  });
}
