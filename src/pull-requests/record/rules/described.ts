/** What a description was written for. Where that is not so any more, it is written anew. */
export interface Described {
  readonly headSha: string;
  readonly base: string;
  /** `undecided` also where nobody has reported anything; `null` where the description says nothing of checks. */
  readonly checks: "undecided" | "passed" | "failed" | null;
  /** Where the others of the change set stand, as text that is only compared. */
  readonly siblings: string;
  /** Whether it is labelled as conflicting with its base. */
  readonly conflicting: boolean;
  readonly tried: TriedAgain;
}

/** How often what a pull request falls short of was tried again since something else had it written. */
export interface TriedAgain {
  readonly times: number;
  /** When it was written last. */
  readonly at: Date;
}
