import type { Holder } from "../holder.ts";

/** What several threads found about one folder, of which each looked at other processes. What has no process was found by all of them. */
export function mergeHolders(found: readonly (readonly Holder[])[]): readonly Holder[] {
  const merged = new Map<string, Holder>();
  for (const holder of found.flat()) {
    const key = keyOf(holder);
    const before = merged.get(key);
    // The same mount is counted once, and processes are added up.
    if (!before) merged.set(key, holder);
    else if (holder.process) merged.set(key, { ...before, count: before.count + holder.count });
  }
  return [...merged.values()].sort((one, other) =>
    one.kind < other.kind ? -1 : Number(one.kind > other.kind),
  );
}

function keyOf(holder: Holder): string {
  if (holder.kind === "unknown") return holder.cause;
  const { use, path, process } = holder;
  return `${use} ${path} ${process?.pid} ${process?.identity?.startTicks}`;
}
