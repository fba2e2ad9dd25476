import type { Model } from "mongoose";
import type { Borrowing } from "./borrowing.ts";
import type { WorkspaceStore } from "./store.ts";
import type { StoredWorkspace } from "./workspace.ts";

/** A workspace, as far as others must know it that may have lent objects to it. */
export type Neighbour = Pick<StoredWorkspace, "_id" | "path" | "revision">;

export interface NeighbourRead extends Neighbour {
  /** As it was last read; `null` if that is not stored. */
  readonly borrowing: Borrowing | null;
}

const NAMED = { path: 1, revision: 1 } as const;
const WITH_BORROWING = { ...NAMED, borrowing: 1 } as const;

/** The parts of the records of workspaces that say from where they borrow. They may be large, so nothing else reads them. */
export class BorrowingStore {
  readonly #model: Model<StoredWorkspace>;

  constructor({ model }: Pick<WorkspaceStore, "model">) {
    this.#model = model;
  }

  /** Those of a host of which it must be found out now from where they borrow. */
  async toRead(host: string, now: Date): Promise<Neighbour[]> {
    // Also those without a time.
    const isDue = { $not: { $gt: now } };
    return this.#model.find({ goneAt: null, host, readAgainAt: isDue }, NAMED).lean<Neighbour[]>();
  }

  /**
   * Those of a host that borrowed from a place below a folder when they were last read.
   *
   * @param folder its real path, every byte as a character
   */
  async borrowersFrom(host: string, folder: string): Promise<NeighbourRead[]> {
    // "0" is the character behind "/".
    const below = { $elemMatch: { $gt: `${folder}/`, $lt: `${folder}0` } };
    return this.#model
      .find({ goneAt: null, host, "borrowing.from": below }, WITH_BORROWING)
      .lean<NeighbourRead[]>();
  }

  /** All of a host that have a folder, in parts. */
  async *all(host: string, size: number): AsyncGenerator<NeighbourRead[], void> {
    for (let after = ""; ;) {
      const part: NeighbourRead[] = await this.#model
        .find({ goneAt: null, host, _id: { $gt: after } }, WITH_BORROWING)
        .sort({ _id: 1 })
        .limit(size)
        .lean<NeighbourRead[]>();
      const last = part.at(-1);
      if (last) yield part;
      if (!last || part.length < size) return;
      after = last._id;
    }
  }

  /** Stores what was read, unless the record has changed meanwhile: then it is read again. */
  async note(
    { _id, revision }: Neighbour,
    read: { readonly borrowing?: Borrowing | null; readonly readAgainAt: Date },
  ): Promise<void> {
    await this.#model.updateOne({ _id, revision }, { $set: read });
  }

  /** Notes that there was no folder. What was known stays: it may be in the trash, and be put back. */
  async noteMissing(
    { _id, revision }: Neighbour,
    { nothing, readAgainAt }: { readonly nothing: Borrowing; readonly readAgainAt: Date },
  ): Promise<void> {
    const borrowing = { $ifNull: ["$borrowing", { $literal: nothing }] };
    await this.#model.collection.updateOne({ _id, revision } as never, [
      { $set: { borrowing, readAgainAt } },
    ]);
  }
}
