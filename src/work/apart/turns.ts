/** A queue in which keys take turns: each key has one item under way at most, and waits for all others after it. */
export class Turns<Item> {
  readonly #waiting = new Map<string, Item[]>();
  readonly #underWay = new Set<string>();

  add(key: string, item: Item): void {
    const others = this.#waiting.get(key);
    if (others) others.push(item);
    else this.#waiting.set(key, [item]);
  }

  /** The item whose turn it is; `null` if none waits, or only items of keys that have one under way. */
  take(): { readonly key: string; readonly item: Item } | null {
    for (const [key, items] of this.#waiting) {
      if (this.#underWay.has(key)) continue;
      const [item, ...others] = items;
      this.#waiting.delete(key);
      if (others.length > 0) this.#waiting.set(key, others);
      if (item === undefined) continue;
      this.#underWay.add(key);
      return { key, item };
    }
    return null;
  }

  /** The item of this key is no longer under way. */
  end(key: string): void {
    this.#underWay.delete(key);
  }
}
