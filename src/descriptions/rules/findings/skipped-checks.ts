import type { Refusal } from "../../../errors.ts";
import { skipInstructionsIn } from "../../../text/markdown/skip-instructions.ts";
import type { DescriptionFacts } from "../description-facts.ts";
import { shortSha } from "../../../text/short-sha.ts";

const COMMITS_MAX = 250;

/** A commit whose message keeps GitHub Actions from running. */
interface SkippingCommit {
  readonly sha: string;
  readonly words: readonly string[];
}

/**
 * The commits that keep the workflows of a push from running. If they are merged as they are, the push is that to the base
 * branch; if they are squashed, their messages become part of the new one.
 */
export function skippingCommits(commits: DescriptionFacts["commits"]): SkippingCommit[] {
  return commits.slice(0, COMMITS_MAX).flatMap(({ sha, message }) => {
    const words = skipInstructionsIn(message);
    return words.length === 0 ? [] : [{ sha: shortSha(sha), words }];
  });
}

/**
 * Why required checks never report: GitHub starts no workflow for a pull request whose last commit says so, and the checks
 * stay pending. `null` if that is not so, or if all required checks have reported.
 *
 * https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function skippedChecks({
  commits,
  headSha,
  requirements,
  checks,
}: Pick<DescriptionFacts, "commits" | "headSha" | "requirements" | "checks">): Refusal | null {
  const head = commits.find(({ sha }) => sha === headSha);
  const [words] = head ? skipInstructionsIn(head.message) : [];
  const reported = new Set(checks?.map(({ name }) => name));
  const isMissing = requirements?.checks.some(({ context }) => !reported.has(context)) ?? false;
  if (head === undefined || words === undefined || !isMissing) return null;
  const sha = shortSha(head.sha);
  return {
    code: "checks_skipped",
    reason: `GitHub Actions does not run on the last commit, ${sha}, because its message says \`${words}\`. Required checks that it runs will never report, so the pull request can't be merged.`,
    remedy: "Push a commit with another message; `git commit --allow-empty` is enough.",
  };
}
