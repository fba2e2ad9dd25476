import type { Readable } from "node:stream";
import { OrbError } from "../errors.ts";
import type { BodyBudget } from "./body-budget.ts";
import { Spool } from "./spool.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads: "Payloads are capped at 25 MB" */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
/** GitHub says how long its bodies are; of others no more is read, for it can't be known where they end. */
const UNDECLARED_BYTES_MAX = 4 * 1024 * 1024;
/** GitHub itself gives up after so long. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const BODY_WITHIN_MS = 10_000;
/** A body that is larger goes to disk while it comes in. */
const HELD_BYTES_MAX = 512 * 1024;

interface Options {
  /** The header of that name, if any. */
  readonly contentLength: string | undefined;
  readonly room: BodyBudget;
  /** Sees all bytes, in order, as they come. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly withinMs?: number;
}

/** The body of one request, from its first byte until it is disposed of. */
export class Body implements AsyncDisposable {
  readonly #room: BodyBudget;
  readonly #onBytes: Options["onBytes"];
  readonly #bytesMax: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #byteLength = 0;
  #spool: Spool | null = null;

  private constructor({ room, onBytes, contentLength }: Options) {
    this.#bytesMax = contentLength === undefined ? UNDECLARED_BYTES_MAX : BODY_BYTES_MAX;
    this.#room = room;
    this.#onBytes = onBytes;
  }

  /**
   * Reads a body to its end; nothing of one that says of itself that it is too large.
   *
   * @throws OrbError `too_large` as soon as it is, `request_timeout`, `bad_request` where the sender hangs up,
   * `overloaded` or `no_temporary_space` where there is no room; the rest of the source is then left unread
   */
  static async receive(source: Readable, options: Options): Promise<Body> {
    if (Number(options.contentLength ?? 0) > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
    const body = new Body(options);
    try {
      await body.#readAll(source, options.withinMs ?? BODY_WITHIN_MS);
      return body;
    } catch (error) {
      await body[Symbol.asyncDispose]();
      throw error;
    }
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** All of it, where it is small enough to be held in memory; `null` where it lies on disk. */
  get inMemory(): Buffer | null {
    if (this.#spool) return null;
    // Once: it is asked for twice, to be understood and to be kept.
    if (this.#held.length !== 1) this.#held = [Buffer.concat(this.#held)];
    return this.#held[0] ?? null;
  }

  /** All of it, from the start, wherever it is. */
  bytes(): Iterable<Buffer> | AsyncIterable<Buffer> {
    return this.#spool?.read() ?? this.#held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const diskBytes = this.#spool ? this.#byteLength : 0;
    this.#room.giveBack({ memoryBytes: this.#heldBytes, diskBytes });
    await this.#spool?.[Symbol.asyncDispose]();
  }

  async #readAll(source: Readable, withinMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(tooSlow(withinMs)), withinMs);
    let keeping: Promise<void> = Promise.resolve();
    const onData = (chunk: Buffer) => {
      try {
        const kept = this.#take(chunk);
        if (!kept) return;
        source.pause();
        keeping = kept;
        kept.then(() => source.resume(), reject);
      } catch (error) {
        source.off("data", onData).pause();
        reject(error);
      }
    };
    const onCut = () => {
      if (!source.readableEnded) reject(hungUp());
    };
    // The end may be told of while the last bytes are still on their way to the disk.
    const onEnd = () => void keeping.then(resolve, reject);
    source.on("data", onData).on("end", onEnd).on("error", onCut).on("close", onCut);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      source.off("data", onData).off("end", onEnd).off("close", onCut);
      // What fails later on a connection that is given up is nobody's any more; its listener stays.
      source.pause();
      await keeping.catch(() => {});
    }
  }

  /** @returns a promise where the bytes go to disk: no more may be taken before it is kept */
  #take(chunk: Buffer): Promise<void> | null {
    const { length } = chunk;
    if (this.#byteLength + length > this.#bytesMax) throw tooLarge(this.#bytesMax);
    this.#onBytes(chunk);
    if (this.#spool) {
      this.#room.takeDisk(length);
      this.#byteLength += length;
      return this.#spool.append(chunk);
    }
    this.#byteLength += length;
    this.#held.push(chunk);
    if (this.#byteLength > HELD_BYTES_MAX || !this.#room.tryMemory(length)) return this.#moveToDisk();
    this.#heldBytes += length;
    return null;
  }

  async #moveToDisk(): Promise<void> {
    this.#room.takeDisk(this.#byteLength);
    try {
      this.#spool = await Spool.open();
    } catch (error) {
      this.#room.giveBack({ memoryBytes: 0, diskBytes: this.#byteLength });
      throw error;
    }
    for (const chunk of this.#held) await this.#spool.append(chunk);
    this.#room.giveBack({ memoryBytes: this.#heldBytes, diskBytes: 0 });
    this.#held = [];
    this.#heldBytes = 0;
  }
}

function tooLarge(bytesMax: number): OrbError {
  return new OrbError({
    code: "too_large",
    reason: `The body is larger than ${bytesMax} bytes, the limit for requests ${bytesMax < BODY_BYTES_MAX ? "without" : "with"} Content-Length.`,
    remedy: "Only GitHub may send requests here. A proxy in between must not change Content-Length.",
  });
}

function tooSlow(withinMs: number): OrbError {
  return new OrbError({
    code: "request_timeout",
    reason: `The body did not arrive within ${withinMs} ms.`,
    remedy: "Send it again over a faster connection.",
  });
}

function hungUp(): OrbError {
  return new OrbError({
    code: "bad_request",
    reason: "The connection closed before the whole body arrived.",
    remedy: "Send it again.",
  });
}
