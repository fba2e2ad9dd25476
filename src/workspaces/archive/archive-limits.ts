/** What an archive may hold. A workspace beyond it is kept, and the refusal names the file or folder. */
export interface ArchiveLimits {
  /** Bytes of one file, with the holes of a sparse one. */
  readonly fileBytesMax: number;
  /** Bytes of files and bundles together. */
  readonly bytesMax: number;
  /** Files, folders and links. */
  readonly entriesMax: number;
  /** Folders inside each other; each is held open while what is in it is read. */
  readonly depthMax: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  fileBytesMax: 16 * 1024 ** 3,
  bytesMax: 64 * 1024 ** 3,
  entriesMax: 2_000_000,
  depthMax: 200,
};
