import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { OrbError } from "../../errors.ts";
import { isNothingThere, isSystemError } from "../tree/failure.ts";
import { shownPath } from "../tree/shown-path.ts";

/** As in Linux. */
const LINKS_MAX = 40;

/**
 * A path without links, also if what it leads to is gone: a workspace that is in the trash is not at its path, and still has lent there.
 *
 * @param path absolute and normal; every byte as a character
 * @throws OrbError `git_unreadable` if it can't be followed
 */
export async function realPathOf(path: string): Promise<string> {
  return follow(path, { links: 0, named: path });
}

async function follow(path: string, way: { links: number; readonly named: string }): Promise<string> {
  const bytes = Buffer.from(path, "latin1");
  const found = await realpath(bytes, { encoding: "buffer" }).catch((error: unknown) =>
    unlessNothing(error, way.named),
  );
  if (found !== null) return found.toString("latin1");
  const target = await readlink(bytes, { encoding: "buffer" }).catch(() => null);
  if (target === null) return join(await follow(dirname(path), way), basename(path));
  if (++way.links > LINKS_MAX) throw unreadable(way.named);
  return follow(resolve(dirname(path), target.toString("latin1")), way);
}

function unlessNothing(error: unknown, named: string): null {
  if (isNothingThere(error)) return null;
  if (!isSystemError(error)) throw error;
  throw unreadable(named, error);
}

function unreadable(path: string, cause?: unknown): OrbError {
  return new OrbError(
    {
      code: "git_unreadable",
      reason: `${shownPath(Buffer.from(path, "latin1"))} is named as a place of objects and can't be followed.`,
      remedy: "Let the bot's user read it, or remove what names it.",
    },
    { cause },
  );
}
