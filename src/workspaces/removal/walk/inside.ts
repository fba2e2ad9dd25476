import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { removeTree } from "./remove-tree.ts";
import { surveyTree } from "./survey-tree.ts";
import type { Said, Task } from "./tree-thread.ts";
import { WalkStopped } from "./walk-stopped.ts";

/** Of 19: the event loop of the bot goes first if processors are short. */
const NICENESS = 5;

// Runs in the thread itself: one walk after the other. On Linux the priority is the thread's own.
setPriority(NICENESS);
parentPort?.on("message", (task: Task) => say(answer(task)));

function answer(task: Task): Said {
  try {
    if (task.kind === "survey") return { kind: "done", result: surveyTree(task) };
    // A view of Node's pool would be sent with the whole pool.
    const handOver = (name: Buffer) => say({ kind: "handed over", name: new Uint8Array(name) });
    return { kind: "done", result: removeTree(task, handOver) };
  } catch (error) {
    return error instanceof WalkStopped ? { kind: "stopped" } : { kind: "failed", error };
  }
}

function say(said: Said): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  parentPort?.postMessage(said);
}
