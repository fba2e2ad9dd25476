/** The facts for which a description was written. If they change, it is written again. */
export interface Described {
  readonly headSha: string;
  readonly base: string;
  /** `undecided` also if no check has reported; `null` if the description does not mention checks. */
  readonly checks: "undecided" | "passed" | "failed" | null;
  /** `siblingsShown` of the others of the change set. */
  readonly siblings: string;
  /** Whether it is labelled as conflicting with its base. */
  readonly conflicting: boolean;
  /** The last reported change of the repository or its rules, as text that is only compared; missing in old records. */
  readonly change?: string | null;
  readonly tried: TriedAgain;
}

/** How often shortcomings were retried since the description was last written for another reason. */
export interface TriedAgain {
  readonly times: number;
  /** When the description was last written. */
  readonly at: Date;
}
