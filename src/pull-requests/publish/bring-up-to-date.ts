import type { Repository } from "../../github/repository.ts";
import type { Planned } from "../plan/plan-publish.ts";
import { publish, type PublishDeps } from "./publish.ts";
import { dependsOnChecks, describedAs } from "./rules/refresh-due.ts";
import type { TriedAgain } from "../record/rules/described.ts";
import type { Run } from "../run.ts";

/**
 * Writes a pull request as its completion and the settings of its repository want it now, and notes what for.
 *
 * @param because why it is brought up to date; `null` where its completion asks for it
 * @param tries how often it was, for nothing but what it falls short of
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
  // What refuses to have it brought up to date is not asked again before something else has changed.
  if (pullRequest && (refreshes || !published.refusal)) {
    const verdict = look?.seen.checks.verdict ?? "none";
    const checks = dependsOnChecks(record.completion, requiredChecks) ? verdict : null;
    // GitHub's answer to a write names the head of that moment, which somebody may have pushed since it was described.
    const headSha = gathered.comparison.headSha ?? gathered.existing?.headSha ?? pullRequest.headSha;
    const { base, siblings } = gathered;
    const conflicting = look?.seen.mergeability.value === "conflicting";
    const tried: TriedAgain = { times: tries, at: deps.now() };
    run.described = { ...describedAs({ headSha, base, checks, siblings, conflicting }), tried };
  }
  if (published.refusal) return published;
  run.wrote = {
    because: because ?? published.plan.because,
    requiredChecks,
    notes: published.facts.notes,
    isPrivate: gathered.repository.private,
    settingsReport: gathered.inForce.report,
  };
  return published;
}
