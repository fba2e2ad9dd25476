import { readFile } from "node:fs/promises";

/** Names the file in which tests note what they leave out. If it is unset, they leave out nothing. */
export const LEFT_OUT_VARIABLE = "ORB_TEST_LEFT_OUT";

/** A table of tests, or the random inputs of a test, from which only a sample was run. */
export interface LeftOut {
  readonly of: "tests" | "random inputs";
  readonly what: string;
  readonly file: string;
  readonly taken: number;
  readonly leftOut: number;
}

/** One line about everything that the tests noted, and about files that were not run; `null` if nothing was left out. */
export async function sayLeftOut(notes: string, files: readonly string[] = []): Promise<string | null> {
  // Without a file, nothing was cut to a sample.
  const text = await readFile(notes, "utf8").catch(() => "");
  const noted = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LeftOut);
  const sums = [sumOfTests(noted), sumOfInputs(noted), listOfFiles(files)].filter((sum) => sum !== null);
  if (sums.length === 0) return null;
  return `Left to script/test --all: ${sums.join("; ")}`;
}

function sumOfTests(noted: readonly LeftOut[]): string | null {
  const tables = noted.filter((each) => each.of === "tests");
  if (tables.length === 0) return null;
  const byName = Map.groupBy(tables, ({ what, file }) => `${what} (${file})`);
  const each = [...byName]
    .map(([name, same]) => {
      const leftOut = total(same, "leftOut");
      return `${leftOut} of ${leftOut + total(same, "taken")} ${name}`;
    })
    .toSorted((one, other) => one.localeCompare(other, "en"));
  return `${total(tables, "leftOut")} tests, namely ${each.join(", ")}`;
}

function sumOfInputs(noted: readonly LeftOut[]): string | null {
  const inputs = noted.filter((each) => each.of === "random inputs");
  if (inputs.length === 0) return null;
  const leftOut = total(inputs, "leftOut");
  return `${leftOut} of ${leftOut + total(inputs, "taken")} random inputs of ${inputs.length} properties`;
}

function listOfFiles(files: readonly string[]): string | null {
  return files.length === 0 ? null : `${files.length} files, namely ${files.join(", ")}`;
}

function total(noted: readonly LeftOut[], field: "taken" | "leftOut"): number {
  return noted.reduce((sum, each) => sum + each[field], 0);
}
