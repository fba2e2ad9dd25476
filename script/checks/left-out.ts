import { readFile } from "node:fs/promises";

/** Names the file in which tests note what they leave out. If it is unset, they leave out nothing. */
export const LEFT_OUT_VARIABLE = "ORB_TEST_LEFT_OUT";

/** A table of tests from which only a sample was run. */
export interface LeftOut {
  readonly what: string;
  readonly file: string;
  readonly taken: number;
  readonly leftOut: number;
}

/** One line about everything that the tests noted; `null` if they left out nothing. */
export async function sayLeftOut(notes: string): Promise<string | null> {
  // Without a file, no table was cut to a sample.
  const text = await readFile(notes, "utf8").catch(() => "");
  const tables = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LeftOut);
  if (tables.length === 0) return null;
  const total = tables.reduce((sum, { leftOut }) => sum + leftOut, 0);
  const each = tables
    .map(({ what, file, taken, leftOut }) => `${leftOut} of ${taken + leftOut} ${what} (${file})`)
    .toSorted((one, other) => one.localeCompare(other, "en"));
  return `Left to script/test --all: ${total} tests, namely ${each.join(", ")}`;
}
