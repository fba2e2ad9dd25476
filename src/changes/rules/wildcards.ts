/** Stands for any number of items, none included. */
export const MANY = "many";
/** What one item must be, or `MANY`. */
export type Wildcard = ((item: string) => boolean) | typeof MANY;

/**
 * Whether items are what a pattern says, one by one. Goes back to the latest `MANY` only, which is enough because
 * every other part takes exactly one item; so it takes at most items × parts steps, where a regular expression with
 * as many wildcards may take longer than anybody waits.
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
