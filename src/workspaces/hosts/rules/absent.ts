import type { Refusal } from "../../../errors.ts";
import type { StoredHost } from "../../record/host-store.ts";

/** A worker reports at least once a minute; after so long without a report nobody works on the host. */
export const ABSENT_AFTER_MS = 3 * 60_000;

/**
 * Why clean-ups of a host wait although they are due; `null` if a worker takes them.
 *
 * @param known its last report; `null` if there was never one
 */
export function whyWaiting(
  host: string,
  known: Pick<StoredHost, "reportedAt" | "paused" | "problem"> | null,
  now: Date,
): Refusal | null {
  if (known === null)
    return { code: "no_worker", reason: `No worker of the host ${host} has ever reported.`, remedy: START };
  if (now.getTime() - known.reportedAt.getTime() > ABSENT_AFTER_MS) {
    const since = known.reportedAt.toISOString();
    return {
      code: "no_worker",
      reason: `No worker of the host ${host} has reported since ${since}.`,
      remedy: START,
    };
  }
  if (known.paused) {
    return {
      code: "paused",
      reason: `${known.paused.by} has paused all removals on the host ${host}.`,
      remedy: "POST /api/v1/disk/resume lets them go on.",
    };
  }
  return known.problem;
}

const START =
  "Start a process with the role worker on that host, with WORKER_HOST set to this name and with WORKSPACE_ROOT.";
