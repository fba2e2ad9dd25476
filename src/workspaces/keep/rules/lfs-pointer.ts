export interface LfsPointer {
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Git LFS writes no longer ones. https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
export const LFS_POINTER_BYTES_MAX = 1024;

const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[^\n]+\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n$/;

/** What Git LFS has put into git instead of a large file; `null` if it is something else. */
export function parseLfsPointer(blob: Buffer): LfsPointer | null {
  if (blob.length > LFS_POINTER_BYTES_MAX) return null;
  const [, sha256, bytes] = POINTER.exec(blob.toString("latin1")) ?? [];
  return sha256 === undefined ? null : { sha256, bytes: Number(bytes) };
}
