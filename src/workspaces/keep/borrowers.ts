import type { Refusal } from "../../errors.ts";

/** Another workspace that could not be read: it may borrow from anybody. */
export interface UnreadNeighbour extends Pick<Refusal, "reason" | "remedy"> {
  readonly path: string;
}

/** Which other workspaces would lose objects with a workspace. */
export interface Borrowers {
  /** Their paths. */
  readonly known: readonly string[];
  readonly unread: readonly UnreadNeighbour[];
}
