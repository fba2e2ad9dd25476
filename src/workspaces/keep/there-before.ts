import { lstat } from "node:fs/promises";
import { isNothingThere } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { unreadable } from "./find-places.ts";

/**
 * Which files of a folder were in it, as they are, before a moment. The kernel gives a file its change time, and nobody can set
 * it. A folder that was moved in brings files with older times, so the folders on the way count as well: one whose entries have
 * changed since makes everything in it new, which only keeps more.
 */
export class ThereBefore {
  readonly #folder: OpenFolder;
  readonly #atMs: number;
  readonly #known = new Map<string, boolean>();

  /** @param atMs the moment by this host's clock, in milliseconds */
  constructor(folder: OpenFolder, atMs: number) {
    this.#folder = folder;
    this.#atMs = atMs;
  }

  /**
   * @param path relative to the folder, which itself does not count
   * @returns `null` if there is no such file
   * @throws OrbError `files_unreadable`
   */
  async has(path: Buffer): Promise<boolean | null> {
    const slash = path.lastIndexOf(0x2f);
    const isOld = await this.#isOld(path);
    return isOld === true && slash > 0 ? this.#hasFolder(path.subarray(0, slash)) : isOld;
  }

  async #hasFolder(path: Buffer): Promise<boolean | null> {
    const key = path.toString("latin1");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isOld = await this.has(path);
    this.#known.set(key, isOld === true);
    return isOld;
  }

  async #isOld(path: Buffer): Promise<boolean | null> {
    try {
      const { ctimeMs } = await lstat(
        Buffer.concat([Buffer.from(`${descriptorPath(this.#folder.fd)}/`), path]),
      );
      return ctimeMs <= this.#atMs;
    } catch (error) {
      if (isNothingThere(error)) return null;
      throw unreadable(path, "can't be examined", error);
    }
  }
}
