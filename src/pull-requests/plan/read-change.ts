import type { Refusal } from "../../errors.ts";
import type { BranchRules, CheckState, MergeRequirements } from "../../github/facts/branch-rules.ts";
import type { PullRequestFiles } from "../../github/facts/pull-request-files.ts";
import type { Repository } from "../../github/repository.ts";
import type { Gathered } from "./gather-facts.ts";
import { mergeRequirements } from "../../descriptions/rules/merge-requirements.ts";
import type { Snapshot } from "../../github/facts/snapshot.ts";
import { askOptional, lacking } from "../steps/ask-optional.ts";

/** What GitHub knows of the change itself. */
export interface ChangeOnGitHub extends Omit<PullRequestFiles, "total"> {
  /** `null` where nobody has added it up yet. */
  readonly total: PullRequestFiles["total"] | null;
  readonly requirements: MergeRequirements;
  /** `null` where nothing hangs on them. */
  readonly checks: readonly CheckState[] | null;
  readonly headSha: string | null;
  /** What could not be found out. */
  readonly unanswered: readonly Refusal[];
}

const NO_RULES: BranchRules = {
  classic: { read: true, rules: null },
  rulesets: { read: true, rules: null },
  summary: null,
};

/**
 * Asks GitHub what a description tells of a change and its base, and goes on without what it can't have.
 *
 * @param known how the pull request stood just now: its checks need not be asked for again
 * @param patient whether what a moment may mend is worth the wait
 */
export async function readChange(
  { base, comparison, existing, completion }: Gathered,
  { repository, patient, known }: { repository: Repository; patient: boolean; known: Snapshot | null },
): Promise<ChangeOnGitHub> {
  const look = <T>(question: () => Promise<T>) => askOptional(question, { patient });
  const [rules, listed] = await Promise.all([
    look(() => repository.branchRules(base)),
    existing && comparison.filesTruncated ? look(() => repository.pullRequestFiles(existing.number)) : null,
  ]);
  const read = mergeRequirements(rules.answer ?? NO_RULES);
  const requirements = rules.refusal ? { ...read, unread: [rules.refusal] } : read;
  const headSha = comparison.headSha ?? existing?.headSha ?? null;
  // Somebody's claims are held against them; and what a base asks for is worth a look where there is a history.
  const asked = (completion.claims ?? []).length > 0 || (existing !== null && requirements.checks.length > 0);
  const isKnown = known?.checksRefused === null && known.pullRequest.headSha === headSha;
  const checks =
    asked && headSha !== null
      ? await look(async () => (isKnown ? known.checks : repository.checksOn(headSha, requirements.checks)))
      : null;
  const files = listed?.answer;
  return {
    files: files?.files ?? comparison.files,
    total: files?.total ?? comparison.total,
    truncated: files?.truncated ?? comparison.filesTruncated,
    requirements,
    checks: checks?.answer?.states ?? null,
    headSha,
    unanswered: [
      ...lacking("files", listed?.refusal),
      // Rules that could not be read are told in the description, where people look for them.
      ...lacking("checks", checks?.refusal),
    ],
  };
}
