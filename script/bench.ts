/**
 * What script/bench runs: each benchmark in its own process, so that none measures the garbage of another.
 * Prints a table, writes bench/results/<name>.json, and exits 1 if a row does not hold or a benchmark fails.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchmarkResult } from "../bench/result.ts";

const SUFFIX = ".bench.ts";
const EX_USAGE = 64;

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const known = (await readdir("bench"))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => basename(file, SUFFIX))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));

if (unknown.length > 0 || known.length === 0) {
  console.error(`Unknown benchmark: ${unknown.join(", ")}. Known: ${known.join(", ") || "none"}.`);
  process.exitCode = EX_USAGE;
} else {
  await mkdir("bench/results", { recursive: true });
  let failed = false;
  for (const name of asked.length > 0 ? asked : known) failed = !(await measure(name)) || failed;
  if (failed) process.exitCode = 1;
}

/** Runs one benchmark, prints and stores its result, and returns whether all of its rows hold. */
async function measure(name: string): Promise<boolean> {
  console.log(`\n${name}`);
  const result = await runApart(name);
  if (result === undefined) {
    console.error(`The benchmark ${name} ended without a result; see its output above.`);
    return false;
  }
  console.table(Object.fromEntries(result.rows.map(({ measure: title, ...figures }) => [title, figures])), [
    "ours",
    "unit",
    "peer",
    "peerName",
    "ratio",
    "goal",
    "holds",
  ]);
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  return result.rows.length > 0 && result.rows.every((row) => row.holds);
}

async function runApart(name: string): Promise<BenchmarkResult | undefined> {
  const child = fork("script/benchmark-process.ts", [`../bench/${name}${SUFFIX}`]);
  const results: BenchmarkResult[] = [];
  child.on("message", (message) => results.push(message as BenchmarkResult));
  const [code] = await once(child, "close");
  return code === 0 ? results[0] : undefined;
}
