import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SHORT_LIVED_FLAGS } from "./short-lived.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export type Main = Awaited<ReturnType<typeof startMain>>;

/** What Node itself uses: where it is, and the modules that were compiled before. Loading takes most of the time of a start. */
export function environmentOfNode(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

/** Runs `src/main.ts` as an operator does, in a process with this environment only. The log needs the level `info`. */
export async function startMain(env: Record<string, string>) {
  const all = { ...environmentOfNode(), ...env };
  const child = spawn("node", [...SHORT_LIVED_FLAGS, `${ROOT}src/main.ts`], { env: all });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const lines: Record<string, unknown>[] = [];
  const up = Promise.withResolvers<string | null>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    lines.push(entry);
    if (entry["msg"] === "Orb bot is up") up.resolve(entry["url"] as string | null);
  });
  let errors = "";
  child.stderr.on("data", (data) => (errors += String(data)));
  return { child, ended, up: up.promise, lines, errors: () => errors };
}
