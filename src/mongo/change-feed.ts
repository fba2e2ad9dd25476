import { backOffMs } from "../work/rules/back-off.ts";
import type { Database } from "./database.ts";

/**
 * Calls a listener when something is inserted into its collection, by any process. Only a nudge: what is to be
 * done is always found by looking, so a feed that is down makes the house slower and never wrong.
 */
export class ChangeFeed {
  readonly #database: Database;
  readonly #listeners = new Map<string, () => void>();
  readonly #matches: Record<string, unknown>[] = [];
  readonly #onError: (error: unknown) => void;
  #stream: { close(): Promise<void> } | null = null;
  #reopening: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database;
    this.#onError = onError;
  }

  /**
   * @param collection its name in MongoDB; one listener each
   * @param orChanged fields whose change counts as well
   */
  on(
    collection: string,
    listener: () => void,
    { orChanged = [] }: { orChanged?: readonly string[] } = {},
  ): void {
    this.#listeners.set(collection, listener);
    const inserted = { operationType: "insert", "ns.coll": collection };
    this.#matches.push(inserted);
    for (const field of orChanged) {
      const changed = { [`updateDescription.updatedFields.${field}`]: { $exists: true } };
      this.#matches.push({ operationType: "update", "ns.coll": collection, ...changed });
    }
  }

  open(): void {
    if (this.#closed || this.#matches.length === 0) return;
    const stream = this.#database.connection.db?.watch([
      { $match: { $or: this.#matches } },
      { $project: { ns: 1, operationType: 1 } },
    ]);
    if (!stream) return;
    this.#stream = stream;
    stream.on("change", (change) => {
      if ("ns" in change && "coll" in change.ns) this.#listeners.get(change.ns.coll)?.();
    });
    stream.on("error", (error) => this.#reopen(error));
  }

  #reopen(error: unknown): void {
    if (this.#closed || this.#reopening) return;
    this.#onError(error);
    this.#stream = null; // the driver closes a stream that has failed
    this.#reopening = setTimeout(() => {
      this.#reopening = null;
      this.open();
    }, backOffMs("change_feed"));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#reopening) clearTimeout(this.#reopening);
    await this.#stream?.close();
  }
}
