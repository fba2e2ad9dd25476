import type { Lease } from "../../mongo/queue/leased-work.ts";
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
  /** The state from a look of the same run, so that it need not be read again. */
  readonly look: Look | null;
  /** Only an update: the commits of its completion were there already. */
  readonly refreshes: boolean;
}

/**
 * Opens or updates a pull request. After a refusal that has a workaround it tries again with it. The check run is written at
 * the end of the run, which knows the whole report.
 *
 * @throws OrbError if GitHub refuses a write; the table of failures says what follows
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
    const { telemetry } = deps;
    const tried = workarounds;
    const plan = () => planPublish(request, repository, tried, deps);
    const planned = await telemetry.step("pull_request.plan", plan);
    await deps.checkpoint("facts");
    if (planned.refusal) return planned;
    const { plan: decided, facts } = planned;
    telemetry.publishDecided(nameOf(record), decided.because);
    try {
      const write = () => applyPlan(decided, { existing: facts.existing, repository, progress });
      await telemetry.step("pull_request.write", write);
      // The files of a large change can be read only once the pull request exists.
      if (facts.filesToCome && turn < TURNS_MAX) continue;
      return planned;
    } catch (error) {
      const learnt = addWorkaround(workarounds, error);
      if (!learnt || turn >= TURNS_MAX) throw error;
      workarounds = learnt;
    }
  }
}
