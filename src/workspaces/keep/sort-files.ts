import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { OnUntracked } from "./work-tree.ts";
import { type FileContent, measureFiles, readContent } from "./file-content.ts";
import { type FileClass, FILES_LISTED_MAX, type FilesFound } from "./inspection.ts";
import type { PlacesFound } from "./find-places.ts";
import { isBelow } from "./rules/is-below.ts";
import { rebuildableRoot } from "./rules/rebuildable.ts";

/**
 * Collects files that git does not track, in classes. That git ignores a file does not make it rebuildable, because an agent can let git
 * ignore everything; and neither does a name of the closed list, because people have folders called `target` or `dist` too. Both must hold.
 */
export class FileSorter {
  readonly #folder: OpenFolder;
  readonly #noted: ReadonlyMap<string, FileContent>;
  readonly #rebuildable = new Set<string>();
  #rebuildableCount = 0;
  /** Folders with a name of the list in which git does not ignore everything: nothing in them is rebuildable. */
  readonly #mixed = new Set<string>();
  readonly #maybeCarried: Buffer[] = [];
  readonly #unknown: Buffer[] = [];
  #unknownCount = 0;

  /**
   * @param folder the workspace
   * @param noted the contents of its baseline, by path as a string of single bytes
   */
  constructor(folder: OpenFolder, noted: ReadonlyMap<string, FileContent>) {
    this.#folder = folder;
    this.#noted = noted;
  }

  /**
   * Takes the files of one repository. Leaves out what belongs to a repository inside: that one has its own turn.
   *
   * @param base of the repository, relative to the workspace
   * @param paths of all repositories
   */
  takerFor(base: Buffer, { paths }: Pick<PlacesFound, "paths">): OnUntracked {
    return (path, isIgnored) => {
      const full = joinBytes(base, path);
      if (!isBelow(full, base.length, paths)) this.#add(full, isIgnored);
    };
  }

  /** @param path relative to the workspace */
  #add(path: Buffer, isIgnored: boolean): void {
    const root = rebuildableRoot(path);
    if (root !== null && !isIgnored) this.#mixed.add(root.toString("latin1"));
    if (root !== null && isIgnored) {
      this.#rebuildableCount += this.#rebuildable.has(root.toString("latin1")) ? 0 : 1;
      if (this.#rebuildable.size < FILES_LISTED_MAX) this.#rebuildable.add(root.toString("latin1"));
    } else if (this.#noted.has(path.toString("latin1"))) this.#maybeCarried.push(path);
    else this.#addUnknown(path);
  }

  #addUnknown(path: Buffer): void {
    this.#unknownCount += 1;
    if (this.#unknown.length < FILES_LISTED_MAX) this.#unknown.push(path);
  }

  /** Those that may be carried in, and those that are unknown: what a baseline notes. */
  get worthNoting(): readonly Buffer[] {
    return [...this.#maybeCarried, ...this.#unknown];
  }

  /**
   * Compares the contents of those that were there at the creation.
   *
   * @throws OrbError `files_unreadable`, `git_unreadable`
   */
  async sort(): Promise<FilesFound> {
    const carried: Buffer[] = [];
    let carriedBytes = 0;
    for (const path of this.#maybeCarried) {
      const now = await readContent(this.#folder, path);
      if (now !== null && now.sha256 === this.#noted.get(path.toString("latin1"))?.sha256) {
        carried.push(path);
        carriedBytes += now.bytes;
      } else this.#addUnknown(path);
    }
    const whole = [...this.#rebuildable].filter((path) => !this.#mixed.has(path));
    const mixed = this.#rebuildable.size - whole.length;
    const rebuildable = whole.map((path) => Buffer.from(path, "latin1"));
    const unknownBytes = await measureFiles(this.#folder, this.#unknown);
    return {
      rebuildable: classOf(rebuildable, this.#rebuildableCount - mixed, 0),
      carried: classOf(carried, carried.length, carriedBytes),
      unknown: classOf(this.#unknown, this.#unknownCount, unknownBytes),
    };
  }
}

function classOf(paths: readonly Buffer[], count: number, bytes: number): FileClass {
  return { paths, count, bytes };
}
