import { randomBytes } from "node:crypto";
import type { OpenFolder } from "../../tree/open-folder.ts";
import type { Finding } from "../rules/findings.ts";
import { TreeRemover } from "./remove-tree.ts";
import { type Counts, Steering, type WalkOptions } from "./steering.ts";

const TOKEN_BYTES = 12;
/** A process that goes on writing into the trash can hold up a removal for so many passes over it. */
const PASSES_MAX = 1_000;

export interface Emptied {
  readonly counts: Counts;
  /** What could not be removed. Empty if the folder is. */
  readonly findings: readonly Finding[];
}

/**
 * Removes everything in an open folder. It has no limit of time: a tree takes as long as it takes, and says how far it came.
 *
 * @throws OrbError `stopping` if `signal` aborts
 */
export async function emptyFolder(
  top: OpenFolder,
  { allowSubvolumes, ...options }: WalkOptions & { readonly allowSubvolumes: boolean },
): Promise<Emptied> {
  using steering = new Steering(options);
  for (let passes = 1; ; passes++) {
    const before = { ...steering.counts };
    // A new one each time: what earlier passes have moved up is removed like anything else.
    const token = `orb-${randomBytes(TOKEN_BYTES).toString("hex")}-`;
    const remover = new TreeRemover(top, { token, allowSubvolumes, steering });
    await remover.run();
    const counts = { ...steering.counts };
    if (await hasNothing(top)) return { counts, findings: [] };
    const isLess = counts.files + counts.folders > before.files + before.folders;
    if (!isLess || passes === PASSES_MAX) return { counts, findings: remover.findings.all };
  }
}

async function hasNothing(folder: OpenFolder): Promise<boolean> {
  for await (const _ of folder.entries()) return false;
  return true;
}
