/** Long enough that starting the clock costs nothing beside it, short enough to be done often. */
const YARDSTICK_ROUNDS = 60;
const YARDSTICK_TEXT = "The export writes *one* record for `each` line, see [docs](https://a.b/c). ".repeat(
  100,
);
const TRIES_MAX = 3;

/**
 * The processor time that an act takes, as a multiple of what this process takes, at the same time, to take a fixed
 * text of 7 500 characters to words and back sixty times. A slow or busy machine is slow at both, so a bound on it
 * finds a cost that grows with the square of what is read, and never a machine that has other things to do.
 *
 * @param atMost what the caller allows: where the first try takes more, the least of three tries counts, for a
 *   garbage collection or the first compilation may hit any one of them
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

/** Of this thread alone: what else runs on the machine does not count. */
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
