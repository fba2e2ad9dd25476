import { closeSync, constants, fstatSync, openSync, opendirSync } from "node:fs";
import type { Mark } from "../record/borrowing.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import { markFrom } from "./marks.ts";

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** A fence has a few. A folder with more is read as any other is. */
const ENTRIES_MAX = 100;

/**
 * Which of these folders have nothing in them but a few files, such as the fences at the paths of removed workspaces: of each how it
 * looked, in the same order; `null` if it is another kind of folder, or could not be read.
 *
 * Such a folder borrows no objects: git finds those of a repository through a folder or a link. It blocks, a hundredth of what
 * `readBorrowing` takes: call it in a thread.
 *
 * @param paths absolute, every byte as a character; only the last part may be a link, which is not followed
 */
export function plainAmong(paths: readonly string[]): readonly (Mark | null)[] {
  return paths.map((path) => {
    try {
      return markOfPlain(Buffer.from(path, "latin1"));
    } catch (error) {
      // It is read as any other then, which meets the same error and says so.
      if (isSystemError(error)) return null;
      throw error;
    }
  });
}

function markOfPlain(path: Buffer): Mark | null {
  const fd = openSync(path, FOLDER_FLAGS);
  try {
    // Before it is read: what changes meanwhile looks different afterwards.
    const stat = fstatSync(fd, { bigint: true });
    return hasOnlyFiles(fd) ? markFrom(Buffer.alloc(0), stat) : null;
  } finally {
    closeSync(fd);
  }
}

function hasOnlyFiles(fd: number): boolean {
  const entries = opendirSync(descriptorPath(fd));
  try {
    for (let count = 0; count <= ENTRIES_MAX; count++) {
      const entry = entries.readSync();
      if (entry === null) return true;
      if (!entry.isFile()) return false;
    }
    return false;
  } finally {
    entries.closeSync();
  }
}
