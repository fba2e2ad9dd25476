import { OrbError } from "../../errors.ts";
import { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { type MovedFolder, whereNow } from "./moved-folder.ts";
import { readAlternates } from "./read-alternates.ts";

/** Each holds a descriptor, here and in git. */
const LENDERS_MAX = 50;

/**
 * Opens the folders from which a repository borrows objects, also through others, as if the workspace were still at its path: git looks
 * for them by the paths in `info/alternates`, which lead elsewhere now. One that can't be opened is left out, as git does, and
 * what is missing then is an error of git's.
 *
 * @returns to be closed by the caller
 * @throws OrbError `git_unreadable`
 */
export async function openLenders(objects: OpenFolder, moved: MovedFolder): Promise<readonly OpenFolder[]> {
  const lenders: OpenFolder[] = [];
  try {
    const seen = new Set([`${objects.dev}:${objects.ino}`]);
    for (const borrower of chain(objects, lenders)) {
      for (const path of await readAlternates(borrower)) {
        const lender = await open(borrower, path, moved);
        if (lender === null) continue;
        const identity = `${lender.dev}:${lender.ino}`;
        if (seen.has(identity)) await lender.close();
        else lenders.push(lender);
        if (seen.add(identity).size > LENDERS_MAX)
          throw gitUnreadable(path, "is one of too many lenders of objects");
      }
    }
    return lenders;
  } catch (error) {
    for (const lender of lenders) await lender.close();
    throw error;
  }
}

/** Those that are found on the way are visited too. */
function* chain(first: OpenFolder, found: readonly OpenFolder[]): Generator<OpenFolder, void> {
  yield first;
  yield* found;
}

async function open(borrower: OpenFolder, path: Buffer, moved: MovedFolder): Promise<OpenFolder | null> {
  try {
    return await OpenFolder.open(await whereNow(borrower, path, { moved, followsLast: true }), path);
  } catch (error) {
    if (error instanceof OrbError) return null;
    throw error;
  }
}
