import type { ReliefPlan } from "../../disk/rules/decide-relief.ts";
import type { DiskUsage } from "../../disk/usage.ts";

/** Why a disk is under pressure, in a sentence: how full it is, and what would help if the bot alone can't relieve it. */
export function whyShort({ bytes, inodes }: DiskUsage, plan: ReliefPlan): string {
  const ofInodes = inodes === null ? "" : ` and ${Math.round(inodes.usedPercent)} % of its inodes`;
  const full = `${Math.round(bytes.usedPercent)} % of its bytes${ofInodes} are used.`;
  if (plan.kind === "enough" || plan.shortage === null) return full;
  const help = plan.shortage.wouldHelp.map(({ reason, remedy }) => `${reason} ${remedy}`);
  return [full, "The low mark can't be reached.", ...help].join(" ");
}
