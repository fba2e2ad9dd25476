/** Enough rounds that reading the clock does not count, and few enough to repeat them often. */
const YARDSTICK_ROUNDS = 60;
const YARDSTICK_TEXT = "The export writes *one* record for `each` line, see [docs](https://a.b/c). ".repeat(
  100,
);
const TRIES_MAX = 3;
/** A machine is hardly ever this many times as fast as it was when the yardstick was last measured. */
const DRIFT_MAX = 3;

/** What the yardstick last took in this process. */
let knownMicros: number | null = null;

/**
 * Measures the processor time of an act as a multiple of a yardstick: splitting a fixed text of 7 500 characters into
 * words sixty times, in the same process. A slow or busy machine slows both, so a limit on the result finds a cost that grows
 * with the square of the input, and does not fail because the machine is busy. A result near the limit is measured again,
 * with the yardstick right before and after.
 *
 * @param atMost the caller's limit: if the first try exceeds it, the least of three tries counts, because a garbage
 *   collection or the first compilation may hit any one of them
 */
export function effortOf(act: () => unknown, { atMost }: { atMost: number }): number {
  if (knownMicros !== null) {
    const effort = processorMicrosOf(act) / knownMicros;
    if (effort < atMost / DRIFT_MAX) return effort;
  }
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES_MAX && least > atMost; tries++) {
    const before = processorMicrosOf(yardstick);
    const spent = processorMicrosOf(act);
    const after = processorMicrosOf(yardstick);
    knownMicros = (before + after) / 2;
    least = Math.min(least, spent / knownMicros);
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
