import type { ProcessIdentity } from "../holder.ts";

/** What a process sees of another one whose number it knows. */
export interface ProcessSeen {
  readonly bootId: string;
  /** The namespace in which the number was looked up. */
  readonly pidNamespace: string;
  /** `null` if no process has this number now. */
  readonly startTicks: number | null;
}

/**
 * Whether a process that was noted once still lives. After a restart of the machine it does not; the same number with another start is
 * another process; and a number of another container says nothing here, where it belongs to somebody else.
 */
export function isAlive(noted: ProcessIdentity, seen: ProcessSeen): "alive" | "ended" | "unknown" {
  if (noted.bootId !== seen.bootId) return "ended";
  if (noted.pidNamespace !== seen.pidNamespace) return "unknown";
  return seen.startTicks === noted.startTicks ? "alive" : "ended";
}
