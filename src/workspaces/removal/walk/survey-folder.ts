import type { OpenFolder } from "../../tree/open-folder.ts";
import { StopFlag } from "./stop-flag.ts";
import type { Survey } from "./survey-tree.ts";
import type { TreeThreads } from "./tree-threads.ts";

export interface SurveyOptions {
  readonly threads: TreeThreads;
  readonly signal?: AbortSignal | undefined;
  /** Whether btrfs subvolumes may go too. */
  readonly allowSubvolumes?: boolean;
}

/**
 * Looks through a whole tree in a thread: how much is in it, and what of it can't be removed. Changes nothing.
 *
 * @throws OrbError `stopping` if `signal` aborts
 */
export async function surveyFolder(
  top: OpenFolder,
  { threads, signal, allowSubvolumes = false }: SurveyOptions,
): Promise<Survey> {
  const stop = new StopFlag();
  if (signal?.aborted === true) stop.raise();
  signal?.addEventListener("abort", stop.raise);
  const { fd, dev, ino, mountId } = top;
  const task = { top: { fd, dev, ino, mountId }, allowSubvolumes, memory: stop.memory };
  try {
    return await threads.with((thread) => thread.survey(task));
  } finally {
    signal?.removeEventListener("abort", stop.raise);
  }
}
