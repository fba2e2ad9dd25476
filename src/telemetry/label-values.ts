/** What all further values are called. */
const OTHER = "other";

/**
 * The values of a label that come from outside, such as names of agents, kept to a bounded set: so many are shown, in the order in
 * which they were first seen, and all others together as `other`. A series that exists is never renamed, so counters stay true.
 */
export class LabelValues {
  readonly #max: number;
  readonly #shown = new Set<string>();

  /** @param max how many are shown by their own names */
  constructor(max: number) {
    this.#max = max;
  }

  of(value: string): string {
    if (this.#shown.has(value)) return value;
    if (this.#shown.size >= this.#max) return OTHER;
    this.#shown.add(value);
    return value;
  }
}
