import type { Repository } from "../../github/repository.ts";
import type { Planned } from "../plan/plan-publish.ts";
import { publish, type PublishDeps } from "./publish.ts";
import { dependsOnChecks, describedAs } from "./rules/refresh-due.ts";
import type { TriedAgain } from "../record/rules/described.ts";
import type { Run } from "../run.ts";

/**
 * Writes a pull request as its completion and the current settings of its repository require, and notes the reason.
 *
 * @param because why it is updated; `null` if its completion is the reason
 * @param tries how often it was updated only because of its shortcomings
 */
export async function bringUpToDate(
  run: Run,
  { repository, because, tries = 0 }: { repository: Repository; because: string | null; tries?: number },
  deps: PublishDeps & { readonly now: () => Date },
): Promise<Planned> {
  const { record, lease, progress, look } = run;
  const refreshes = because !== null;
  const published = await publish({ record, lease, repository, progress, look, refreshes }, deps);
  const { gathered } = published;
  run.settings ??= gathered.settings;
  const { pullRequest } = progress.current;
  const requiredChecks = published.refusal ? (record.requiredChecks ?? []) : published.facts.requiredChecks;
  // After a refusal the update is not tried again until something else changes.
  if (pullRequest && (refreshes || !published.refusal)) {
    const verdict = look?.seen.checks.verdict ?? "none";
    const checks = dependsOnChecks(record.completion, requiredChecks) ? verdict : null;
    // GitHub's answer to a write names the current head, and a push may have come after the description was composed.
    const headSha = gathered.comparison.headSha ?? gathered.existing?.headSha ?? pullRequest.headSha;
    const { base, siblings } = gathered;
    const conflicting = look?.seen.mergeability.value === "conflicting";
    const tried: TriedAgain = { times: tries, at: deps.now() };
    const change = repository.lastChange();
    run.described = { ...describedAs({ headSha, base, checks, siblings, conflicting, change }), tried };
  }
  if (published.refusal) return published;
  run.wrote = {
    because: because ?? published.plan.because,
    changeType: published.facts.analysis.type,
    requiredChecks,
    notes: published.facts.notes,
    isPrivate: gathered.repository.private,
    settingsReport: gathered.inForce.report,
  };
  return published;
}
