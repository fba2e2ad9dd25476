import { createHash, type Hash } from "node:crypto";
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What a folder is and holds, and what its removal gives back. */
export interface Snapshot {
  /** Over names, kinds, modes, owners, times of change and contents of everything in it; links are not followed. */
  readonly hash: string;
  readonly ino: bigint;
  /** In blocks: of folders, and of files whose names are all in it. */
  readonly bytes: number;
  readonly inodes: number;
  /** Names of anything in it, and its own. */
  readonly names: number;
}

const BLOCK_BYTES = 512;

/** Walks by path and in its own way: nothing of the bot's code is in it. */
function snapshotOf(path: string | Buffer): Snapshot {
  const snapshot = new Walk();
  const top = Buffer.from(path);
  snapshot.visit(top, top.length);
  const { ino } = lstatSync(top, { bigint: true });
  return { hash: snapshot.hash.digest("hex"), ino, ...snapshot.freed() };
}

/** Of all that is directly below a folder, by name; bytes as latin1. */
export function snapshotsBelow(path: string): ReadonlyMap<string, Snapshot> {
  const names = readdirSync(path, { encoding: "buffer" });
  return new Map(
    names.map((name) => [
      name.toString("latin1"),
      snapshotOf(Buffer.concat([Buffer.from(`${path}/`), name])),
    ]),
  );
}

class Walk {
  readonly hash: Hash = createHash("sha256");
  #bytes = 0;
  #inodes = 0;
  #names = 0;
  readonly #linked = new Map<bigint, { seen: number; readonly names: number; readonly bytes: number }>();

  visit(path: Buffer, skip: number): void {
    const stat = lstatSync(path, { bigint: true });
    // What is renamed and renamed back is the same, so the time of the folder itself does not count, nor the number of names.
    const time = path.length === skip ? "" : String(stat.mtimeNs);
    this.hash
      .update(`${stat.mode} ${stat.uid} ${stat.gid} ${time} `)
      .update(path.subarray(skip))
      .update("\0");
    this.#count(stat);
    if (stat.isSymbolicLink()) this.hash.update(readlinkSync(path, { encoding: "buffer" }));
    if (stat.isFile()) this.hash.update(`${stat.size} `).update(readFileSync(path));
    if (!stat.isDirectory()) return;
    const names = readdirSync(path, { encoding: "buffer" }).sort((one, other) => one.compare(other));
    for (const name of names) this.visit(Buffer.concat([path, Buffer.from("/"), name]), skip);
  }

  freed(): Pick<Snapshot, "bytes" | "inodes" | "names"> {
    const whole = [...this.#linked.values()].filter(({ seen, names }) => seen === names);
    const bytes = whole.reduce((sum, one) => sum + one.bytes, this.#bytes);
    return { bytes, inodes: this.#inodes + whole.length, names: this.#names };
  }

  #count(stat: BigIntStats): void {
    const bytes = Number(stat.blocks) * BLOCK_BYTES;
    this.#names += 1;
    if (stat.isDirectory() || stat.nlink === 1n) {
      this.#bytes += bytes;
      this.#inodes += 1;
      return;
    }
    const linked = this.#linked.get(stat.ino) ?? { seen: 0, names: Number(stat.nlink), bytes };
    linked.seen += 1;
    this.#linked.set(stat.ino, linked);
  }
}
