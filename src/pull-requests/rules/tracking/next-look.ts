import type { Seen } from "./seen.ts";

/**
 * How long to wait before the next look at a pull request of which nobody tells anything.
 *
 * @param random in [0, 1)
 * @returns milliseconds, at most an hour; `null` where its life is over
 */
export function nextLookMs(
  seen: Pick<Seen, "lifecycle" | "checks" | "mergeability" | "told">,
  { now, random }: { readonly now: Date; readonly random: number },
): number | null {
  throw new Error(`not yet: ${seen.lifecycle} ${now.getTime()} ${random}`);
}
