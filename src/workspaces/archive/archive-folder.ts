import { constants } from "node:fs";
import { access, chmod, lstat, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import { archiveError, toArchiveFailure } from "./failure.ts";
import { isSystemError } from "../tree/failure.ts";
import { isAtOrBelow } from "../tree/rules/is-at-or-below.ts";
import { shownPath } from "../tree/shown-path.ts";
import { readManifest } from "./manifest.ts";

/** A name of a folder that no shell and no file system takes for anything else. */
const ARCHIVE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/;
/** Before a name: an archive that is not finished, and what is needed only to read one. */
const PARTIAL = ".partial-";
const SCRATCH = ".scratch-";

/** An archive in the list. */
export interface ListedArchive {
  readonly name: string;
  /** `null` if its manifest can't be read. */
  readonly workspace: { readonly host: string; readonly path: string } | null;
  /** When it was made. */
  readonly at: Date;
  readonly bytes: number;
}

/** The folder WORKSPACE_ARCHIVE, outside the root of the workspaces. */
export class ArchiveFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens the folder, and creates it if needed.
   *
   * @param root the real path of WORKSPACE_ROOT: neither may be inside the other
   * @throws OrbError `archive_refused`, `archive_failed`, `archive_full`
   */
  static async open(path: string, { root }: { readonly root: string }): Promise<ArchiveFolder> {
    if (!isAbsolute(path)) throw refused(path, "is no absolute path");
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const real = await realpath(path);
      if (isAtOrBelow(real, root) || isAtOrBelow(root, real))
        throw refused(path, `and the root of the workspaces, ${root}, must be outside each other`);
      await keepPrivate(real);
      await access(real, constants.W_OK);
      return new ArchiveFolder(real);
    } catch (error) {
      throw toArchiveFailure(error, path);
    }
  }

  /** @throws OrbError `archive_refused` if this is not the name of an archive */
  pathOf(name: string): string {
    if (ARCHIVE_NAME.test(name)) return join(this.path, name);
    throw refused(name, "is not the name of an archive");
  }

  /** @returns whether there is something of this name, whole or not */
  async has(name: string): Promise<boolean> {
    return (await lstat(this.pathOf(name)).catch(() => null)) !== null;
  }

  /** @throws OrbError `archive_missing` */
  async demand(name: string): Promise<void> {
    if (await this.has(name)) return;
    throw archiveError({
      code: "archive_missing",
      reason: `There is no archive ${shownPath(name)} in WORKSPACE_ARCHIVE of this host.`,
      remedy: "Choose one from the list of archives, or copy it back from a backup.",
    });
  }

  /** A new, empty folder for what is needed only while an archive is read; disposing of it removes it. */
  async scratch(name: string): Promise<AsyncDisposable & { readonly path: string }> {
    const path = join(this.path, `${SCRATCH}${basename(this.pathOf(name))}`);
    const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
    try {
      await remove();
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      throw toArchiveFailure(error, name);
    }
    return { path, [Symbol.asyncDispose]: remove };
  }

  /** A new, empty folder for an archive under work; what a killed process left of an earlier try is removed. */
  async begin(name: string): Promise<string> {
    const partial = this.#partialPath(name);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o700 });
    return partial;
  }

  /** Gives finished work its name. Its files are on the disk already; afterwards its name is too. */
  async finish(name: string): Promise<void> {
    const whole = this.pathOf(name);
    // rename() would take the place of an empty folder; nothing of an archive is ever overwritten.
    if (await this.has(name)) throw exists(name);
    await syncFolder(this.#partialPath(name));
    await rename(this.#partialPath(name), whole);
    await syncFolder(this.path);
  }

  /**
   * Removes an archive that another one has replaced before anything depended on it. From the first moment on it does not count any
   * more; a call after a crash removes the rest. Any other archive is for people to remove.
   *
   * @throws OrbError `archive_failed`
   */
  async remove(name: string): Promise<void> {
    const partial = this.#partialPath(name);
    try {
      await rm(partial, { recursive: true, force: true });
      if (!(await this.has(name))) return;
      await rename(this.pathOf(name), partial);
      await syncFolder(this.path);
      await rm(partial, { recursive: true, force: true });
    } catch (error) {
      throw toArchiveFailure(error, name);
    }
  }

  async abandon(name: string): Promise<void> {
    await rm(this.#partialPath(name), { recursive: true, force: true });
  }

  /**
   * All archives, the oldest first.
   *
   * @throws OrbError `archive_failed`
   */
  async list(): Promise<readonly ListedArchive[]> {
    try {
      const names = (await readdir(this.path)).filter((name) => ARCHIVE_NAME.test(name));
      const listed = await Promise.all(names.map((name) => this.#describe(name)));
      return listed.filter((each) => each !== null).sort((one, other) => +one.at - +other.at);
    } catch (error) {
      throw toArchiveFailure(error, this.path);
    }
  }

  async #describe(name: string): Promise<ListedArchive | null> {
    const path = this.pathOf(name);
    const folder = await lstat(path);
    if (!folder.isDirectory()) return null;
    const files = await readdir(path);
    const sizes = await Promise.all(files.map(async (file) => (await lstat(join(path, file))).size));
    const manifest = await readManifest(path, name).then(
      (read) => read.manifest,
      () => null,
    );
    return {
      name,
      workspace: manifest?.workspace ?? null,
      at: manifest ? new Date(manifest.at) : folder.mtime,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
    };
  }

  #partialPath(name: string): string {
    return join(this.path, `${PARTIAL}${basename(this.pathOf(name))}`);
  }
}

/** Brings the names in a folder to the disk. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, constants.O_RDONLY);
  await folder.sync();
}

/** Archives hold secrets of workspaces, such as `.env`. */
async function keepPrivate(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  try {
    await chmod(path, 0o700);
  } catch (error) {
    // Somebody else's folder, such as a volume: each archive in it has a folder of its own that only we may enter.
    if (isSystemError(error) && error.code === "EPERM" && (mode & 0o022) === 0) return;
    throw refused(path, "can be written by others, who could exchange archives");
  }
}

function refused(path: string, why: string): Error {
  return archiveError({
    code: "archive_refused",
    reason: `WORKSPACE_ARCHIVE: ${shownPath(path)} ${why}.`,
    remedy:
      "Set WORKSPACE_ARCHIVE to the full path of a folder outside WORKSPACE_ROOT that only the bot's user can write to (mode 0700).",
  });
}

function exists(name: string): Error {
  return archiveError({
    code: "archive_exists",
    reason: `There is an archive ${shownPath(name)} already.`,
    remedy: "Use another name.",
  });
}
