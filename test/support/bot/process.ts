import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Pace } from "../../../src/work/pace.ts";
import { botEnvironment, type BotSurroundings } from "./environment.ts";
import { QUICK_PACE } from "./pace.ts";
import { SHORT_LIVED_FLAGS } from "./short-lived.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

const MACHINE_DATE = new URL("machine-date.ts", import.meta.url).href;

/** A dead process' work is taken over after this: long for this machine, short for a test. */
export const LEASE_MS = 1_500;

export interface BotProcess extends AsyncDisposable {
  /** Empty if it does not listen. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

interface ProcessOptions {
  /** The checkpoint at which it ends itself with -9. */
  readonly killAt?: string;
  /** The checkpoint at which it stops itself, as SIGSTOP does, the first time. `SIGCONT` wakes it. */
  readonly stopAt?: string;
  /** Whatever it asks of GitHub with this in it, in its address or its body, it ends itself with -9 instead. */
  readonly killAsking?: string;
  readonly leaseMs?: number;
  /** The quick one of tests unless said. */
  readonly pace?: Pace;
  /** A clock of its own, so far ahead of this machine's, in milliseconds, instead of MongoDB's. */
  readonly clockMs?: number;
  /** How far its machine's date is ahead of the real one, in milliseconds. */
  readonly machineDateMs?: number;
  /** Whether its metrics count nothing: see `UnobservedMetrics`. */
  readonly isUnobserved?: boolean;
  /** Where its log goes: to that of this process unless said, or nowhere. */
  readonly output?: "inherit" | "ignore";
  /** Whether it has `breakage`, a subject that fails as it is told to. */
  readonly isBreakable?: boolean;
  /** Variables beside those of its surroundings, such as `ROLES` and `PORT`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node.js; a test that measures memory needs the product's own. */
  readonly flags?: readonly string[];
}

/** A bot in a process of its own. Disposing of it stops it as an operator does. */
export async function startBotProcess(
  surroundings: BotSurroundings,
  {
    killAt,
    killAsking,
    stopAt,
    leaseMs = LEASE_MS,
    pace = QUICK_PACE,
    clockMs,
    machineDateMs,
    isBreakable = false,
    isUnobserved = false,
    output = "inherit",
    env = {},
    flags = SHORT_LIVED_FLAGS,
  }: ProcessOptions = {},
): Promise<BotProcess> {
  const child = fork(MAIN, {
    execArgv: [...flags, ...(machineDateMs === undefined ? [] : ["--import", MACHINE_DATE])],
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      ...botEnvironment(surroundings),
      ...env,
      ORB_TEST_LEASE_MS: String(leaseMs),
      ORB_TEST_PACE: JSON.stringify(pace),
      ...(clockMs !== undefined && { ORB_TEST_CLOCK_MS: String(clockMs) }),
      ...(machineDateMs !== undefined && { ORB_TEST_MACHINE_DATE_MS: String(machineDateMs) }),
      ...(isUnobserved && { ORB_TEST_UNOBSERVED: "1" }),
      ...(isBreakable && { ORB_TEST_BREAKABLE: "1" }),
      ...(killAt !== undefined && { ORB_TEST_KILL_AT: killAt }),
      ...(killAsking !== undefined && { ORB_TEST_KILL_ASKING: killAsking }),
      ...(stopAt !== undefined && { ORB_TEST_STOP_AT: stopAt }),
    },
    stdio: ["ignore", output, "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
  const ready = once(child, "message").then(([message]) => message as { url: string | null });
  const first = await Promise.race([ready, ended]);
  if (first === null || typeof first !== "object" || child.pid === undefined) {
    throw new Error("The bot ended before it was ready");
  }
  return {
    url: first.url ?? "",
    pid: child.pid,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
}
