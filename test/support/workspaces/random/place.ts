import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A sparse file: it takes only what is written. Far below the mark of a full disk, so that nothing goes for that reason. */
const DISK_BYTES = 16 * 1024 ** 3;
const INODES = 2_000_000;

/**
 * A disk of its own, so that what its file system says is freed was freed here and nowhere else: with the root of the workspaces, and
 * what lies beside it. Needs the user root.
 */
export class Place implements Disposable {
  readonly #base: string;
  /** For what is not on that disk. */
  readonly beside: string;
  readonly root: string;
  readonly outside: string;
  readonly archive: string;

  constructor() {
    // Not in the folder of the run, which is emptied: a mount that a killed run leaves behind must not be in the way of the next one.
    this.#base = realpathSync(mkdtempSync("/var/tmp/orb-random-"));
    const mounted = join(this.#base, "disk");
    const image = join(this.#base, "image");
    this.beside = join(this.#base, "beside");
    this.root = join(mounted, "workspaces");
    this.outside = join(mounted, "outside");
    this.archive = join(this.beside, "archive");
    for (const folder of [mounted, this.beside, this.archive]) mkdirSync(folder);
    writeFileSync(image, "");
    truncateSync(image, DISK_BYTES);
    execFileSync("mkfs.ext4", ["-q", "-N", String(INODES), "-O", "^has_journal", image]);
    execFileSync("mount", ["-t", "ext4", "-o", "loop", image, mounted]);
    for (const folder of [this.root, this.outside]) mkdirSync(folder);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", [join(this.#base, "disk")]);
    rmSync(this.#base, { recursive: true, force: true });
  }
}
