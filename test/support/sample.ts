import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "./testing.ts";
import { LEFT_OUT_VARIABLE, type LeftOut } from "../../script/checks/left-out.ts";
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
  const [taken, leftOut] = [sample.length, all.length - sample.length];
  return note({ of: "tests", what, taken, leftOut }) ? sample : all;
}

/**
 * The same for a table whose rows have names, which the titles show.
 *
 * @param sample the names of rows
 * @throws Error if no row has one of these names: its case would silently be left out
 */
export function sampledRows<Row extends { readonly name: string }>(
  what: string,
  rows: readonly Row[],
  sample: readonly string[],
): readonly Row[] {
  const names = rows.map(({ name }) => name);
  const unknown = sample.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`No row is called ${unknown.join(", ")}`);
  const taken = sampled(what, names, sample);
  return rows.filter(({ name }) => taken.includes(name));
}

/** A test that only `script/test --all` runs, because others, of its file or shorter ones, protect against the same kind of mistake. */
export function longStory(title: string, body: () => unknown): void {
  for (const each of sampled("long stories", [title], [])) test(each, body);
}

/** A run on every push tries so many of a property's random inputs; with each run they are other ones. */
const INPUTS_TAKEN = 0.1;

/** How many random inputs a property is tried with: `all`, or `sample` where the run has a place to note what it leaves out. */
export function sampledInputs({
  all,
  sample = Math.ceil(all * INPUTS_TAKEN),
}: {
  readonly all: number;
  readonly sample?: number;
}): { readonly numRuns: number } {
  const isNoted = note({ of: "random inputs", what: "inputs", taken: sample, leftOut: all - sample });
  return { numRuns: isNoted ? sample : all };
}

/** @returns `false` if the run has no place for notes, and so may not leave out anything */
function note(leftOut: Omit<LeftOut, "file">): boolean {
  const notes = process.env[LEFT_OUT_VARIABLE];
  if (notes === undefined) return false;
  const file = relative(ROOT, expect.getState().testPath ?? "");
  appendFileSync(notes, `${JSON.stringify({ ...leftOut, file })}\n`);
  return true;
}
