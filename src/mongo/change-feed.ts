import { backOffMs } from "../work/rules/back-off.ts";
import type { Database } from "./database.ts";

/**
 * Calls listeners when any process inserts something into their collection. It is only a nudge: loops find their work by
 * asking the store, so without the feed the bot is slower but never wrong.
 */
export class ChangeFeed {
  readonly #database: Database;
  readonly #listeners = new Map<string, (() => void)[]>();
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
   * Call it before `open`. A collection may have several listeners; each is called for every change that any of them wants.
   *
   * @param collection its name in MongoDB
   * @param orChanged top-level fields whose change counts as well
   */
  on(
    collection: string,
    listener: () => void,
    { orChanged = [] }: { orChanged?: readonly string[] } = {},
  ): void {
    this.#listeners.set(collection, [...(this.#listeners.get(collection) ?? []), listener]);
    const inserted = { operationType: "insert", "ns.coll": collection };
    this.#matches.push(inserted);
    for (const field of orChanged) {
      const changed = { [`updateDescription.updatedFields.${field}`]: { $exists: true } };
      this.#matches.push({ operationType: "update", "ns.coll": collection, ...changed });
    }
  }

  /** Opens the feed. Every listener is called once it is open, also after an interruption. */
  open(): void {
    if (this.#closed || this.#matches.length === 0) return;
    const stream = this.#database.connection.db?.watch([
      { $match: { $or: this.#matches } },
      { $project: { ns: 1, operationType: 1 } },
    ]);
    if (!stream) return;
    this.#stream = stream;
    // The first token means that the feed is open. Nobody was nudged for changes before that.
    stream.once("resumeTokenChanged", () => {
      for (const listener of [...this.#listeners.values()].flat()) listener();
    });
    stream.on("change", (change) => {
      if (!("ns" in change) || !("coll" in change.ns)) return;
      for (const listener of this.#listeners.get(change.ns.coll) ?? []) listener();
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
