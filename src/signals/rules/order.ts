import type { Signal } from "../signal.ts";

/** What decides which of two things that signals told is the later one, whatever order they came in. */
export interface Moment {
  readonly at: Date;
  /** `signalKey`: decides between two of the very same time. */
  readonly key: string;
}

/** Names a signal for ever: its `source` and `id`, as CloudEvents has it. Different pairs have different keys. */
export function signalKey({ source, id }: Pick<Signal, "source" | "id">): string {
  return JSON.stringify([source, id]);
}

/** For sorting: negative where `a` is the earlier; 0 only for the same signal. */
export function byTime(a: Moment, b: Moment): number {
  const difference = a.at.getTime() - b.at.getTime();
  if (difference !== 0) return difference;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
