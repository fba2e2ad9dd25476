import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A process that works in a folder until it is disposed of. */
export async function holdFolder(path: string): Promise<AsyncDisposable> {
  const holder: ChildProcess = spawn("sh", ["-c", "echo in; read nothing"], {
    cwd: path,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (holder.stdout) await once(holder.stdout, "data");
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin?.end();
      await once(holder, "exit");
    },
  };
}
