import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { expect } from "./testing.ts";
import { LEFT_OUT_VARIABLE } from "../../script/checks/left-out.ts";
import { ROOT } from "./repository-files.ts";

/**
 * The cases of a table that a run takes: all of them, or those of `sample` alone where the run has a place to note what
 * it leaves out, which `script/test` reads out at its end. `script/test --all` leaves out nothing, nor does Jest alone.
 *
 * @param what the cases are, for the note about what was left out: "kill points of a run that publishes"
 * @param sample some of `all`, each of which protects against something that the others do not
 */
export function sampled<const Case extends string>(
  what: string,
  all: readonly Case[],
  sample: readonly NoInfer<Case>[],
): readonly Case[] {
  return leaveOut(what, { taken: sample.length, leftOut: all.length - sample.length }) ? sample : all;
}

/**
 * The same for a property: how many random cases a run tries.
 *
 * @param what the cases are: "histories of a project"
 */
export function sampledRuns(what: string, { all, sample }: { all: number; sample: number }): number {
  return leaveOut(what, { taken: sample, leftOut: all - sample }) ? sample : all;
}

/** @returns whether the run leaves anything out; then it is noted */
function leaveOut(what: string, counts: { taken: number; leftOut: number }): boolean {
  const notes = process.env[LEFT_OUT_VARIABLE];
  if (notes === undefined) return false;
  const file = relative(ROOT, expect.getState().testPath ?? "");
  appendFileSync(notes, `${JSON.stringify({ what, file, ...counts })}\n`);
  return true;
}
