/** Who added which labels. People's changes to labels stay. */
export interface Labelling {
  /** Labels that the bot added and that are still there. */
  readonly ours: readonly string[];
  /** Labels that an interrupted run was about to add. */
  readonly pending: readonly string[];
  /** Labels of the bot that a person removed. */
  readonly declined: readonly string[];
}

export const NO_LABELLING: Labelling = { ours: [], pending: [], declined: [] };
