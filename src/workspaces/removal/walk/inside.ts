import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { changedAmong } from "../../keep/marks.ts";
import { plainAmong } from "../../keep/plain-folders.ts";
import { surveyTree } from "./survey-tree.ts";
import type { Said, Task } from "./tree-thread.ts";
import { WalkStopped } from "./walk-stopped.ts";

/** Of 19: the event loop of the bot goes first if processors are short. */
const NICENESS = 5;

// Runs in the thread itself: one task after the other. On Linux the priority is the thread's own.
setPriority(NICENESS);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
parentPort?.on("message", (task: Task) => parentPort?.postMessage(answer(task)));

function answer(task: Task): Said {
  try {
    if (task.kind === "compare") return { kind: "compared", changed: changedAmong(task.workspaces) };
    if (task.kind === "plain") return { kind: "told", marks: plainAmong(task.paths) };
    return { kind: "done", survey: surveyTree(task.survey) };
  } catch (error) {
    return error instanceof WalkStopped ? { kind: "stopped" } : { kind: "failed", error };
  }
}
