import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Asked } from "./remover-process.ts";

const SCRIPT = fileURLToPath(new URL("./remover-process.ts", import.meta.url));

/** A user that owns nothing on this machine. */
export const NOBODY_IN_PARTICULAR = 54_321;

/** A process of `remover-process.ts`. */
export interface RemoverProcess extends AsyncDisposable {
  /** @returns its answer; `null` if it ended without one */
  ask<Answer>(asked: Asked): Promise<Answer | null>;
  /** Waits until it has ended. @returns the signal that killed it */
  readonly ended: Promise<string | null>;
}

/** @param wrapper the command that runs it, such as `strace` */
export function startRemover({
  uid = process.geteuid?.() ?? 0,
  wrapper = [],
}: { readonly uid?: number; readonly wrapper?: readonly string[] } = {}): RemoverProcess {
  const [command, ...args] = [...wrapper, process.execPath, SCRIPT];
  const child = spawn(command ?? process.execPath, args, {
    uid,
    gid: uid,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close").then(([, signal]) => signal as string | null);
  // A killed process does not read what it is asked.
  child.stdin.on("error", () => undefined);
  return {
    ask: async <Answer>(asked: Asked) => {
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await lines.next();
      return done ? null : (JSON.parse(value) as Answer);
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
