import type { mongo } from "mongoose";
import { OrbError } from "../errors.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import type { Database } from "./database.ts";

/** How long MongoDB waits for a change before it answers that there is none. */
const ANSWER_EVERY_MS = 20_000;
/** A feed that has not answered for this long is cut off: by a link that went silent, or a server that hangs. */
const SILENT_MS_MAX = 30_000;
/**
 * Changes after which a collection may be missing, or have no indexes.
 * https://www.mongodb.com/docs/manual/reference/change-events/
 */
const LOSSES = ["drop", "rename", "dropDatabase", "invalidate"];

interface Options {
  readonly database: Database;
  readonly onError: (error: unknown) => void;
  /** Called before the feed opens again: creates collections and indexes that are missing. */
  readonly prepare: () => Promise<void>;
  readonly backOffScale: number;
  /** See `SILENT_MS_MAX`. */
  readonly silentMsMax?: number;
}

type Stream = mongo.ChangeStream<mongo.Document, mongo.ChangeStreamDocument>;

/**
 * Calls listeners when any process inserts something into their collection. It is only a nudge: loops find their work by
 * asking the store, so without the feed the bot is slower but never wrong.
 *
 * The feed opens again however it ends: an error, a collection or a database that was dropped, a place in the oplog that no
 * longer exists, silence. It then begins at the present, and calls every listener for what it may have missed.
 */
export class ChangeFeed {
  readonly #options: Options;
  readonly #listeners = new Map<string, (() => void)[]>();
  readonly #matches: Record<string, unknown>[] = [];
  readonly #whileOpen: ((isOpen: boolean) => void)[] = [];
  #stream: Stream | null = null;
  #isOpen = false;
  #silence: NodeJS.Timeout | undefined;
  #reopening: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
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

  /** @param listener called with `true` when the feed has opened, and with `false` when it is cut off */
  onState(listener: (isOpen: boolean) => void): void {
    this.#whileOpen.push(listener);
  }

  /** Opens the feed. Every listener is called once it is open, also after an interruption. */
  open(): void {
    const { connection } = this.#options.database;
    if (this.#closed || this.#matches.length === 0 || !connection.db) return;
    const stream: Stream = connection.db.watch(
      [
        { $match: { $or: [...this.#matches, { operationType: { $in: LOSSES } }] } },
        { $project: { ns: 1, operationType: 1 } },
      ],
      { maxAwaitTimeMS: ANSWER_EVERY_MS },
    );
    this.#stream = stream;
    this.#awaitAnswer(stream);
    // Every answer has a token, also one without a change. The first one means that the feed is open.
    stream.on("resumeTokenChanged", () => {
      this.#awaitAnswer(stream);
      this.#opened();
    });
    stream.on("change", (change) => this.#changed(stream, change));
    stream.on("error", (error) => this.#reopen(stream, error));
    stream.on("close", () => this.#reopen(stream, cutOff("MongoDB has closed the feed of changes")));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reopening);
    clearTimeout(this.#silence);
    await this.#stream?.close();
  }

  #opened(): void {
    if (this.#isOpen || this.#closed) return;
    this.#setOpen(true);
    for (const listener of [...this.#listeners.values()].flat()) listener();
  }

  #setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    for (const listener of this.#whileOpen) listener(isOpen);
  }

  #changed(stream: Stream, change: mongo.ChangeStreamDocument): void {
    const collection = "ns" in change && "coll" in change.ns ? change.ns.coll : null;
    if (!LOSSES.includes(change.operationType)) {
      for (const listener of this.#listeners.get(collection ?? "") ?? []) listener();
      return;
    }
    const lost =
      collection === null
        ? "The bot's database was dropped"
        : `The collection ${collection} was dropped or renamed`;
    this.#reopen(stream, cutOff(lost));
  }

  #awaitAnswer(stream: Stream): void {
    const { silentMsMax = SILENT_MS_MAX } = this.#options;
    clearTimeout(this.#silence);
    if (this.#closed || this.#stream !== stream) return;
    this.#silence = setTimeout(
      () => this.#reopen(stream, cutOff(`MongoDB's feed of changes was silent for ${silentMsMax} ms`)),
      silentMsMax,
    );
  }

  /** @param stream the one that has ended; the end of an earlier one is no news */
  #reopen(stream: Stream, error: unknown): void {
    if (this.#closed || this.#stream !== stream) return;
    this.#stream = null;
    clearTimeout(this.#silence);
    stream.close().catch(() => {});
    this.#options.onError(error);
    this.#setOpen(false);
    this.#openLater();
  }

  #openLater(): void {
    const { prepare, onError, backOffScale: scale } = this.#options;
    this.#reopening = setTimeout(
      () => {
        prepare()
          .then(() => this.open())
          .catch((error: unknown) => {
            if (this.#closed) return;
            onError(error);
            this.#openLater();
          });
      },
      backOffMs("change_feed", { scale }),
    );
  }
}

/** @param what the event, without a full stop */
function cutOff(what: string): OrbError {
  return new OrbError({
    code: "change_feed_cut_off",
    reason: `${what}.`,
    remedy:
      "No action needed: the bot creates collections and indexes that are missing, and continues. Stop all processes of the bot before you restore a backup.",
  });
}
