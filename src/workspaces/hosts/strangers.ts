import { LRUCache } from "lru-cache";
import { OrbError } from "../../errors.ts";
import type { Looked } from "../keep/marks.ts";
import type { Borrowing, Mark } from "../record/borrowing.ts";
import { NO_WORKSPACES } from "../registry/find-folders.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";

/** Small entries, such as of fences. */
const REMEMBERED_MAX = 20_000;

/** Folders directly below the root that no record knows yet, because they were made since the last sweep; and the fences. */
export class Strangers {
  readonly #known = new LRUCache<string, Borrowing>({ max: REMEMBERED_MAX });

  /**
   * All of them, with what the remembered ones borrow.
   *
   * @param paths of all known workspaces
   */
  async find(
    root: WorkspaceRoot,
    paths: readonly string[],
    { changedAmong, plainAmong }: Questions,
  ): Promise<readonly Stranger[]> {
    const known = new Set(paths.map((path) => topmostName(root, path)));
    const names: string[] = [];
    for await (const entry of root.folder.entries()) {
      const name = entry.name.toString("latin1");
      if (entry.isDirectory() && !known.has(name) && !NO_WORKSPACES.has(name)) names.push(name);
    }
    const remembered = names.filter((name) => this.#known.has(name));
    const looked = remembered.map((name) => ({
      path: pathOf(root, name).toString("latin1"),
      marks: this.#known.get(name)?.marks ?? [],
    }));
    for (const number of await changedAmong(looked)) this.#known.delete(remembered[number] ?? "");
    const unread = names.filter((name) => !this.#known.has(name));
    const marks = await plainAmong(
      unread.map((name) => root.folder.at(Buffer.from(name, "latin1")).toString("latin1")),
    );
    for (const [number, name] of unread.entries()) {
      const mark = marks[number];
      if (mark) this.#known.set(name, { from: [], marks: [mark] });
    }
    return names.map((name) => ({
      name,
      path: pathOf(root, name),
      borrowing: this.#known.get(name) ?? null,
    }));
  }

  remember({ name }: Stranger, borrowing: Borrowing): void {
    this.#known.set(name, borrowing);
  }
}

/** For threads, because they block. */
interface Questions {
  /** Which of some look different now, by their numbers. */
  readonly changedAmong: (some: readonly Looked[]) => Promise<readonly number[]>;
  /** See `plainAmong` of `keep/`. */
  readonly plainAmong: (paths: readonly string[]) => Promise<readonly (Mark | null)[]>;
}

export interface Stranger {
  /** Every byte as a character. */
  readonly name: string;
  readonly path: Buffer;
  /** `null`: it has to be read. */
  readonly borrowing: Borrowing | null;
}

function pathOf(root: WorkspaceRoot, name: string): Buffer {
  return joinBytes(Buffer.from(root.path), Buffer.from(name, "latin1"));
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
