import type { ChangedFile } from "../../../github/facts/comparison.ts";

/** Of all paths together. The 3 000 files that GitHub names at most have a tenth of it if people name them. */
const PATH_CHARACTERS_MAX = 1_000_000;

/** The changed files that are looked at. What is done with them takes time for each character of their paths. */
export function filesWithin(files: readonly ChangedFile[]): {
  readonly files: readonly ChangedFile[];
  /** There are more. */
  readonly cut: boolean;
} {
  let characters = 0;
  const end = files.findIndex(({ path, previousPath }) => {
    characters += path.length + (previousPath?.length ?? 0);
    return characters > PATH_CHARACTERS_MAX;
  });
  return end < 0 ? { files, cut: false } : { files: files.slice(0, end), cut: true };
}
