import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { HELD_FILE } from "./build.ts";
import type { Planned } from "./plan.ts";

/** Starts live processes that use the workspaces whose plan says so. Disposing of it ends them; they also end with this process. */
export async function holdAll(all: readonly Planned[], root: string): Promise<AsyncDisposable> {
  const pathsOf = (holder: Planned["holder"]) =>
    all.filter((planned) => planned.holder === holder).map(({ name }) => join(root, name));
  const files = pathsOf("file").map((path) => join(path, HELD_FILE));
  const children = [
    ...pathsOf("cwd").map((cwd) => follow([], cwd)),
    // One process holds all of them: each one more is looked through at each look into a workspace.
    ...(files.length > 0 ? [follow(files, "/")] : []),
  ];
  await Promise.all(children.map((child) => once(child, "spawn")));
  // It has opened its files when it has shown what is in them.
  await Promise.all(children.map((child) => child.stdout && once(child.stdout, "data")));
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, "exit");
          child.kill("SIGKILL");
          await ended;
        }),
      );
    },
  };
}

function follow(files: readonly string[], cwd: string) {
  const args = [`--pid=${process.pid}`, "--lines=+1", "--follow", "--", ...files, "/etc/hostname"];
  return spawn("tail", args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
}
