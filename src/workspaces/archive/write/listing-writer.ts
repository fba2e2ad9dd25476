import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { Part } from "../manifest.ts";
import { type Entry, toLine } from "../rules/listing.ts";

/** Lines are written together, about a megabyte at once. */
const PENDING_CHARACTERS_MAX = 1024 * 1024;

/** Writes `listing.jsonl`: a line for each thing in the workspace. */
export class ListingWriter implements AsyncDisposable {
  readonly counts: Record<string, number> = {};
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #pending: string[] = [];
  #pendingCharacters = 0;
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<ListingWriter> {
    return new ListingWriter(await open(path, "wx", 0o600));
  }

  async add(entry: Entry): Promise<void> {
    const line = toLine(entry);
    this.counts[entry.kind] = (this.counts[entry.kind] ?? 0) + 1;
    this.#pending.push(line);
    this.#pendingCharacters += line.length;
    if (this.#pendingCharacters > PENDING_CHARACTERS_MAX) await this.#flush();
  }

  /** Brings the listing to the disk. */
  async finish(): Promise<Omit<Part, "name">> {
    await this.#flush();
    await this.#file.sync();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const lines = Buffer.from(this.#pending.join(""));
    this.#pending = [];
    this.#pendingCharacters = 0;
    await this.#file.appendFile(lines);
    this.#hash.update(lines);
    this.#bytes += lines.length;
  }
}
