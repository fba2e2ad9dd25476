/** Recent acts on a pull request that may be part of a loop. Bounded, and stored in its record. */
export interface Activity {
  /** The times of writes to it on GitHub in the last hour, at most `WRITES_PER_HOUR_MAX`. */
  readonly writes: readonly Date[];
  /** Labels that the bot added or removed and a person or a program changed back, in the last hour. */
  readonly flips: readonly { readonly label: string; readonly at: Date }[];
  /** Heads that failed in the last day and since a person's last act; at most `FAILED_REPAIRS_MAX`. */
  readonly failedRepairs: readonly { readonly headSha: string; readonly at: Date }[];
}

export const NO_ACTIVITY: Activity = { writes: [], flips: [], failedRepairs: [] };
