import { removalRows } from "./cleanup/removal-rows.ts";
import { type BenchmarkResult, thisMachine } from "./result.ts";

/** How fast workspaces are cleaned up, and what that costs the rest of the bot. */
export async function run(): Promise<BenchmarkResult> {
  return { name: "cleanup", machine: thisMachine(), rows: await removalRows() };
}
