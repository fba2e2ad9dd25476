import { parentPort } from "node:worker_threads";
import type { Asked, Said } from "./thread.ts";

// Runs in the thread itself: one call after the other.
parentPort?.on("message", (asked: Asked) => void answer(asked));

async function answer({ module, name, args }: Asked): Promise<void> {
  try {
    const found = (await import(module)) as Record<string, (...args: readonly unknown[]) => unknown>;
    // Loading modules is not the fault of what is read.
    say({ kind: "began" });
    say({ kind: "result", result: found[name]?.(...args) });
  } catch (error) {
    say({ kind: "error", error });
  }
}

function say(said: Said): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  parentPort?.postMessage(said);
}
