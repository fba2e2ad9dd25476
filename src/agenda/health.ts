import { fine, type Finding, type HealthCheck } from "../health/check.ts";
import { down, storedHealth } from "../health/stored-health.ts";
import type { JobStore } from "./job-store.ts";

/** Longer than a dead process keeps its jobs, and than the longest run of a job usually keeps the others waiting. */
const LATE_AFTER_MS = 5 * 60_000;

/** Whether recurring jobs begin when they are due. If they are late, a process can still serve. */
export function agendaHealth({
  jobs,
  now,
  everyMs,
}: {
  readonly jobs: Pick<JobStore, "late">;
  readonly now: () => Date;
  readonly everyMs: number;
}): HealthCheck {
  return storedHealth({
    name: "agenda",
    everyMs,
    unknown: "It can't be read whether recurring jobs are late.",
    ask: async () => {
      const nowMs = now().getTime();
      const { count, oldest } = await jobs.late(new Date(nowMs - LATE_AFTER_MS));
      return oldest === null ? fine({ lateJobs: 0 }) : late(count, nowMs - oldest.getTime());
    },
  });
}

function late(count: number, ms: number): Finding {
  const problem = {
    code: "jobs_late",
    reason: `${count === 1 ? "1 recurring job is" : `${count} recurring jobs are`} late, by up to ${Math.round(ms / 60_000)} minutes.`,
    remedy: "Check that a process with the role worker runs, and read its log for jobs that fail.",
  };
  return down(problem, { lateJobs: count, lateSeconds: Math.round(ms / 1_000) });
}
