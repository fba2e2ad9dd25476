import type { OpenFolder } from "../../tree/open-folder.ts";
import { archiveError, changed } from "../failure.ts";
import { OpenFile } from "./read-file.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { mentionedObjects, OVERLAP_CHARACTERS } from "../rules/mentioned-objects.ts";
import { walk } from "./walk.ts";

/** Folders of a git folder whose files name no objects of it. */
const SILENT = new Set(["objects", "lfs", "hooks", "modules", "info"]);
/** Indexes are binary, and read by git. */
const INDEX = /^(?:index|sharedindex\..*)$/;
/** Files in which every name must be that of an object; in all others an object may be gone. */
const REFS = /^(?:HEAD|packed-refs|refs\/.*|worktrees\/[^/]*\/(?:HEAD|refs\/.*))$/s;
const MENTIONS_MAX = 1_000_000;

export interface Mentioned {
  /** Named by a ref: without one of them the repository is broken. */
  readonly byRefs: ReadonlySet<string>;
  /** Named anywhere else, such as in a reflog, whose objects may be gone. */
  readonly elsewhere: ReadonlySet<string>;
}

/**
 * Every object that the files of a repository name: refs, HEADs, reflogs, and the state of operations under way, also those
 * of linked worktrees in it.
 *
 * @throws OrbError `archive_too_large`, and those of `walk`; `archive_changed` for a link
 */
export async function findMentioned(
  gitFolder: OpenFolder,
  { limits, signal }: { readonly limits: ArchiveLimits; readonly signal: AbortSignal },
): Promise<Mentioned> {
  const byRefs = new Set<string>();
  const elsewhere = new Set<string>();
  const enter = (path: Buffer): boolean => !SILENT.has(path.toString("latin1"));
  for await (const { path, name, parent, stat } of walk(gitFolder, { enter, limits, signal })) {
    // What is behind a link is not read, so nobody would know which objects are named there.
    if (stat.isSymbolicLink() && enter(path)) throw changed(path);
    if (!stat.isFile() || INDEX.test(name.toString("latin1"))) continue;
    await using file = await OpenFile.open(parent, { name, path, expected: stat });
    const set = REFS.test(path.toString("latin1")) ? byRefs : elsewhere;
    let rest = "";
    for await (const chunk of file.chunks(null)) {
      const text = rest + chunk.toString("latin1");
      for (const object of mentionedObjects(text)) set.add(object);
      rest = text.slice(-OVERLAP_CHARACTERS);
    }
    if (byRefs.size + elsewhere.size > MENTIONS_MAX) throw tooMany();
  }
  return { byRefs, elsewhere };
}

function tooMany(): Error {
  return archiveError({
    code: "archive_too_large",
    reason: `A repository names more than ${MENTIONS_MAX} objects in its refs and reflogs.`,
    remedy: "Expire its reflogs (`git reflog expire --expire=now --all`) if nobody needs them.",
  });
}
