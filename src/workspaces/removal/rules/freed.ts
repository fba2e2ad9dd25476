/** Room on a file system at one moment. */
export interface Room {
  readonly bytes: number;
  readonly inodes: number;
}

/**
 * What a removal has given back. What was promised before does not know of files that are still open, and of blocks that other files
 * share; what the file system says includes what others wrote and removed meanwhile. The smaller of both is never too much.
 *
 * @param promised the blocks and inodes of files with no other name; `null` if nobody counted them
 */
export function freedBy({
  promised,
  before,
  after,
}: {
  readonly promised: Room | null;
  readonly before: Room;
  readonly after: Room;
}): Room {
  return {
    bytes: least(promised?.bytes, after.bytes - before.bytes),
    inodes: least(promised?.inodes, after.inodes - before.inodes),
  };
}

function least(promised: number | undefined, measured: number): number {
  return Math.max(0, Math.min(promised ?? measured, measured));
}
