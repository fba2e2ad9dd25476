import type { DiskUsage, Space } from "./usage.ts";
import { decideRelief, type ReliefPlan, type ReliefStep } from "./rules/decide-relief.ts";
import type { ReliefFacts } from "./relief-facts.ts";

/** What was done about one workspace. */
export interface StepTaken {
  readonly step: ReliefStep;
  /** `false`: it was kept, for a reason that was found only now. */
  readonly isDone: boolean;
}

export interface ReliefHands {
  /** Reads the disk. */
  readonly usage: () => Promise<DiskUsage>;
  /** Everything else that is decided by; from memory. It may be asked after each step. */
  readonly facts: () => Omit<ReliefFacts, "usage" | "isUnderPressure">;
  /** Carries out one step and checks everything again itself. `false` if the workspace was kept after all. */
  readonly take: (step: ReliefStep) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

export interface Relief {
  readonly before: DiskUsage;
  readonly after: DiskUsage;
  readonly steps: readonly StepTaken[];
  /** What is left to do after the last step: `enough`, or a shortage. */
  readonly plan: ReliefPlan;
}

/**
 * Brings a disk that is above its high mark down to the low one, step by step. After each step the disk itself says what was freed: files
 * that are still open, or have another name, free nothing, whatever their size.
 *
 * @param isUnderPressure whether an earlier relief did not reach the low mark
 */
export async function relieve(hands: ReliefHands, isUnderPressure: boolean): Promise<Relief> {
  const before = await hands.usage();
  const steps: StepTaken[] = [];
  let after = before;
  let pressed = isUnderPressure;
  for (;;) {
    const facts = hands.facts();
    const plan = decideRelief({ ...without(steps, facts), usage: after, isUnderPressure: pressed });
    const [step] = plan.kind === "relieve" ? plan.steps : [];
    if (!step || hands.signal?.aborted) return { before, after, steps, plan };
    pressed = true;
    steps.push({ step, isDone: await hands.take(step) });
    after = await hands.usage();
  }
}

/**
 * Nothing is tried twice: what was freed is not there any more, and what was kept would be kept again. A workspace of which no folder
 * could be removed may still go as a whole.
 */
function without(steps: readonly StepTaken[], facts: ReturnType<ReliefHands["facts"]>): typeof facts {
  const taken = new Map(steps.map((taken) => [taken.step.id, taken]));
  const workspaces = facts.workspaces.flatMap((one) => {
    const before = taken.get(one.id);
    if (!before) return [one];
    if (before.step.action !== "remove_rebuildable") return [];
    if (!before.isDone) return [{ ...one, rebuildable: { bytes: 0, inodes: 0 } }];
    const size = { bytes: left(one, "bytes"), inodes: left(one, "inodes") };
    return [{ ...one, size, rebuildable: { bytes: 0, inodes: 0 } }];
  });
  return { ...facts, workspaces };
}

function left(one: { readonly size: Space; readonly rebuildable: Space }, of: keyof Space): number {
  return Math.max(0, one.size[of] - one.rebuildable[of]);
}
