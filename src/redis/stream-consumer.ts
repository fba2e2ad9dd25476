import type { RedisClient } from "./client.ts";
import { forgetConsumers } from "./forget-consumers.ts";
import { trimStream } from "./trim-stream.ts";

export interface StreamEntry {
  readonly id: string;
  /** The raw bytes of each field: they may not be valid UTF-8. */
  readonly fields: ReadonlyMap<string, Buffer>;
}

interface Options {
  readonly commands: RedisClient;
  /** A separate connection, on which reads may block. */
  readonly reader: RedisClient;
  readonly stream: string;
  readonly group: string;
  /** Unique to this process, so that a new process takes over unfinished entries instead of sharing a name. */
  readonly consumer: string;
  /** How long a read waits for entries. */
  readonly waitMs: number;
  readonly now: () => Date;
  /** Called every few seconds while the stream is long although it is trimmed. */
  readonly onLong: (stream: { readonly entries: number; readonly group: string }) => void;
}

const BATCH_ENTRIES = 100;
/** An entry held for this long is taken over: a living consumer holds one only for milliseconds. */
const TAKE_OVER_AFTER_MS = 15_000;
const TAKE_OVER_EVERY_MS = 5_000;
/** More entries than a Meta-Agent writes while the bot is restarted. */
const LONG_ENTRIES = 100_000;
const FORGET_CONSUMER_AFTER_MS = 3_600_000;

type RawEntry = [id: Buffer, fields: Buffer[] | null];

/** Reads a Redis stream as part of a group: one of its consumers handles each entry, at least once. */
export class StreamConsumer {
  readonly #options: Options;
  #grouped = false;
  /** `0` reads this consumer's unacknowledged entries again; `>` reads entries that no consumer has received. */
  #from: "0" | ">" = "0";
  #tookOverAtMs = 0;
  #giveUpRead: (reason: Error) => void = () => {};

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * Hands the next entries to `handle` and acknowledges them after it has returned. Waits if there are none.
   *
   * @throws any error of `handle`; the same entries then come again
   */
  async readBatch(handle: (entries: readonly StreamEntry[]) => Promise<void>): Promise<void> {
    try {
      if (!this.#grouped) await this.#createGroup();
      const entries = (await this.#takeOver()) ?? (await this.#read());
      if (entries.length === 0) return;
      await handle(entries.map(toEntry));
      const { commands, stream, group } = this.#options;
      await commands.xack(stream, group, ...entries.map(([id]) => id));
    } catch (error) {
      this.#from = "0";
      if (isNoGroup(error)) this.#grouped = false;
      throw error;
    }
  }

  /** Ends a read that waits; nothing can be read afterwards. */
  interrupt(): void {
    this.#options.reader.disconnect();
    // While Redis is unavailable, a read waits in ioredis' queue, and disconnecting leaves it there for ever.
    this.#giveUpRead(new Error("The reading was interrupted"));
  }

  async #createGroup(): Promise<void> {
    const { commands, stream, group } = this.#options;
    try {
      await commands.xgroup("CREATE", stream, group, "0", "MKSTREAM");
    } catch (error) {
      if (!String(error).includes("BUSYGROUP")) throw error;
    }
    this.#grouped = true;
  }

  async #read(): Promise<RawEntry[]> {
    const { reader, stream, group, consumer, waitMs } = this.#options;
    const options = ["GROUP", group, consumer, "COUNT", BATCH_ENTRIES, "BLOCK", waitMs] as const;
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    this.#giveUpRead = reject;
    const read = reader.callBuffer("XREADGROUP", ...options, "STREAMS", stream, this.#from);
    const answer = await Promise.race([read, givenUp]);
    const streams = answer as [Buffer, RawEntry[]][] | null;
    const entries = streams?.[0]?.[1] ?? [];
    if (entries.length === 0) this.#from = ">";
    return entries;
  }

  /**
   * Takes over the entries of dead consumers, every few seconds; `null` if there are none. Then it removes what nobody needs:
   * entries that all groups are done with, and consumers of dead processes.
   */
  async #takeOver(): Promise<RawEntry[] | null> {
    const { commands, stream, group, consumer, now, onLong } = this.#options;
    const nowMs = now().getTime();
    if (nowMs - this.#tookOverAtMs < TAKE_OVER_EVERY_MS) return null;
    const options = [TAKE_OVER_AFTER_MS, "0", "COUNT", BATCH_ENTRIES] as const;
    const answer = await commands.callBuffer("XAUTOCLAIM", stream, group, consumer, ...options);
    const [, entries] = answer as [Buffer, RawEntry[]];
    if (entries.length > 0) return entries;
    this.#tookOverAtMs = nowMs;
    await forgetConsumers(commands, { stream, group, idleMs: FORGET_CONSUMER_AFTER_MS });
    const { left, group: slowest } = await trimStream(commands, stream);
    if (left > LONG_ENTRIES) onLong({ entries: left, group: slowest });
    return null;
  }
}

function isNoGroup(error: unknown): boolean {
  return String(error).includes("NOGROUP");
}

function toEntry([id, fields]: RawEntry): StreamEntry {
  const named = new Map<string, Buffer>();
  // An entry that was deleted after it was handed out has no fields.
  const flat = fields ?? [];
  for (const [index, value] of flat.entries()) if (index % 2 === 1) named.set(String(flat[index - 1]), value);
  return { id: String(id), fields: named };
}
