import { parentPort } from "node:worker_threads";
import { scan } from "./scan.ts";
import { type AskedScan, BEGAN, type ScanAnswer } from "./scan-message.ts";

// Runs in the thread itself: one scan after the other.
parentPort?.on("message", (asked: AskedScan) => {
  say(BEGAN);
  say(answer(asked));
});

function say(said: ScanAnswer | typeof BEGAN): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  parentPort?.postMessage(said);
}

function answer({ options, at }: AskedScan): ScanAnswer {
  try {
    return { result: scan(options, (pid) => Atomics.store(at, 0, pid)) };
  } catch (error) {
    return { error };
  }
}
