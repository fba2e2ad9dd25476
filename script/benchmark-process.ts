/** Runs the benchmark module of its only argument (relative to this file) and sends the result to script/bench.ts. */
import type { Benchmark } from "../bench/result.ts";

const [, , modulePath] = process.argv;
if (modulePath === undefined || process.send === undefined)
  throw new Error("Only script/bench may start this process");

const benchmark = (await import(modulePath)) as Benchmark;
const result = await benchmark.run();
// A benchmark's clients may still be running, but its result has been sent.
process.send(result, undefined, undefined, () => process.exit());
