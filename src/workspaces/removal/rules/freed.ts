/** Room on a file system at one moment. */
export interface Room {
  readonly bytes: number;
  readonly inodes: number;
}

/**
 * What a removal has given back. What was counted while it removed does not know of files that are still open and of blocks that other
 * files share; what the file system says includes what others wrote and removed meanwhile. The smaller of both is never too much.
 *
 * @param counted the blocks and inodes of files whose last name was removed
 */
export function freedBy({
  counted,
  before,
  after,
}: {
  readonly counted: Room;
  readonly before: Room;
  readonly after: Room;
}): Room {
  return {
    bytes: least(counted.bytes, after.bytes - before.bytes),
    inodes: least(counted.inodes, after.inodes - before.inodes),
  };
}

function least(counted: number, measured: number): number {
  return Math.max(0, Math.min(counted, measured));
}
