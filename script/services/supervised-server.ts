import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { OrbError, type Refusal } from "../../src/errors.ts";
import type { MongoLaunch } from "./mongo-launch.ts";
import type { MonitoringLaunch } from "./monitoring-launch.ts";
import type { RedisLaunch } from "./redis-launch.ts";

/** A server that this process started. */
export interface RunningServer {
  /** The address to which a client connects. */
  readonly uri: string;
  /** The server processes, one per member, in the order of the URI's hosts. */
  readonly pids: readonly number[];
  /** Resolves when all of its processes and temporary folders are gone. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the supervisor is asked to run. */
export type LaunchRequest =
  | { server: "mongo"; options: MongoLaunch }
  | { server: "redis"; options: RedisLaunch }
  | { server: "prometheus" | "alertmanager"; options: MonitoringLaunch };

/** The supervisor's only answer. */
export type LaunchAnswer = { ready: { uri: string; pids: number[] } } | { refused: Refusal };

/**
 * Starts a server under a supervisor: a process with its own session, which stops the server when the channel
 * to this process closes. This one mechanism covers every end of this process: `stop()`, an ordinary exit, an
 * exception, any signal, and kill -9.
 *
 * @throws OrbError with the supervisor's refusal, or `service_supervisor_died`
 */
export async function startSupervised(request: LaunchRequest): Promise<RunningServer> {
  const supervisor = fork(fileURLToPath(new URL("supervisor.ts", import.meta.url)), {
    detached: true,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(supervisor, "exit");
  supervisor.send(request);
  const answer = await Promise.race([firstMessage(supervisor), exited.then(() => undefined)]);
  if (answer === undefined) throw supervisorDied(request.server);
  if ("refused" in answer) {
    await exited;
    throw new OrbError(answer.refused);
  }
  // A running server alone must not keep this process alive.
  supervisor.unref();
  supervisor.channel?.unref();
  async function stop(): Promise<void> {
    supervisor.ref();
    if (supervisor.connected) supervisor.disconnect();
    await exited;
  }
  return { ...answer.ready, stop, [Symbol.asyncDispose]: stop };
}

async function firstMessage(supervisor: ChildProcess): Promise<LaunchAnswer> {
  const [answer] = await once(supervisor, "message");
  return answer as LaunchAnswer;
}

function supervisorDied(server: string): OrbError {
  return new OrbError({
    code: "service_supervisor_died",
    reason: `The process that supervises the ${server} server exited before the server was ready.`,
    remedy: "Read its last output on stderr, and check whether the machine is out of memory.",
  });
}
