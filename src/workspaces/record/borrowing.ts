/** How a file or a folder of a workspace looked. */
export interface Mark {
  /** Relative to the workspace; empty for the workspace itself. Every byte as a character. */
  readonly path: string;
  /** Its inode and the time of its last change; empty if there was none. */
  readonly stamp: string;
}

/** From where a workspace borrows objects of git, as it was read. */
export interface Borrowing {
  /** Real paths of the folders of objects. Every byte as a character. */
  readonly from: readonly string[];
  /** How everything looked that says so. While it looks the same, only a repository that is new somewhere deep inside could differ. */
  readonly marks: readonly Mark[];
}
