import { lstatSync } from "node:fs";
import { lstat } from "node:fs/promises";
import type { Mark } from "../record/borrowing.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isNothingThere, isSystemError } from "../tree/failure.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";

/** Notes how something in a workspace looks now. Only its number and its times are read, so links on the way do no harm. */
export async function markOf({ fd }: OpenFolder, path: Buffer): Promise<Mark> {
  const inside = path.length === 0 ? Buffer.from(".") : path;
  return markWith(path, await stampOf(joinBytes(Buffer.from(descriptorPath(fd)), inside)));
}

/** Notes how the workspace itself looks, whatever is at its path: also a link, or nothing. */
export async function markAt(path: string): Promise<Mark> {
  return markWith(Buffer.alloc(0), await stampOf(Buffer.from(path)));
}

/** What of a look at a file or a folder is compared. */
interface Look {
  readonly ino: bigint;
  readonly ctimeNs: bigint;
}

/** A workspace, and how it looked. */
export interface Looked {
  /** Absolute; every byte as a character. */
  readonly path: string;
  readonly marks: readonly Mark[];
}

/**
 * Which of these look different now, by their numbers in the list. It blocks, a tenth of what asking without blocking takes: for thousands,
 * call it in a thread.
 */
export function changedAmong(workspaces: readonly Looked[]): number[] {
  return workspaces.flatMap(({ path, marks }, number) => {
    const folder = Buffer.from(path, "latin1");
    return marks.every((mark) => stampNow(pathOf(folder, mark)) === mark.stamp) ? [] : [number];
  });
}

function pathOf(workspace: Buffer, { path }: Mark): Buffer {
  return path === "" ? workspace : joinBytes(workspace, Buffer.from(path, "latin1"));
}

/** The mark of what was looked at, by its path in the workspace. */
export function markFrom(path: Buffer, look: Look): Mark {
  return markWith(path, stampFrom(look));
}

function markWith(path: Buffer, stamp: string): Mark {
  return { path: path.toString("latin1"), stamp };
}

async function stampOf(path: Buffer): Promise<string> {
  try {
    return stampFrom(await lstat(path, { bigint: true }));
  } catch (error) {
    return stampOfNothing(error);
  }
}

function stampNow(path: Buffer): string {
  try {
    return stampFrom(lstatSync(path, { bigint: true }));
  } catch (error) {
    return stampOfNothing(error);
  }
}

function stampFrom({ ino, ctimeNs }: Look): string {
  return `${ino} ${ctimeNs}`;
}

/** @returns empty if nothing is there. What must not be looked at has a look of its own */
function stampOfNothing(error: unknown): string {
  if (!isSystemError(error)) throw error;
  return isNothingThere(error) ? "" : error.code;
}
