import type { Amount, DiskUsage, Space } from "../usage.ts";

/**
 * @param free with what is reserved for root
 * @param available without it. It may be 0 while root still has free space
 */
export function amountOf({
  total,
  free,
  available,
}: {
  readonly total: number;
  readonly free: number;
  readonly available: number;
}): Amount {
  const used = total - free;
  const usable = used + available;
  return { total, used, available, usedPercent: usable === 0 ? 100 : (used / usable) * 100 };
}

/** How much must be freed until no more than `percent` is used. */
export function excessOver(percent: number, { bytes, inodes }: DiskUsage): Space {
  return { bytes: excess(percent, bytes), inodes: inodes ? excess(percent, inodes) : 0 };
}

function excess(percent: number, { used, available }: Amount): number {
  return Math.max(0, Math.ceil(used - ((used + available) * percent) / 100));
}
