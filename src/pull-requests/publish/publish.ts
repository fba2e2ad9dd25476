import type { Lease } from "../../mongo/leased-work.ts";
import type { Repository } from "../../github/repository.ts";
import type { PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import { applyPlan } from "./apply-plan.ts";
import { addWorkaround, type Workarounds, NO_WORKAROUNDS } from "../plan/workarounds.ts";
import type { Look } from "../observe/look.ts";
import { type PlanDeps, type Planned, planPublish } from "../plan/plan-publish.ts";
import { nameOf } from "../record/record.ts";
import { isPatient } from "../steps/rules/do-without.ts";
import type { Checkpoint, RunProgress } from "../steps/progress.ts";
import type { StoredPullRequest } from "../record/store.ts";
import { publishRequestOf } from "../plan/publish-request.ts";

const TURNS_MAX = 6;

export type PublishDeps = PlanDeps & {
  readonly telemetry: PullRequestTelemetry;
  readonly checkpoint: Checkpoint;
};

interface Publishing {
  readonly record: StoredPullRequest;
  readonly lease: Lease;
  readonly repository: Repository;
  readonly progress: RunProgress;
  /** What was seen of it just now: it need not be asked for again. */
  readonly look: Look | null;
  /** It is only brought up to date: what its completion spoke of was there already. */
  readonly refreshes: boolean;
}

/**
 * Opens a pull request or brings it up to date, in as many turns as what GitHub refuses teaches. The check run is left
 * to whoever knows all that is to stand on it.
 *
 * @throws OrbError where GitHub refuses a write, which the table of failures is for
 */
export async function publish(
  { record, lease, repository, progress, look, refreshes }: Publishing,
  deps: PublishDeps,
): Promise<Planned> {
  let workarounds: Workarounds = { ...NO_WORKAROUNDS, patient: isPatient(lease.attempts) };
  for (let turn = 1; ; turn++) {
    const { pullRequest, titleBegun } = progress.current;
    const known = turn === 1 && look !== null && !look.isOlder ? look.snapshot : null;
    const request = publishRequestOf({ ...record, pullRequest, titleBegun }, { known, refreshes });
    const planned = await planPublish(request, repository, workarounds, deps);
    await deps.checkpoint("facts");
    if (planned.refusal) return planned;
    const { plan, facts } = planned;
    deps.telemetry.publishDecided(nameOf(record), plan.because);
    try {
      await applyPlan(plan, { existing: facts.existing, repository, progress });
      // Which files a large change has can be asked only now that the pull request is there.
      if (facts.filesToCome && turn < TURNS_MAX) continue;
      return planned;
    } catch (error) {
      const learnt = addWorkaround(workarounds, error);
      if (!learnt || turn >= TURNS_MAX) throw error;
      workarounds = learnt;
    }
  }
}
