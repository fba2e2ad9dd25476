import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "./oracle.ts";
import { type Snapshot, snapshotsBelow } from "./snapshot.ts";

interface Folders {
  readonly root: string;
  readonly outside: string;
}

/** All of both folders at one moment. */
export interface Seen {
  readonly inside: ReadonlyMap<string, Snapshot>;
  readonly outside: ReadonlyMap<string, Snapshot>;
}

/** What is not as the oracle wants it, by name. */
export interface Wrong {
  /** Had to stay as it was, and is gone or another. */
  readonly lost: readonly string[];
  /** Had to go, and is there. */
  readonly left: readonly string[];
  /** Changed beside the workspaces. */
  readonly outside: readonly string[];
  /** In the trash, or new between the workspaces. */
  readonly litter: readonly string[];
}

export const NOTHING_WRONG: Wrong = { lost: [], left: [], outside: [], litter: [] };

/** Only the bot's own folder, and the fences at the paths of what is gone, may be new. */
const OWN = ".orb";
const FENCE = "WORKSPACE-REMOVED.txt";

export function seeAll({ root, outside }: Folders): Seen {
  return { inside: snapshotsBelow(root), outside: snapshotsBelow(outside) };
}

/** @param verdicts by name; what has none must stay */
export function compare(
  before: Seen,
  after: Seen,
  { verdicts, root }: { verdicts: ReadonlyMap<string, Verdict>; root: string },
): Wrong {
  const wrong = {
    lost: [] as string[],
    left: [] as string[],
    outside: [] as string[],
    litter: [] as string[],
  };
  for (const [name, { hash }] of before.inside) {
    if (verdicts.get(name)?.goes === true) {
      if (!isGone(root, name)) wrong.left.push(name);
    } else if (after.inside.get(name)?.hash !== hash) wrong.lost.push(name);
  }
  for (const name of new Set([...before.outside.keys(), ...after.outside.keys()]))
    if (before.outside.get(name)?.hash !== after.outside.get(name)?.hash) wrong.outside.push(name);
  for (const name of after.inside.keys())
    if (!before.inside.has(name) && name !== OWN) wrong.litter.push(name);
  return { ...wrong, litter: [...wrong.litter, ...trashOf(root)] };
}

/** Whether a workspace is not at its path any more: nothing is there, or a fence. */
export function isGone(root: string, name: string): boolean {
  const path = join(root, Buffer.from(name, "latin1").toString());
  return !existsSync(path) || existsSync(join(path, FENCE));
}

function trashOf(root: string): string[] {
  const trash = join(root, OWN, "trash");
  return existsSync(trash) ? readdirSync(trash).map((name) => `trash/${name}`) : [];
}
