import { threadId } from "node:worker_threads";

/** Functions that a test calls in a thread. */
export const MODULE = import.meta.url;

/** The thread in which it runs, and its argument as it arrived. */
export function seen<Value>(value: Value): { readonly thread: number; readonly value: Value } {
  return { thread: threadId, value };
}

/** Uses this much of a processor. */
export function spinFor(ms: number): number {
  let rounds = 0;
  const until = process.threadCpuUsage().user / 1_000 + ms;
  while (process.threadCpuUsage().user / 1_000 < until) rounds++;
  return rounds;
}

export function spin(): never {
  for (;;);
}

export function fillMemory(): never {
  const filled: object[] = [];
  for (;;) filled.push(Array.from({ length: 100_000 }, () => 0));
}

export function fail(message: string): never {
  throw new RangeError(message);
}
