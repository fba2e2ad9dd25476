import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

const MODULUS = 1n << 256n;

/**
 * Tells whether a workspace is still the one that was archived: over all its files and folders, the names and what the kernel
 * says of each. Nobody can change a file or its metadata without a new time of change. The order does not matter, and it takes
 * no memory for each file.
 */
export class Fingerprint {
  #sum = 0n;

  /** @param path from the workspace; the workspace itself is left out, for a move to the trash changes it */
  add(path: Buffer, { ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): void {
    const hash = createHash("sha256").update(`${ino} ${mode} ${size} ${mtimeNs} ${ctimeNs} `).update(path);
    this.#sum = (this.#sum + BigInt(`0x${hash.digest("hex")}`)) % MODULUS;
  }

  /** 64 hexadecimal digits. */
  get text(): string {
    return this.#sum.toString(16).padStart(64, "0");
  }
}
