import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A process that works in a folder until it is disposed of. */
export async function holdFolder(path: string): Promise<AsyncDisposable> {
  return hold("echo in; read nothing", { cwd: path });
}

/** A process that has a file open until it is disposed of. */
export async function holdFile(path: string): Promise<AsyncDisposable> {
  return hold('exec 7<"$0"; echo open; read nothing', { path });
}

async function hold(
  script: string,
  { cwd, path }: { cwd?: string; path?: string },
): Promise<AsyncDisposable> {
  const holder: ChildProcess = spawn("sh", ["-c", script, path ?? "sh"], {
    ...(cwd !== undefined && { cwd }),
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
