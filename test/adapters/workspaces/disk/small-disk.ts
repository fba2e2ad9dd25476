import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import type { Holder } from "../../../../src/workspaces/holders/holder.ts";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, putBack } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { planRemoval } from "../../../../src/workspaces/removal/plan-removal.ts";
import { OWN_FOLDER } from "../../../../src/workspaces/tree/rules/own-folder.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";
import type { ReliefStep } from "../../../../src/workspaces/disk/rules/decide-relief.ts";
import type { ReliefCandidate } from "../../../../src/workspaces/disk/relief-facts.ts";
import { trashName } from "../removal/stand.ts";

export const MIB = 1024 * 1024;

/** A disk of a few megabytes and inodes, with a root of workspaces on it. Needs root. */
export class SmallDisk implements AsyncDisposable {
  readonly root: WorkspaceRoot;
  readonly candidates = new Map<string, ReliefCandidate>();
  /** Everything that kept a workspace in a step. */
  readonly holders: Holder[] = [];
  readonly #base: string;
  readonly #finder = new HolderFinder();

  private constructor(root: WorkspaceRoot, base: string) {
    this.root = root;
    this.#base = base;
  }

  static async mount(
    type: "ext4" | "tmpfs",
    { mib, inodes }: { mib: number; inodes: number },
  ): Promise<SmallDisk> {
    const base = realpathSync(mkdtempSync(join(tmpdir(), "orb-disk-")));
    const point = join(base, "mounted");
    mkdirSync(point);
    if (type === "tmpfs") {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m,nr_inodes=${inodes}`, "tmpfs", point]);
    } else {
      const image = join(base, "image");
      writeFileSync(image, "");
      truncateSync(image, mib * MIB);
      execFileSync("mkfs.ext4", ["-q", "-N", String(inodes), image]);
      execFileSync("mount", ["-o", "loop", image, point]);
    }
    mkdirSync(join(point, "root"));
    return new SmallDisk(await WorkspaceRoot.open(join(point, "root")), base);
  }

  path(...names: readonly string[]): string {
    return join(this.root.path, ...names);
  }

  /** Creates a finished workspace without work. @param files how many small ones are in its rebuildable folder */
  make(
    id: string,
    {
      mib,
      rebuildableMib = 0,
      files = 0,
      ...more
    }: { mib: number; rebuildableMib?: number; files?: number } & Partial<ReliefCandidate>,
  ): void {
    mkdirSync(this.path(id, "target"), { recursive: true });
    writeFileSync(this.path(id, "source"), Buffer.alloc(mib * MIB, 1));
    writeFileSync(this.path(id, "target", "large"), Buffer.alloc(rebuildableMib * MIB, 1));
    for (let file = 0; file < files; file++) writeFileSync(this.path(id, "target", String(file)), "");
    this.candidates.set(id, {
      id,
      size: { bytes: (mib + rebuildableMib) * MIB, inodes: files + 4 },
      rebuildable: { bytes: rebuildableMib * MIB, inodes: files + 2 },
      lastUsedAt: new Date(Date.now() - 86_400_000),
      isBusy: false,
      isFinished: true,
      answer: "clean",
      archiveSize: null,
      ...more,
    });
  }

  /** What relief is told about a workspace. */
  candidate(id: string): ReliefCandidate {
    const found = this.candidates.get(id);
    if (!found) throw new Error(`There is no workspace ${id}`);
    return found;
  }

  /** Lets a process write to a file until no byte is left, and create files until no inode is left. */
  async fill(file: string): Promise<void> {
    const program = `
import os, sys
path = sys.argv[1]
number = 0
try:
    while True:
        open(f"{path}-{number}", "x").close()
        number += 1
except OSError:
    pass
chunk = 1 << 20
with open(f"{path}-0", "wb", buffering=0) as file:
    while chunk:
        try:
            if file.write(bytes(chunk)) == 0: chunk //= 2
        except OSError:
            chunk //= 2
    os.fsync(file.fileno())
`;
    const writer = spawn("python3", ["-I", "-c", program, file], { stdio: ["ignore", "ignore", "pipe"] });
    const [code] = (await once(writer, "exit")) as [number];
    if (code !== 0) throw new Error(`The writer failed: ${String(writer.stderr.read())}`);
  }

  /** Carries out a step as a clean-up does: nobody may use it, before the rename and after it. */
  async take({ action, id }: ReliefStep): Promise<boolean> {
    if (action === "archive_and_remove") return false;
    const path = action === "remove" ? this.path(id) : this.path(id, "target");
    await using folder = await this.root.openWorkspace(path);
    const tombstone = await planRemoval(this.root, folder, { path, trashName: trashName() });
    if (await this.#isHeld({ dev: folder.dev, ino: folder.ino, path })) return false;
    await moveToTrash(this.root, tombstone);
    const inTrash = this.path(OWN_FOLDER, "trash", tombstone.trashName);
    if (await this.#isHeld({ dev: folder.dev, ino: folder.ino, path: inTrash })) {
      await putBack(this.root, tombstone);
      return false;
    }
    await deleteTrash(this.root, tombstone, {});
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#finder.close();
    await this.root.close();
    execFileSync("umount", [join(this.#base, "mounted")]);
    rmSync(this.#base, { recursive: true });
  }

  async #isHeld(folder: { dev: bigint; ino: bigint; path: string }): Promise<boolean> {
    const { byFolder } = await this.#finder.find([folder]);
    const holders = byFolder.get(folder.path) ?? [];
    this.holders.push(...holders);
    return holders.length > 0;
  }
}
