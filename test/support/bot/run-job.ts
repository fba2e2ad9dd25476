import type { JobResult } from "../../../src/agenda/clock.ts";
import type { App } from "../../../src/app.ts";

/** Runs a recurring job once, as the clock does. */
export async function runJob({ subjects }: Pick<App, "subjects">, name: string): Promise<JobResult> {
  const job = subjects.flatMap(({ jobs = [] }) => jobs).find((each) => each.name === name);
  if (!job) throw new Error(`There is no job ${name}`);
  return job.run(new AbortController().signal);
}
