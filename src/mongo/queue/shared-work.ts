import { type Work, WORK_SCHEMA } from "./work.ts";

/** Work of which each share gets its part of the lanes. */
export interface SharedWork extends Work {
  /** The installation for which it is done. */
  share: string;
  /** Somebody waits for it. */
  urgent: boolean;
}

export const SHARED_WORK_SCHEMA = {
  ...WORK_SCHEMA,
  share: { type: String, default: "" },
  urgent: { type: Boolean, default: false },
};

/** The work of a new document, which is due at once. */
export function newSharedWork(
  now: Date,
  { share, urgent }: Pick<SharedWork, "share" | "urgent">,
): SharedWork {
  return { dueAt: now, owner: null, epoch: 0, attempts: 0, crashed: [], share, urgent };
}

/** The index that finds what is due longest. */
export const BY_TIME = { "work.owner": 1, "work.dueAt": 1 } as const;
/** The index that finds due work of one share after the other. */
export const BY_SHARE = { "work.owner": 1, "work.urgent": 1, "work.share": 1, "work.dueAt": 1 } as const;
