import { type Apart, TOO_LONG } from "../work/apart/apart.ts";
import { analyseChange, type ChangeAnalysis, type ChangeFacts } from "./rules/change-analysis.ts";
import { stepsOfPaths } from "./rules/steps.ts";

const MODULE = import.meta.resolve("./rules/change-analysis.ts");

/**
 * {@link analyseChange} beside the event loop if there are many files.
 *
 * @throws Error if that takes too long, which a limit on the length of all paths prevents
 */
export async function askAnalysis(
  facts: ChangeFacts,
  { apart, account }: { readonly apart: Apart; readonly account: string },
): Promise<ChangeAnalysis> {
  const steps = stepsOfPaths(facts.files.map(({ path }) => path));
  const analysis = await apart.call(analyseChange, MODULE, [facts], { account, steps });
  if (analysis === TOO_LONG) throw new Error("The analysis of a change takes too long");
  return analysis;
}
