import type { Signal } from "../signal.ts";

/** Decides which of two reports by signals is the later one, in whatever order they arrived. */
export interface Moment {
  readonly at: Date;
  /** `signalKey`: decides between two with the same time. */
  readonly key: string;
}

/** Identifies a signal permanently by `source` and `id`, as in CloudEvents. Different pairs have different keys. */
export function signalKey({ source, id }: Pick<Signal, "source" | "id">): string {
  return JSON.stringify([source, id]);
}

/** For sorting: negative if `a` is earlier; 0 only for the same signal. */
export function byTime(a: Moment, b: Moment): number {
  const difference = a.at.getTime() - b.at.getTime();
  if (difference !== 0) return difference;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
