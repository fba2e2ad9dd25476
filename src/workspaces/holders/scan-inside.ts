import { parentPort } from "node:worker_threads";
import { scan, type ScanOptions, type ScanResult } from "./scan.ts";

/** What the thread is asked. */
export interface AskedScan {
  readonly options: ScanOptions;
  /** The thread writes here the number of the process that it reads: one number, shared, so that it can be read while the thread hangs. */
  readonly at: Int32Array;
}

export type ScanAnswer =
  | { readonly result: ScanResult }
  | { readonly error: unknown; readonly result?: undefined };

// Runs in the thread itself: one scan after the other.
parentPort?.on("message", ({ options, at }: AskedScan) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  parentPort?.postMessage(answer({ options, at }));
});

function answer({ options, at }: AskedScan): ScanAnswer {
  try {
    return { result: scan(options, (pid) => Atomics.store(at, 0, pid)) };
  } catch (error) {
    return { error };
  }
}
