/** What was done to a pull request lately, as far as it may be a loop. Bounded, and stored in its record. */
export interface Activity {
  /** When something was written to it on GitHub, in the last hour, at most `WRITES_PER_HOUR_MAX`. */
  readonly writes: readonly Date[];
  /** Labels that the bot put on or took off and somebody turned back, in the last hour. */
  readonly flips: readonly { readonly label: string; readonly at: Date }[];
  /** Heads that failed, in the last day, since a person last acted; at most `FAILED_REPAIRS_MAX`. */
  readonly failedRepairs: readonly { readonly headSha: string; readonly at: Date }[];
}

export const NO_ACTIVITY: Activity = { writes: [], flips: [], failedRepairs: [] };
