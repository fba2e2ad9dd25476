import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { isAtOrBelow } from "../../../src/workspaces/tree/rules/is-at-or-below.ts";
import { parseMountTable } from "../../../src/workspaces/tree/rules/mount-table.ts";

/**
 * Removes what a run that was killed has left. Tests of workspaces mount file systems, also other folders of this machine, so what is
 * mounted there is unmounted first: a removal would go on in the folder that the mount shows.
 *
 * @throws Error if something stays mounted: then nothing is removed
 */
export async function removeLeftFolder(folder: string): Promise<void> {
  // What was mounted last may hide what was mounted before.
  for (const point of mountsBelow(folder).toReversed()) execFileSync("umount", ["--lazy", point]);
  const [left] = mountsBelow(folder);
  if (left !== undefined) throw new Error(`${left} is still mounted; run \`umount ${left}\``);
  await rm(folder, { recursive: true, force: true });
}

function mountsBelow(folder: string): string[] {
  return parseMountTable(readFileSync("/proc/self/mountinfo", "latin1"))
    .map(({ point }) => point)
    .filter((point) => isAtOrBelow(point, folder));
}
