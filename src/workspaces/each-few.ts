interface Limits {
  readonly atOnce: number;
  readonly stopping: AbortSignal;
}

/**
 * Does the same with each, some at the same time.
 *
 * @throws what an action throws, and the signal's reason before any further one
 */
export async function eachFew<T>(
  all: readonly T[],
  { atOnce, stopping }: Limits,
  action: (one: T) => Promise<void>,
): Promise<void> {
  for (let begin = 0; begin < all.length; begin += atOnce) {
    stopping.throwIfAborted();
    await Promise.all(all.slice(begin, begin + atOnce).map(action));
  }
}
