import { decisionRows } from "./cleanup/decisions.ts";
import { holderRows } from "./cleanup/holders.ts";
import { removalRows } from "./cleanup/removal-rows.ts";
import { type BenchmarkResult, thisMachine } from "./result.ts";

/** How fast workspaces are decided about, looked at and removed, and what that costs the rest of the bot. */
export async function run(): Promise<BenchmarkResult> {
  const rows = [...(await decisionRows()), ...(await holderRows()), ...(await removalRows())];
  return { name: "cleanup", machine: thisMachine(), rows };
}
