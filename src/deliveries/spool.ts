import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrbError } from "../errors.ts";

const READ_BYTES = 256 * 1024;

/** Bytes on disk that are too many for memory. The file has no name, so a crash leaves nothing behind. */
export class Spool implements AsyncDisposable {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws OrbError `no_temporary_space` if the folder for temporary files can't be used */
  static async open(): Promise<Spool> {
    const path = join(tmpdir(), `orb-delivery-${randomUUID()}`);
    try {
      const file = await open(path, "wx+", 0o600);
      await unlink(path);
      return new Spool(file);
    } catch (cause) {
      throw noSpace(cause);
    }
  }

  /** @throws OrbError `no_temporary_space` */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.appendFile(bytes);
    } catch (cause) {
      throw noSpace(cause);
    }
  }

  /** Reads everything that was appended, from the start. */
  read(): AsyncIterable<Buffer> {
    return this.#file.createReadStream({ start: 0, autoClose: false, highWaterMark: READ_BYTES });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function noSpace(cause: unknown): OrbError {
  return new OrbError(
    {
      code: "no_temporary_space",
      reason: "A large body can't be stored because the folder for temporary files is not writable.",
      remedy: "Give the process a writable folder with free space: set TMPDIR, or use /tmp.",
    },
    { cause },
  );
}
