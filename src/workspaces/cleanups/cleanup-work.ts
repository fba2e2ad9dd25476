import type { KeepReason } from "../keep-reason.ts";
import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import { crashedRefusal, WorkQueue } from "../../mongo/queue/work-queue.ts";
import type { LogFields } from "../../monitoring/log-fields.ts";
import { isStopped } from "../../work/stop.ts";
import type { Worker } from "../../work/worker.ts";
import { hasEnded, type StoredCleanup } from "./cleanup.ts";
import { decide, type DecideDeps } from "./decide.ts";
import { CleanupRun, type RunDeps } from "./run-cleanup.ts";
import { whatGoes } from "./rules/what-goes.ts";
import type { Settle } from "./settle.ts";

/** How many workspaces of a host are removed at the same time. Disks do not get faster by more. */
export const CLEANUPS_AT_ONCE = 2;

const CRASHED = crashedRefusal("clean-up", {
  code: "cleanup_crashed",
  remedy:
    "Find the cause in their logs, fix it, and run the clean-up again (POST /api/v1/cleanups/{id}/run).",
});

interface Deps {
  readonly leases: LeasedWork<StoredCleanup>;
  readonly settle: Settle;
  readonly worker: Worker;
  /** What decides; a dry run gets nothing else. */
  readonly deciding: DecideDeps;
  /** What removes. */
  readonly removing: RunDeps;
}

/** The queue of this host's clean-ups. */
export function cleanupQueue({ leases, settle, worker, deciding, removing }: Deps): WorkQueue<StoredCleanup> {
  const run = (claim: Claim<StoredCleanup>) => {
    if (claim.document.dryRun && !hasEnded(claim.document)) return rehearse(claim, { settle, deciding });
    return removing.telemetry.cleaningUp(() => new CleanupRun(claim, removing).run());
  };
  const failed = (claim: Claim<StoredCleanup>, error: unknown) =>
    isStopped(error) ? settle.giveBack(claim) : settle.fail(claim, error);
  return new WorkQueue<StoredCleanup>(
    leases,
    {
      attempt: (claim) => ({ run: () => run(claim), failed: (error) => failed(claim, error) }),
      quarantine: (claim) => settle.quarantine(claim, CRASHED),
      about: aboutCleanup,
    },
    worker,
  );
}

/** For the log and for reports. */
function aboutCleanup({ _id, workspace, projects }: StoredCleanup): LogFields {
  return { cleanupId: String(_id), project: projects[0] ?? null, host: workspace.host };
}

/** A dry run: the decision of a removal, and nothing after it. */
async function rehearse(
  claim: Claim<StoredCleanup>,
  { settle, deciding }: Pick<Deps, "settle" | "deciding">,
): Promise<void> {
  const decision = await decide(claim.document, "here", deciding);
  if (decision.verdict === "go") {
    const { frees: freed, work: reasons } = decision.findings;
    const because = whatGoes(decision);
    await settle.rehearsed(claim, { outcome: "would_remove", reasons, because, freed });
    return;
  }
  const reasons: readonly KeepReason[] =
    decision.verdict === "keep"
      ? decision.reasons
      : [{ code: "not_due", reason: decision.because, remedy: "Wait, or schedule it by hand." }];
  const because = reasons.map(({ reason }) => reason).join(" ");
  await settle.rehearsed(claim, { outcome: "would_keep", reasons, because, freed: null });
}
