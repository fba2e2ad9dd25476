import { once } from "node:events";
import type { mongo } from "mongoose";
import { OrbError } from "../errors.ts";
import { isAway } from "../mongo/away.ts";
import type { Database } from "../mongo/database.ts";
import { toCloudEvent } from "./cloud-event.ts";
import { OUTBOX_COLLECTION, type StoredEvent } from "./store.ts";

/** How long MongoDB waits for an event before it answers that there is none. */
const ANSWER_EVERY_MS = 20_000;
/** Events in memory for readers that were cut off for a moment. */
const RECENT_MAX = 1_000;
/** MongoDB's codes for a place that it no longer has. */
const GONE: ReadonlySet<unknown> = new Set([136, 280, 286]);
/** A place in MongoDB's own log, as a text of hexadecimal digits. */
const PLACE = /^[0-9A-F]{2,1000}$/i;

/** An event as readers get it, written once for all of them, and the place after it, from which a reader goes on. */
export interface PlacedEvent {
  readonly place: string;
  readonly project: string;
  readonly type: string;
  /** The CloudEvent, in JSON. */
  readonly json: string;
}

export interface Reader {
  /** Called for each event, in the order in which they were committed. */
  readonly onEvent: (placed: PlacedEvent) => void;
  /** Called once if the feed ends by itself: the reader may come again with its last place. */
  readonly onEnd: () => void;
}

interface Change {
  readonly _id: { readonly _data: string };
  readonly fullDocument: StoredEvent;
}

/**
 * Gives readers each event as soon as it is committed, by any process. MongoDB's log of changes has their order, so a reader
 * that names the place of its last event gets every later one, in order and once; and Redis is not needed.
 *
 * All readers of a process share one question to MongoDB, which is open only while there are readers. One that comes back
 * with an older place than the events in memory gets a question of its own.
 * https://www.mongodb.com/docs/manual/changeStreams/
 */
export class EventFeed {
  readonly #database: Database;
  readonly #readers = new Set<Reader>();
  #recent: PlacedEvent[] = [];
  #shared: Promise<mongo.ChangeStream> | null = null;

  readonly #onError: (error: unknown) => void;

  /** @param onError called if an open feed fails */
  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database;
    this.#onError = onError;
  }

  /**
   * @param after the place of the reader's last event; `null`: only what comes from now on
   * @returns what ends the reading
   * @throws OrbError `bad_request` for a place that is none; `events_gone` for one that MongoDB no longer has; the driver's
   * error if MongoDB can't be asked
   */
  async read(reader: Reader, after: string | null): Promise<() => void> {
    if (after === null) return this.#join(reader, []);
    if (!PLACE.test(after)) throw noPlace();
    const index = this.#recent.findIndex(({ place }) => place === after);
    return index >= 0 ? this.#join(reader, this.#recent.slice(index + 1)) : this.#readAlone(reader, after);
  }

  async #join(reader: Reader, missed: readonly PlacedEvent[]): Promise<() => void> {
    for (const placed of missed) reader.onEvent(placed);
    this.#readers.add(reader);
    const leave = () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) void this.#close();
    };
    try {
      this.#shared ??= this.#openShared();
      await this.#shared;
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  async #openShared(): Promise<mongo.ChangeStream> {
    const stream = await this.#open(null, (placed) => {
      this.#recent.push(placed);
      if (this.#recent.length > RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX / 2);
      for (const reader of this.#readers) reader.onEvent(placed);
    });
    stream.once("close", () => {
      const readers = [...this.#readers];
      this.#forget();
      for (const reader of readers) reader.onEnd();
    });
    return stream;
  }

  async #readAlone(reader: Reader, after: string): Promise<() => void> {
    const stream = await this.#open(after, reader.onEvent);
    const onEnd = () => reader.onEnd();
    stream.once("close", onEnd);
    return () => {
      stream.off("close", onEnd);
      void stream.close();
    };
  }

  async #open(after: string | null, onEvent: (placed: PlacedEvent) => void): Promise<mongo.ChangeStream> {
    const stream = this.#database.native
      .collection(OUTBOX_COLLECTION)
      .watch([{ $match: { operationType: "insert" } }], {
        maxAwaitTimeMS: ANSWER_EVERY_MS,
        ...(after !== null && { startAfter: { _data: after } }),
      });
    stream.on("change", (change) => {
      const { _id, fullDocument } = change as unknown as Change;
      const { project, type } = fullDocument;
      onEvent({ place: _id._data, project, type, json: JSON.stringify(toCloudEvent(fullDocument)) });
    });
    try {
      // The first answer, also one without an event.
      await once(stream, "resumeTokenChanged");
    } catch (error) {
      await stream.close();
      throw after === null ? error : refusalOf(error);
    }
    // It then closes, which is what readers hear of.
    stream.on("error", (error) => {
      this.#onError(error);
      void stream.close();
    });
    return stream;
  }

  async #close(): Promise<void> {
    const shared = this.#shared;
    this.#forget();
    await shared?.then((stream) => stream.removeAllListeners("close").close()).catch(() => {});
  }

  /** Without the feed there are gaps between the events in memory and the next ones. */
  #forget(): void {
    this.#readers.clear();
    this.#recent = [];
    this.#shared = null;
  }
}

/** What is wrong with a place if MongoDB does not begin there. It has a dozen codes for those that are none. */
function refusalOf(error: unknown): unknown {
  if (isAway(error) || !(error instanceof Error && error.name === "MongoServerError")) return error;
  if (!("code" in error && GONE.has(error.code))) return noPlace();
  return new OrbError(
    {
      code: "events_gone",
      reason: "Last-Event-ID is an event that is so old that the bot can't tell which came after it.",
      remedy:
        "Read the current state with GET /api/v1/projects and /api/v1/pull-requests, and connect without Last-Event-ID.",
    },
    { cause: error },
  );
}

function noPlace(): OrbError {
  return new OrbError({
    code: "bad_request",
    reason: "Last-Event-ID is not the id of an event of this stream.",
    remedy: "Send the id of the last event unchanged, or connect without Last-Event-ID.",
  });
}
