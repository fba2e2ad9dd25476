/** Runs the benchmark module of its only argument (relative to this file) and hands the result to script/bench.ts. */
import type { Benchmark } from "../bench/result.ts";

const [, , modulePath] = process.argv;
if (modulePath === undefined || process.send === undefined)
  throw new Error("script/bench starts this process");

const benchmark = (await import(modulePath)) as Benchmark;
const result = await benchmark.run();
// A benchmark's clients may linger, but its figures are out.
process.send(result, undefined, undefined, () => process.exit());
