/** Enough rounds that reading the clock does not count, and few enough to repeat them often. */
const YARDSTICK_ROUNDS = 60;
const YARDSTICK_TEXT = "The export writes *one* record for `each` line, see [docs](https://a.b/c). ".repeat(
  100,
);
const TRIES_MAX = 3;

/**
 * Measures the processor time of an act as a multiple of a yardstick: splitting a fixed text of 7 500 characters into
 * words sixty times, in the same process right before and after. A slow or busy machine slows both, so a limit on the
 * result finds a cost that grows with the square of the input, and does not fail because the machine is busy.
 *
 * @param atMost the caller's limit: if the first try exceeds it, the least of three tries counts, because a garbage
 *   collection or the first compilation may hit any one of them
 */
export function effortOf(act: () => unknown, { atMost }: { atMost: number }): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES_MAX && least > atMost; tries++) {
    const before = processorMicrosOf(yardstick);
    const spent = processorMicrosOf(act);
    const after = processorMicrosOf(yardstick);
    least = Math.min(least, (2 * spent) / (before + after));
  }
  return least;
}

/** Counts this thread only, and nothing else that runs on the machine. */
function processorMicrosOf(act: () => unknown): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

function yardstick(): void {
  for (let round = 0; round < YARDSTICK_ROUNDS; round++) {
    const counts = new Map<string, number>();
    for (const [word] of YARDSTICK_TEXT.matchAll(/[a-z]+|\W/gi)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    JSON.stringify([...counts]);
  }
}
