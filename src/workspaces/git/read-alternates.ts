import type { OpenFolder } from "../tree/open-folder.ts";
import { openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { lines } from "./rules/ref-files.ts";
import { unquote } from "./rules/unquote.ts";

const ALTERNATES_BYTES_MAX = 1024 * 1024;

/**
 * The folders of objects from which a repository borrows, as its file `info/alternates` names them. A relative path begins in
 * `objects`. https://git-scm.com/docs/gitrepository-layout
 *
 * @throws OrbError `git_unreadable`
 */
export async function readAlternates(objects: OpenFolder): Promise<Buffer[]> {
  await using info = await openBelow(objects, "info");
  if (info === null) return [];
  const file = await readSmallFile(info, "alternates", ALTERNATES_BYTES_MAX);
  if (file === null) return [];
  return [...lines(file.bytes)].filter((line) => line.length > 0 && line[0] !== 0x23).map(unquote);
}
