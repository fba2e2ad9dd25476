import type { Refusal } from "../../errors.ts";
import { TRIES_MAX } from "../../work/rules/tries-max.ts";

/** One claim of a message by a process, from the lease to its return. One that crashed its process leaves none. */
export interface Try {
  /** When the process took it, or last wrote to it. */
  readonly takenAt: Date;
  readonly endedAt: Date;
  /** The process, as `GET /api/v1/system` names it. */
  readonly by: string;
  readonly outcome: "done" | "failed" | "dead";
  /** Why it failed. */
  readonly problem: Refusal | null;
}

/** A field of messages. Those that an earlier version handled have none. */
export const TRIES_SCHEMA = { type: [Object], default: undefined };

/** The part of an update that adds a try. */
export function addTry(added: Try) {
  return { tries: { $each: [added], $slice: -TRIES_MAX } };
}
