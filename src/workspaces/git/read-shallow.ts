import type { OpenFolder } from "../tree/open-folder.ts";
import { readSmallFile } from "./read-small-file.ts";
import { parseShas } from "./rules/ref-files.ts";

const SHALLOW_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Where the history of a shallow clone ends: commits whose parents are missing on purpose.
 *
 * @throws OrbError `git_unreadable`
 */
export async function readShallow(commonDir: OpenFolder): Promise<string[]> {
  const file = await readSmallFile(commonDir, "shallow", SHALLOW_BYTES_MAX);
  return file === null ? [] : parseShas(file.bytes);
}
