import { realpath, stat } from "node:fs/promises";
import { namedPath } from "../../git/open-below.ts";
import { readAlternates } from "../../git/read-alternates.ts";
import { OpenFolder } from "../../tree/open-folder.ts";
import { shownPath } from "../../tree/shown-path.ts";
import { archiveError } from "../failure.ts";

/** git follows lenders of lenders, five in a row. */
const LENDERS_MAX = 50;

/**
 * A workspace may borrow objects only from repositories of its own owner, also through others. The bot can read more than an
 * agent can, and what a bundle takes from a lender would come back to the agent with the workspace.
 *
 * @throws OrbError `archive_incomplete`
 */
export async function assertMayBorrow(objects: OpenFolder, workspace: OpenFolder): Promise<void> {
  const owner = await ownerOf(workspace);
  const seen = new Set<string>([`${objects.dev}:${objects.ino}`]);
  await lookAt(objects);

  async function lookAt(folder: OpenFolder): Promise<void> {
    for (const lender of await readAlternates(folder)) {
      await using opened = await openLender(folder, lender);
      if ((await ownerOf(opened)) !== owner) throw refused(lender, "belongs to another user");
      const identity = `${opened.dev}:${opened.ino}`;
      if (seen.has(identity)) continue;
      if (seen.add(identity).size > LENDERS_MAX) throw refused(lender, "is one of too many");
      await lookAt(opened);
    }
  }
}

async function ownerOf({ fd }: OpenFolder): Promise<number> {
  return (await stat(`/proc/self/fd/${fd}`)).uid;
}

async function openLender(folder: OpenFolder, lender: Buffer): Promise<OpenFolder> {
  try {
    return await OpenFolder.open(await realpath(await namedPath(folder, lender)));
  } catch (error) {
    throw refused(lender, "can't be opened", error);
  }
}

function refused(lender: Buffer, why: string, cause?: unknown): Error {
  return archiveError(
    {
      code: "archive_incomplete",
      reason: `The repository borrows objects from ${shownPath(lender)}, which ${why}.`,
      remedy:
        "Give the repository its own objects: `git repack -a -d`, then remove .git/objects/info/alternates.",
    },
    { cause },
  );
}
