import { clip } from "../../../text/clip.ts";
import { withoutInvisible } from "../../../text/invisible.ts";

/** For one line of a terminal or two. */
const NOTE_LENGTH_MAX = 300;

/** What each file of a fence has in it, and no other file. */
export function fenceMark(trashName: string): string {
  return `(fence ${trashName})`;
}

/**
 * The files of a fence, by name. Each is what one tool looks for first, here and then in the folders above, and none of them can be
 * read by it: so the tool stops here, and most print the note. `.git` names a repository that does not exist.
 *
 * @param trashName proves whose fence it is
 * @param note one sentence: that the workspace was removed, and why
 */
export function fenceFiles(trashName: string, note: string): ReadonlyMap<string, string> {
  // Quotes and the like would end the text in some of the formats.
  const line = clip(
    withoutInvisible(note).replace(/[^\p{L}\p{N} .,:;()@#/_-]+/gu, " "),
    NOTE_LENGTH_MAX,
  ).trim();
  const text = `${line} ${fenceMark(trashName)}`;
  return new Map([
    [".git", `gitdir: /${text}\n`],
    ["WORKSPACE-REMOVED.txt", `${text}\n`],
    ...["package.json", "Cargo.toml", "go.mod", "pyproject.toml", "pytest.ini", "deno.json"].map(
      (name): [string, string] => [name, `${text}\n`],
    ),
    ["Makefile", `$(error ${text})\n`],
  ]);
}
