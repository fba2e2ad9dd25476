import type { ReliefCandidate, ReliefFacts } from "../relief-facts.ts";
import type { Space } from "../usage.ts";
import { excessOver } from "./amount.ts";
import { type Shortage, shortageOf } from "./shortage.ts";

export interface ReliefStep {
  readonly action: "remove_rebuildable" | "remove" | "archive_and_remove";
  readonly id: string;
  /** What it should free; only a measurement says what it did. */
  readonly frees: Space;
}

export type ReliefPlan =
  | { readonly kind: "enough"; readonly isUnderPressure: false }
  | {
      readonly kind: "relieve";
      readonly isUnderPressure: true;
      /** What must be freed to reach the low mark. */
      readonly need: Space;
      /** In the order in which to do them. After each, the disk is read and decided about again. */
      readonly steps: readonly ReliefStep[];
      /** `null` if the steps are enough. */
      readonly shortage: Shortage | null;
    };

/** A step that frees less is not worth the disturbance, unless the rest that is needed is as small. */
const STEP_BYTES_MIN = 1024 * 1024;
const STEP_INODES_MIN = 100;
const HOUR_MS = 3_600_000;

/**
 * What to remove from a disk that is too full, and in which order: rebuildable folders of idle workspaces, then finished workspaces
 * without work, then finished ones whose work is archived first. Of each kind those that are old and large come first. What is busy, or
 * can't be read, stays in any case.
 *
 * Relief begins above the high mark and goes on to the low one, so that it does not begin again with the next file.
 */
export function decideRelief(facts: ReliefFacts): ReliefPlan {
  const { usage, marks, isUnderPressure } = facts;
  const begins = total(excessOver(marks.highPercent, usage)) > 0;
  const toLow = excessOver(marks.lowPercent, usage);
  if (!begins && !(isUnderPressure && total(toLow) > 0)) return { kind: "enough", isUnderPressure: false };
  const need = minus(toLow, facts.underWay);
  const steps: ReliefStep[] = [];
  let left = need;
  for (const stage of [rebuildableOf, cleanOf, archivableOf]) {
    const taken = new Map(steps.map((step) => [step.id, step.frees]));
    for (const step of ordered(stage(facts, taken), facts, left)) {
      if (total(left) === 0) break;
      if (!helps(step.frees, left)) continue;
      steps.push(step);
      left = minus(left, step.frees);
    }
  }
  const shortage = total(left) === 0 ? null : shortageOf(left, facts);
  return { kind: "relieve", isUnderPressure: true, need, steps, shortage };
}

type Stage = (facts: ReliefFacts, taken: ReadonlyMap<string, Space>) => readonly ReliefStep[];

const rebuildableOf: Stage = ({ workspaces }) =>
  workspaces
    .filter(({ isBusy }) => !isBusy)
    .map(({ id, rebuildable }) => ({ action: "remove_rebuildable", id, frees: rebuildable }));

const cleanOf: Stage = ({ workspaces }, taken) =>
  removable(workspaces, "clean").map(({ id, size }) => ({
    action: "remove",
    id,
    frees: minus(size, taken.get(id) ?? NOTHING),
  }));

const archivableOf: Stage = ({ workspaces, archive }, taken) => {
  if (!archive) return [];
  return removable(workspaces, "work").flatMap(({ id, size, archiveSize }) => {
    const costs = archive.isSameDisk ? archiveSize : NOTHING;
    if (!costs) return [];
    return [{ action: "archive_and_remove", id, frees: minus(minus(size, taken.get(id) ?? NOTHING), costs) }];
  });
};

const NOTHING: Space = { bytes: 0, inodes: 0 };

function removable(
  workspaces: readonly ReliefCandidate[],
  answer: ReliefCandidate["answer"],
): readonly ReliefCandidate[] {
  return workspaces.filter((one) => !one.isBusy && one.isFinished && one.answer === answer);
}

/** The product of age and size: of two of the same age the larger one, of two of the same size the older one. */
function ordered(steps: readonly ReliefStep[], facts: ReliefFacts, left: Space): readonly ReliefStep[] {
  const ages = new Map(
    facts.workspaces.map(({ id, lastUsedAt }) => [id, facts.now.getTime() - lastUsedAt.getTime()]),
  );
  const weight = ({ id, frees }: ReliefStep) =>
    part(frees, left) * (1 + Math.max(0, ages.get(id) ?? 0) / HOUR_MS);
  return steps.toSorted((one, other) => weight(other) - weight(one) || (one.id < other.id ? -1 : 1));
}

/** How much of what is needed a step frees, of bytes or inodes. */
function part(frees: Space, left: Space): number {
  const bytes = left.bytes === 0 ? 0 : frees.bytes / left.bytes;
  const inodes = left.inodes === 0 ? 0 : frees.inodes / left.inodes;
  return Math.max(bytes, inodes);
}

function helps(frees: Space, left: Space): boolean {
  const bytes = left.bytes > 0 && frees.bytes >= Math.min(STEP_BYTES_MIN, left.bytes);
  const inodes = left.inodes > 0 && frees.inodes >= Math.min(STEP_INODES_MIN, left.inodes);
  return bytes || inodes;
}

function minus(one: Space, other: Space): Space {
  return {
    bytes: Math.max(0, one.bytes - other.bytes),
    inodes: Math.max(0, one.inodes - other.inodes),
  };
}

function total({ bytes, inodes }: Space): number {
  return bytes + inodes;
}
