import type { Refusal } from "../../errors.ts";
import type { BranchRules, CheckState, MergeRequirements } from "../../github/facts/branch-rules.ts";
import type { Checks } from "../../github/facts/checks.ts";
import type { PullRequestFiles } from "../../github/facts/pull-request-files.ts";
import type { Repository } from "../../github/repository.ts";
import type { Gathered } from "./gather-facts.ts";
import { mergeRequirements } from "../../descriptions/rules/merge-requirements.ts";
import { filesWithin } from "./rules/files-within.ts";
import type { Snapshot } from "../../github/facts/snapshot.ts";
import { askOptional, lacking } from "../steps/ask-optional.ts";

/** GitHub's facts about the change itself. */
export interface ChangeOnGitHub extends Omit<PullRequestFiles, "total"> {
  /** `null` if they were not counted yet. */
  readonly total: PullRequestFiles["total"] | null;
  readonly requirements: MergeRequirements;
  /** `null` if nothing depends on them, or GitHub refused to show some. */
  readonly checks: readonly CheckState[] | null;
  readonly headSha: string | null;
  /** The answers that GitHub refused. */
  readonly unanswered: readonly Refusal[];
}

const NO_RULES: BranchRules = {
  classic: { read: true, rules: null },
  rulesets: { read: true, rules: null },
  summary: null,
};

/**
 * Reads the facts about a change and its base for a description, and continues without those that GitHub refuses.
 *
 * @param known the pull request's state from the look of this run: its checks need not be read again
 * @param patient whether to wait for failures that may pass in a moment
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
  // Agents' claims are compared with checks; and if the base requires checks, earlier commits may have some.
  const asked = (completion.claims ?? []).length > 0 || (existing !== null && requirements.checks.length > 0);
  const isKnown = known?.checksRefused === null && known.pullRequest.headSha === headSha;
  const checks =
    asked && headSha !== null
      ? await look(async (): Promise<Checks> =>
          isKnown ? known.checks : repository.checksOn(headSha, requirements.checks),
        )
      : null;
  // Among those that GitHub refused may be any: so nothing is said about single ones.
  const refused = checks?.refusal ?? checks?.answer?.refused;
  const { files, cut } = filesWithin(listed?.answer?.files ?? comparison.files);
  return {
    files,
    total: listed?.answer?.total ?? comparison.total,
    truncated: cut || (listed?.answer?.truncated ?? comparison.filesTruncated),
    requirements,
    checks: refused ? null : (checks?.answer?.states ?? null),
    headSha,
    unanswered: [
      ...lacking("files", listed?.refusal),
      // The description says if rules could not be read, because people look for them there.
      ...lacking("checks", refused ?? beyond(checks?.answer)),
    ],
  };
}

/** What was not read may contradict a claim. */
function beyond(checks: Checks | null | undefined): Refusal | null {
  if (!checks || checks.total <= checks.states.length) return null;
  const { states, total } = checks;
  return {
    code: "incomplete",
    reason: `The commit has ${total} checks, and the bot compares claims with ${states.length} of them.`,
    remedy: "Look at the others on the pull request's page.",
  };
}
