import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Of a sparse file only the size counts. */
const BYTES_MAX = 16 * 1024 * 1024;

/** A hash over names, kinds, modes, owners and contents of everything in a folder, links not followed. */
export function contentHash(path: string): string {
  const hash = createHash("sha256");
  add(Buffer.from(path), hash);
  return hash.digest("hex");
}

function add(path: Buffer, hash: ReturnType<typeof createHash>): void {
  const stat = lstatSync(path);
  hash.update(`${stat.mode} ${stat.uid} ${stat.nlink} `).update(path);
  if (stat.isSymbolicLink()) hash.update(readlinkSync(path, { encoding: "buffer" }));
  if (stat.isFile()) hash.update(stat.size > BYTES_MAX ? String(stat.size) : readFileSync(path));
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path, { encoding: "buffer" }).sort((a, b) => a.compare(b)))
    add(Buffer.concat([path, Buffer.from("/"), name]), hash);
}
