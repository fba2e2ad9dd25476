import type { Transaction } from "../../mongo/database.ts";
import type { CleanupRequest } from "./command-request.ts";
import type { PullRequestStore } from "./store.ts";

/** A request that was taken over, and what it is about. */
export interface TakenCleanupRequest {
  readonly project: string;
  readonly url: string | null;
  readonly request: CleanupRequest;
}

/** The requests for clean-ups that people left on records, for the subject above that carries them out. */
export class CleanupRequestStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /** Takes one over, in the transaction that stores what follows from it; `null` if none waits. */
  async takeOne(transaction: Transaction): Promise<TakenCleanupRequest | null> {
    const record = await this.#store.model
      .findOneAndUpdate(
        { "cleanupAsked.taken": false },
        { $set: { "cleanupAsked.taken": true } },
        { session: transaction, projection: { project: 1, pullRequest: 1, cleanupAsked: 1 } },
      )
      .lean();
    if (!record?.cleanupAsked) return null;
    const { project, pullRequest, cleanupAsked: request } = record;
    return { project, url: pullRequest?.url ?? null, request };
  }

  /** Whether one waits. Asked outside of a transaction, so that an idle process opens none. */
  async hasOne(): Promise<boolean> {
    return (await this.#store.model.exists({ "cleanupAsked.taken": false })) !== null;
  }
}
