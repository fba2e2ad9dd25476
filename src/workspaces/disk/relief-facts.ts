import type { DiskUsage, Space } from "./usage.ts";

/** Above `highPercent` relief begins, and at `lowPercent` it ends: what is freed lasts for a while. */
export interface Marks {
  readonly highPercent: number;
  readonly lowPercent: number;
}

/** A workspace, as far as relief cares. All of it is known from memory: on a full disk nothing may be written to find it out. */
export interface ReliefCandidate {
  readonly id: string;
  /** What it occupies, as it was measured last. */
  readonly size: Space;
  /** The part of it in rebuildable folders, such as `node_modules`. */
  readonly rebuildable: Space;
  readonly lastUsedAt: Date;
  /** A lease, a running phase, a holder or a hold: nothing of it is touched. */
  readonly isBusy: boolean;
  /** Its project has ended, and no pull request of it is open. */
  readonly isFinished: boolean;
  /** `work` exists nowhere else; of `unreadable` nobody knows. */
  readonly answer: "clean" | "work" | "unreadable";
  /** What its archive will occupy; `null` if nobody can say. */
  readonly archiveSize: Space | null;
}

export interface ReliefFacts {
  readonly usage: DiskUsage;
  readonly marks: Marks;
  /** Whether relief has begun and the low mark was not reached since. */
  readonly isUnderPressure: boolean;
  /** What removals that are under way will free. */
  readonly underWay: Space;
  readonly workspaces: readonly ReliefCandidate[];
  /** Where archives go: `null` if nowhere. On the same disk an archive uses up a part of what it frees. */
  readonly archive: { readonly isSameDisk: boolean } | null;
  readonly now: Date;
}
