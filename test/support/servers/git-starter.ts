import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../local-github/git/git-starter.ts", import.meta.url));

/** The process that starts git for all tests of a run. */
export interface GitStarter extends AsyncDisposable {
  readonly socketPath: string;
  readonly pids: readonly number[];
}

/** Starts it and waits until it listens. It ends when it is disposed of, and when this process ends in whatever way. */
export async function startGitStarter(): Promise<GitStarter> {
  const child = fork(PROGRAM, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const listening = once(child, "message") as Promise<[socketPath: string]>;
  const first = await Promise.race([listening, ended.then(() => null)]);
  if (first === null || child.pid === undefined) throw new Error("The process that starts git ended at once");
  return {
    socketPath: first[0],
    pids: [child.pid],
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
