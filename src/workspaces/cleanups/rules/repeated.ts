/** What a clean-up ran into the last times. */
export interface Repeated {
  /** The cause that was published last; `null` if the last try went well. */
  readonly told: string | null;
  /** How often in a row it was that cause. */
  readonly times: number;
}

/**
 * Counts a cause. One that is the same as the last time is not news: it is published and counted once, not at every try, and
 * the next try comes ever later.
 *
 * @param cause the codes, in any order
 */
export function repeat(
  { told, times }: Repeated,
  cause: readonly string[],
): { readonly told: string; readonly times: number; readonly isNews: boolean } {
  const key = [...new Set(cause)].toSorted().join(" ");
  const isNews = key !== told;
  return { told: key, times: isNews ? 1 : times + 1, isNews };
}
