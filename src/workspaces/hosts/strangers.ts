import { LRUCache } from "lru-cache";
import { OrbError } from "../../errors.ts";
import { looksTheSame } from "../keep/marks.ts";
import type { Borrowing } from "../record/borrowing.ts";
import { NO_WORKSPACES } from "../registry/find-folders.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";

/** Small entries, such as of fences. */
const REMEMBERED_MAX = 20_000;

/** Folders directly below the root that no record knows yet, because they were made since the last sweep; and the fences. */
export class Strangers {
  readonly #known = new LRUCache<string, Borrowing>({ max: REMEMBERED_MAX });

  /** The paths of those that are not as they were remembered, and what the others borrow. @param paths of all known workspaces */
  async find(root: WorkspaceRoot, paths: readonly string[]): Promise<readonly Stranger[]> {
    const known = new Set(paths.map((path) => topmostName(root, path)));
    const found: Stranger[] = [];
    for await (const entry of root.folder.entries()) {
      const name = entry.name.toString("latin1");
      if (!entry.isDirectory() || known.has(name) || NO_WORKSPACES.has(name)) continue;
      const path = Buffer.concat([Buffer.from(`${root.path}/`), entry.name]);
      const borrowing = this.#known.get(name) ?? null;
      const isCurrent = borrowing !== null && (await looksTheSame(path, borrowing.marks));
      found.push({ name, path, borrowing: isCurrent ? borrowing : null });
    }
    return found;
  }

  remember({ name }: Stranger, borrowing: Borrowing): void {
    this.#known.set(name, borrowing);
  }
}

export interface Stranger {
  /** Every byte as a character. */
  readonly name: string;
  readonly path: Buffer;
  /** `null`: it has to be read. */
  readonly borrowing: Borrowing | null;
}

/** Of the folder directly below the root in which a workspace lies, or which it is; `null` if it lies elsewhere. */
function topmostName(root: WorkspaceRoot, path: string): string | null {
  try {
    return root.relative(path)[0]?.toString("latin1") ?? null;
  } catch (error) {
    if (error instanceof OrbError) return null;
    throw error;
  }
}
