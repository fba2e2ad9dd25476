import type { ReliefPlan } from "../../disk/rules/decide-relief.ts";
import type { DiskUsage } from "../../disk/usage.ts";

/** How full a disk is, in a sentence. */
export function whyFull({ bytes, inodes }: DiskUsage): string {
  const ofInodes = inodes === null ? "" : ` and ${Math.round(inodes.usedPercent)} % of its inodes`;
  return `${Math.round(bytes.usedPercent)} % of its bytes${ofInodes} are used.`;
}

/** The same, with what would help if the bot alone can't relieve it. */
export function whyShort(usage: DiskUsage, plan: ReliefPlan): string {
  const full = whyFull(usage);
  if (plan.kind === "enough" || plan.shortage === null) return full;
  const help = plan.shortage.wouldHelp.map(({ reason, remedy }) => `${reason} ${remedy}`);
  return [full, "The low mark can't be reached.", ...help].join(" ");
}
