import type { Refusal } from "../../errors.ts";
import type { DiskUsage, Space } from "./usage.ts";

/** A disk is above its high mark: published once, until it is relieved. */
export interface DiskPressure {
  readonly host: string;
  /** WORKSPACE_ROOT, whose disk it is. */
  readonly root: string;
  readonly usage: DiskUsage;
  readonly highPercent: number;
  readonly lowPercent: number;
  /** What must be freed to reach the low mark. */
  readonly need: Space;
  /** What is missing after everything that may be removed; `null` if the low mark can be reached. */
  readonly missing: Space | null;
  /** What people can do about what is missing. */
  readonly wouldHelp: readonly Refusal[];
  readonly because: string;
}

/** The disk is at its low mark again. */
export interface DiskRelieved {
  readonly host: string;
  readonly root: string;
  readonly usage: DiskUsage;
  /** As the disk itself says: other programs write and remove there too. */
  readonly freed: Space;
  readonly secondsUnderPressure: number;
  readonly because: string;
}

/** The events of a disk, in the form of the other events of the bot. */
export type DiskEvent =
  | { readonly type: "orb.disk.pressure"; readonly data: DiskPressure }
  | { readonly type: "orb.disk.relieved"; readonly data: DiskRelieved };
