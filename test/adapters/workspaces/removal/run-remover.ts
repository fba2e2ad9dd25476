import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./remover-process.ts", import.meta.url));

/** A user that owns nothing on this machine. */
export const NOBODY_IN_PARTICULAR = 54_321;

/** Runs `remover-process.ts` to its end. @returns what it printed, or the signal that killed it */
export async function runRemover<Answer>(
  args: readonly string[],
  { uid = process.geteuid?.() ?? 0, wrapper = [] }: { readonly uid?: number; readonly wrapper?: readonly string[] } = {},
): Promise<{ readonly answer: Answer; readonly signal: null } | { readonly answer: null; readonly signal: string }> {
  const [command = process.execPath, ...before] = [...wrapper, process.execPath];
  const child = spawn(command, [...before, SCRIPT, ...args], {
    uid,
    gid: uid,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (part: string) => output.push(part));
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal !== null) return { answer: null, signal };
  return { answer: JSON.parse(output.join("")) as Answer, signal: null };
}
