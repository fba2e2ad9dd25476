/** Matches any number of items, also none. */
export const MANY = "many";
/** What one item must be, or `MANY`. */
export type Wildcard = ((item: string) => boolean) | typeof MANY;

/**
 * Whether a list of items matches a pattern. It backtracks only to the latest `MANY`, which is enough because every
 * other part matches exactly one item. So it takes at most items × parts steps; a regular expression with as many
 * wildcards can take exponential time.
 *
 * @param items the segments of a path, or the UTF-16 units of one segment
 */
export function fits(items: ArrayLike<string>, pattern: readonly Wildcard[]): boolean {
  let item = 0;
  let part = 0;
  let again: { item: number; part: number } | null = null;
  while (item < items.length) {
    const wanted = pattern[part];
    if (wanted === MANY) {
      part++;
      again = { item, part };
    } else if (wanted?.(items[item] ?? "")) {
      item++;
      part++;
    } else if (again) {
      again.item++;
      ({ item, part } = again);
    } else {
      return false;
    }
  }
  while (pattern[part] === MANY) part++;
  return part === pattern.length;
}
