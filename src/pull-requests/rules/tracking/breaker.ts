import type { Refusal } from "../../../errors.ts";

/** What was done to a pull request lately, as far as it may be a loop. Bounded, and stored in its record. */
export interface Activity {
  /** When something was written to it on GitHub, in the last hour. */
  readonly writes: readonly Date[];
  /** Labels that the bot put on or took off and somebody turned back, in the last hour. */
  readonly flips: readonly { readonly label: string; readonly at: Date }[];
  /** Heads that agents pushed and that failed all the same, since a person last acted. */
  readonly failedRepairs: readonly { readonly headSha: string; readonly at: Date }[];
}

export const NO_ACTIVITY: Activity = { writes: [], flips: [], failedRepairs: [] };

export type Action =
  /** One request that changes something on GitHub. */
  | { readonly kind: "write" }
  /** Somebody took off a label that the bot had put on, or put back one that it had taken off. */
  | { readonly kind: "label_flipped"; readonly label: string }
  /** A head of an agent's has failed its checks or conflicts: once for each head. */
  | { readonly kind: "repair_failed"; readonly headSha: string }
  /** A person has commented, reviewed, pushed or changed something: agents may try anew. */
  | { readonly kind: "person_acted" }
  /** Somebody asked for another try: all is forgotten. */
  | { readonly kind: "retry" };

/** A refusal that ends by itself. */
export interface BrokenLoop extends Refusal {
  readonly code: "loop_broken";
  /** Milliseconds until enough of it is past. */
  readonly waitMs: number;
}

/** What to remember after something was done. */
export function recordActivity(activity: Activity, action: Action, now: Date): Activity {
  throw new Error(`not yet: ${activity.writes.length} ${action.kind} ${now.getTime()}`);
}

/** Why nothing more is written to a pull request for now; `null` where nothing goes round in circles. */
export function breaker(activity: Activity, now: Date): BrokenLoop | null {
  throw new Error(`not yet: ${activity.writes.length} ${now.getTime()}`);
}
