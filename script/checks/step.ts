import { spawn } from "node:child_process";
import { once } from "node:events";
import { styleText } from "node:util";

/** A command whose exit code says whether it succeeded. */
export interface Step {
  readonly name: string;
  readonly command: readonly [file: string, ...args: string[]];
  /** In addition to this process's own environment; `undefined` removes a variable from it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Shows the output as it arrives, rather than only if the step fails. */
  readonly live?: boolean;
}

/** Runs a step, prints its result and duration, and returns whether it passed. */
export async function runStep({ name, command, env, live = false }: Step): Promise<boolean> {
  const [file, ...args] = command;
  const startedAt = performance.now();
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  const passed = await once(child, "close").then(
    ([code]) => code === 0,
    (error: unknown) => {
      output.push(`${file} could not be started: ${String(error)}\n`);
      return false;
    },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mark = passed ? styleText("green", "✓") : styleText("red", "✗");
  console.log(`${mark} ${name} (${seconds} s)`);
  if (!passed) process.stdout.write(output.join(""));
  return passed;
}
