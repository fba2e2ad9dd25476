import { OrbError } from "../errors.ts";

/** Limits for all bodies that are arriving at the moment, taken together. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;
const DISK_BYTES_MAX = 1024 * 1024 * 1024;

/** Limits the room for bodies whose signature is not checked yet, so that strangers can't fill the machine. */
export class BodyBudget {
  #memoryBytes = 0;
  #diskBytes = 0;

  /** @returns whether there was room for so many more bytes in memory; if so, they are reserved */
  tryMemory(bytes: number): boolean {
    if (this.#memoryBytes + bytes > MEMORY_BYTES_MAX) return false;
    this.#memoryBytes += bytes;
    return true;
  }

  /** @throws OrbError `overloaded` */
  takeDisk(bytes: number): void {
    if (this.#diskBytes + bytes > DISK_BYTES_MAX) {
      throw new OrbError({
        code: "overloaded",
        reason: "Too many large requests are arriving at the same time.",
        remedy: "Try again after the time in Retry-After.",
      });
    }
    this.#diskBytes += bytes;
  }

  giveBack({ memoryBytes, diskBytes }: { memoryBytes: number; diskBytes: number }): void {
    this.#memoryBytes -= memoryBytes;
    this.#diskBytes -= diskBytes;
  }
}
