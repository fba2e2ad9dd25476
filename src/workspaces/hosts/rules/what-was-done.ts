import type { StepTaken } from "../../disk/relieve.ts";
import type { ReliefPlan, ReliefStep } from "../../disk/rules/decide-relief.ts";
import type { DiskUsage } from "../../disk/usage.ts";
import { whyFull, whyShort } from "./why-short.ts";

interface Done {
  readonly after: DiskUsage;
  readonly steps: readonly StepTaken[];
  readonly plan: ReliefPlan;
}

/** What a relief of a disk did, with the figures, in sentences for people; also if nothing had to be done. */
export function whatWasDone(
  { after, steps, plan }: Done,
  { lowPercent }: { readonly lowPercent: number },
): string {
  const full = whyFull(after);
  if (steps.length === 0 && plan.kind === "enough") {
    return `Nothing had to be done: it is not above the low mark of ${lowPercent} %. ${full}`;
  }
  const end = plan.kind === "enough" ? full : whyShort(after, plan);
  const done = steps.filter(({ isDone }) => isDone);
  const kept = steps.length - done.length;
  const parts = ACTIONS.flatMap(([action, words]) => {
    const count = done.filter(({ step }) => step.action === action).length;
    return count > 0 ? [`${words} ${workspaces(count)}`] : [];
  });
  if (kept > 0) parts.push(`kept ${workspaces(kept)} after a closer look`);
  return `${parts.length > 0 ? `It ${parts.join(", ")}` : "Nothing could be removed"}. ${end}`;
}

const ACTIONS: readonly (readonly [ReliefStep["action"], string])[] = [
  ["remove_rebuildable", "removed what a command makes again from"],
  ["remove", "removed"],
  ["archive_and_remove", "archived and removed"],
];

function workspaces(count: number): string {
  return `${count} ${count === 1 ? "workspace" : "workspaces"}`;
}
