import { lstat } from "node:fs/promises";
import type { Mark } from "../record/borrowing.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";

/** Notes how something in a workspace looks now. Only its number and its times are read, so links on the way do no harm. */
export async function markOf({ fd }: OpenFolder, path: Buffer): Promise<Mark> {
  const inside = path.length === 0 ? Buffer.from(".") : path;
  return markFrom(path, await stampOf(joinBytes(Buffer.from(descriptorPath(fd)), inside)));
}

/** Notes how the workspace itself looks, whatever is at its path: also a link, or nothing. */
export async function markAt(path: string): Promise<Mark> {
  return markFrom(Buffer.alloc(0), await stampOf(Buffer.from(path)));
}

/** Whether all of it still looks the same. @param workspace its absolute path */
export async function looksTheSame(workspace: Buffer, marks: readonly Mark[]): Promise<boolean> {
  for (const { path, stamp } of marks) {
    const at = path === "" ? workspace : joinBytes(workspace, Buffer.from(path, "latin1"));
    if ((await stampOf(at)) !== stamp) return false;
  }
  return true;
}

function markFrom(path: Buffer, stamp: string): Mark {
  return { path: path.toString("latin1"), stamp };
}

/** @returns empty if nothing is there. What must not be looked at has a look of its own */
async function stampOf(path: Buffer): Promise<string> {
  try {
    const { ino, ctimeNs } = await lstat(path, { bigint: true });
    return `${ino} ${ctimeNs}`;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === "ENOENT" || error.code === "ENOTDIR" ? "" : error.code;
  }
}
