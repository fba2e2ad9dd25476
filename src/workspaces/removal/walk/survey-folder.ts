import type { OpenFolder } from "../../tree/open-folder.ts";
import { watchWalk, type WalkOptions } from "./empty-folder.ts";
import { Shared } from "./shared.ts";
import type { Survey } from "./survey-tree.ts";

export interface SurveyOptions extends Pick<WalkOptions, "threads" | "signal"> {
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
  const shared = new Shared();
  using _ = watchWalk(shared, { signal });
  const { fd, dev, ino, mountId } = top;
  const { memory } = shared;
  return await threads.with((thread) =>
    thread.walk<"survey">({ kind: "survey", top: { fd, dev, ino, mountId }, allowSubvolumes, memory }),
  );
}
