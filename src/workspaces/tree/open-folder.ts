import { constants, type Dirent } from "node:fs";
import { type FileHandle, open, opendir, readlink } from "node:fs/promises";
import { descriptorPath, entryPath } from "./descriptor-path.ts";
import { toTreeFailure } from "./failure.ts";
import { mountIdOf } from "./mount-id.ts";

/** A link in the place of the folder is not followed. */
const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Entries that are read from the kernel at once. */
const ENTRIES_AT_ONCE = 256;

/**
 * A folder that is held open by its descriptor. Everything in it is named through the descriptor, so it does not matter what
 * happens to its path meanwhile. A child process pins it with the working directory `/proc/self/fd/N`.
 */
export class OpenFolder {
  readonly dev: bigint;
  readonly ino: bigint;
  /** The mount through which it was opened: differs below a mount point, also for a bind mount of the same file system. */
  readonly mountId: number;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, identity: { dev: bigint; ino: bigint; mountId: number }) {
    this.#handle = handle;
    this.dev = identity.dev;
    this.ino = identity.ino;
    this.mountId = identity.mountId;
  }

  get fd(): number {
    return this.#handle.fd;
  }

  /**
   * Opens a folder by its path. Links in all parts of the path but the last are followed, so only for paths that are resolved.
   *
   * @param shown the path for people, if `path` names a descriptor
   * @throws OrbError `workspace_missing`, `workspace_is_link`, `workspace_unreadable`
   */
  static async open(path: Buffer | string, shown: Buffer | string = path): Promise<OpenFolder> {
    const handle = await open(path, FOLDER_FLAGS).catch((error: unknown) => {
      throw toTreeFailure(error, shown);
    });
    try {
      const { dev, ino } = await handle.stat({ bigint: true });
      return new OpenFolder(handle, { dev, ino, mountId: await mountIdOf(handle.fd) });
    } catch (error) {
      await handle.close();
      throw toTreeFailure(error, shown);
    }
  }

  /**
   * The path of an entry for `node:fs`, as bytes: `/proc/self/fd/N/name`. A link of this name is still a link: use `lstat`, or
   * `O_NOFOLLOW`.
   *
   * @throws OrbError `outside_root` if `name` is not a single name
   */
  at(name: Buffer | string): Buffer {
    return entryPath(this.fd, name);
  }

  /** @throws OrbError `workspace_missing`, `workspace_is_link`, `workspace_unreadable`, `outside_root` */
  openFolder(name: Buffer | string): Promise<OpenFolder> {
    return OpenFolder.open(this.at(name), name);
  }

  /** Its entries without `.` and `..`, read in parts, in the order of the file system. Their names are bytes. */
  async *entries(): AsyncGenerator<Dirent<Buffer>, void> {
    const entries = await opendir(descriptorPath(this.fd), {
      // The declaration lacks "buffer", which Node documents.
      encoding: "buffer" as BufferEncoding,
      bufferSize: ENTRIES_AT_ONCE,
    }).catch((error: unknown) => {
      throw toTreeFailure(error, `descriptor ${this.fd}`);
    });
    for await (const entry of entries) yield entry as unknown as Dirent<Buffer>;
  }

  /** Its path at this moment, for messages only: somebody may rename it at once. ` (deleted)` follows the path of a removed one. */
  currentPath(): Promise<Buffer> {
    return readlink(descriptorPath(this.fd), { encoding: "buffer" });
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    if (this.fd !== -1) await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
