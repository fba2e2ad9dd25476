import { availableParallelism } from "node:os";

/** One measured figure and its goal. */
export interface BenchmarkRow {
  readonly measure: string;
  readonly unit: string;
  readonly ours: number;
  /** The same figure of `peerName`, measured in the same run; null if there is no peer. */
  readonly peer: number | null;
  readonly peerName: string | null;
  /** `ours` divided by `peer`. */
  readonly ratio: number | null;
  /** For people. */
  readonly goal: string;
  readonly holds: boolean;
}

/** What a benchmark measured, and on which machine. */
export interface BenchmarkResult {
  readonly name: string;
  readonly machine: { readonly cpus: number; readonly node: string };
  readonly rows: readonly BenchmarkRow[];
}

/** What every `bench/<name>.bench.ts` exports. */
export interface Benchmark {
  run(): Promise<BenchmarkResult>;
}

/** The machine of a measurement. */
export function thisMachine(): BenchmarkResult["machine"] {
  return { cpus: availableParallelism(), node: process.versions.node };
}
