import type { Readable } from "node:stream";
import { OrbError } from "../errors.ts";
import type { BodyBudget } from "./body-budget.ts";
import { Spool } from "./spool.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads: "Payloads are capped at 25 MB" */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
/** The limit for bodies without Content-Length, whose end is unknown. GitHub always sends the length. */
const UNDECLARED_BYTES_MAX = 4 * 1024 * 1024;
/** GitHub itself gives up after this time. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const BODY_WITHIN_MS = 10_000;
/** A larger body goes to disk while it arrives. */
const HELD_BYTES_MAX = 512 * 1024;

interface Options {
  /** The header Content-Length, if any. */
  readonly contentLength: string | undefined;
  readonly room: BodyBudget;
  /** Receives all bytes, in order, as they arrive. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly withinMs?: number;
}

/** The body of one request, from its first byte until it is disposed. */
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
   * Reads a body to its end; if its Content-Length is too large, reads nothing.
   *
   * @throws OrbError `too_large` as soon as it is, `request_timeout`, `bad_request` if the sender closes the connection,
   * `overloaded` or `no_temporary_space` if there is no room; the rest of the source is then left unread
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

  /** The whole body if it is small enough for memory; `null` if it is on disk. */
  get inMemory(): Buffer | null {
    if (this.#spool) return null;
    // Joined only once, although it is read twice: to parse it and to store it.
    if (this.#held.length !== 1) this.#held = [Buffer.concat(this.#held)];
    return this.#held[0] ?? null;
  }

  /** The whole body from the start, from memory or disk. */
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
    // The end may be reported while the last bytes are still being written to disk.
    const onEnd = () => void keeping.then(resolve, reject);
    source.on("data", onData).on("end", onEnd).on("error", onCut).on("close", onCut);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      source.off("data", onData).off("end", onEnd).off("close", onCut);
      // The listener for "error" stays: nobody else handles a later failure of a connection that was given up.
      source.pause();
      await keeping.catch(() => {});
    }
  }

  /** @returns a promise if the bytes go to disk: no more may be taken until it resolves */
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
