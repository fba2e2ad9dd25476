/** Matches any number of items, also none. */
export const MANY = "many";
/** What one item must be, or `MANY`. */
export type Wildcard = ((item: string) => boolean) | typeof MANY;

/** Up to this many parts, comparing one after the other is fastest. */
const FEW_PARTS = 32;
/** Of one pattern. More different items than this are only in a hostile path. */
const KNOWN_ITEMS_MAX = 128;

/**
 * Compiles a pattern for lists of items: the segments of a path, or the UTF-16 units of one segment. A match takes about as many
 * steps as there are items, and for a long pattern a thirty-second part of its length times as many. A regular expression with as
 * many wildcards can take exponential time.
 */
export function compileWildcards(pattern: readonly Wildcard[]): (items: ArrayLike<string>) => boolean {
  return pattern.length > FEW_PARTS ? compileMany(pattern) : (items) => fitsFew(items, pattern);
}

/** It backtracks only to the latest `MANY`, which is enough because every other part matches exactly one item. */
function fitsFew(items: ArrayLike<string>, pattern: readonly Wildcard[]): boolean {
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

/** Follows all ways to match at once: bit n is set if the first n parts fit what was read so far. */
function compileMany(pattern: readonly Wildcard[]): (items: ArrayLike<string>) => boolean {
  const parts = pattern.filter((part) => part !== MANY);
  const words = (parts.length >>> 5) + 1;
  const set = (bits: Uint32Array, at: number) => (bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31)));
  const stays = new Uint32Array(words);
  let before = 0;
  for (const part of pattern) {
    if (part === MANY) set(stays, before);
    else before++;
  }
  const known = new Map<string, Uint32Array>();
  const partsFor = (item: string): Uint32Array => {
    const found = known.get(item);
    if (found) return found;
    const bits = new Uint32Array(words);
    for (const [index, part] of parts.entries()) if (part(item)) set(bits, index);
    if (known.size < KNOWN_ITEMS_MAX) known.set(item, bits);
    return bits;
  };
  return (items) => {
    const states = new Uint32Array(words);
    states[0] = 1;
    for (let item = 0; item < items.length; item++) {
      if (!advance(states, partsFor(items[item] ?? ""), stays)) return false;
    }
    return ((states[parts.length >>> 5] ?? 0) & (1 << (parts.length & 31))) !== 0;
  };
}

/** @returns whether any way is left */
function advance(states: Uint32Array, fitting: Uint32Array, stays: Uint32Array): boolean {
  let carried = 0;
  let left = 0;
  for (let word = 0; word < states.length; word++) {
    const now = states[word] ?? 0;
    const moving = now & (fitting[word] ?? 0);
    const next = (moving << 1) | carried | (now & (stays[word] ?? 0));
    carried = moving >>> 31;
    states[word] = next;
    left |= next;
  }
  return left !== 0;
}
