import type { Removed } from "../mongo/old-documents.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import type { Job } from "./clock.ts";

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * A job that removes what nobody needs any more.
 *
 * @param days how long it is kept
 * @param remove what is older than a time, a bounded part of it in each run
 */
export function retentionJob(
  name: string,
  {
    days,
    now,
    remove,
  }: { days: number; now: () => Date; remove: (before: Date) => Promise<readonly Removed[]> },
): Job {
  return {
    name,
    everyMs: EVERY_MS,
    atStart: true,
    run: async () => {
      const removed = await remove(new Date(now().getTime() - days * DAY_MS));
      return removed.some(({ more }) => more) ? { againInMs: backOffMs("job_cut_short") } : {};
    },
  };
}
