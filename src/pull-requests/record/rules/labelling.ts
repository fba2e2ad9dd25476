/** Whose labels are whose: what people do to them stands. */
export interface Labelling {
  /** Those that the bot put on and that are still there. */
  readonly ours: readonly string[];
  /** Those that a run which was interrupted had set out to put on. */
  readonly pending: readonly string[];
  /** Those that a person took off again. */
  readonly declined: readonly string[];
}

export const NO_LABELLING: Labelling = { ours: [], pending: [], declined: [] };
