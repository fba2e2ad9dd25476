import { OrbError } from "../errors.ts";

/** All bodies that are on their way in together hold no more than this in memory, and no more than that on disk. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;
const DISK_BYTES_MAX = 1024 * 1024 * 1024;

/** How much room is left for bodies that nobody has vouched for yet, so that strangers can't fill the machine. */
export class BodyBudget {
  #memoryBytes = 0;
  #diskBytes = 0;

  /** @returns whether there is room for so many bytes more in memory; they are taken if so */
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
