import { fork } from "node:child_process";
import { once } from "node:events";
import { eventually } from "../support/eventually.ts";

const STARTS_MAX = 12;

/** A process that its work may kill. */
export interface Mortal {
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Ends it, if it has not ended. */
  stop(): Promise<void>;
}

export interface Worker extends Mortal {
  readonly pid: number | undefined;
  /** Resolves with its first message to the test. */
  readonly message: Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a worker's file in a process of its own. */
export function startWorker(file: string, env: Readonly<Record<string, string>>): Worker {
  const child = fork(file, {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
  return {
    pid: child.pid,
    ended,
    message: once(child, "message"),
    kill: (signal) => child.kill(signal),
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/**
 * Starts one process after another until `isDone`.
 *
 * @returns how many of them died
 */
export async function deathsUntil(
  what: string,
  isDone: () => Promise<boolean>,
  start: () => Mortal,
): Promise<number> {
  for (let deaths = 0; deaths < STARTS_MAX; deaths++) {
    const mortal = start();
    let isDead = false;
    void mortal.ended.then(() => (isDead = true));
    try {
      await eventually(`${what}, or a death`, async () => isDead || isDone());
      if (!isDead) return deaths;
    } finally {
      await mortal.stop();
    }
  }
  throw new Error(`${STARTS_MAX} processes died, and yet not: ${what}`);
}
