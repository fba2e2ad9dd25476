import type { Refusal } from "../../errors.ts";
import type { CheckState, MergeRequirements, RequiredCheck } from "../../github/facts/branch-rules.ts";
import { ownerOf } from "../../text/github-names.ts";
import { ownWords } from "../../text/safe.ts";
import { commitWarnings } from "./commit-warnings.ts";
import { type DescribeSection, shortened, shortenedLines } from "./describe-section.ts";
import type { DescriptionFacts } from "./description-facts.ts";
import { skippedChecks, skippingCommits } from "./skipped-checks.ts";

const CHECKS_MAX = { full: 25, short: 6 };
const NAMES_MAX = { full: 10, short: 4 };
const WARNINGS_MAX = { full: 10, short: 3 };

/** What GitHub requires before the pull request can be merged, and the side effects of merging it. */
export const describeMerge: DescribeSection = (facts, wording) => {
  const { requirements, comparison, completion, base, defaultBranch } = facts;
  const checks = shortened(requiredChecks(facts), CHECKS_MAX, ({ name, state }) => ({
    name: wording.code(name),
    state: ownWords(state),
  }));
  const deployments = shortened(requirements?.deployments ?? [], NAMES_MAX, wording.code);
  const others = shortened(requirements?.others ?? [], NAMES_MAX, wording.code);
  const refusals = [...(requirements?.unread ?? []), ...facts.notes, ...facts.analysis.problems];
  const notes = shortenedLines(refusals.map(asLine), WARNINGS_MAX, ({ text }) => wording.sentence(text));
  const found = commitWarnings(facts.commits, {
    ownIssues: completion.issues ?? [],
    intoDefault: base === defaultBranch,
    owner: ownerOf(completion.repository),
  });
  const commits = shortened(found, WARNINGS_MAX, ({ sha, closes, mentions }) => ({
    sha: wording.code(sha),
    closes: closes.map(wording.code),
    mentions: mentions.map(wording.code),
  }));
  const skipped = skippedChecks(facts);
  const skips = skippingCommits(facts.commits);
  const skipping = shortened(skips, WARNINGS_MAX, ({ sha, words }) => ({
    sha: wording.code(sha),
    words: words.map(wording.code),
  }));
  const needs = requirements === null ? null : yesOrNo(requirements);
  const asked = requirements !== null && (needsAnything(requirements) || requirements.unread.length > 0);
  const branch = wording.code(base);
  return (level) =>
    !asked && comparison.behindBy === 0 && found.length + skips.length === 0 && refusals.length === 0
      ? null
      : {
          asked,
          needs,
          checks: checks(level),
          deployments: deployments(level),
          others: others(level),
          base: branch,
          behindBy: comparison.behindBy,
          skipped: skipped && wording.line(asLine(skipped).text),
          commits: commits(level),
          skipping: skipping(level),
          notes: notes(level),
        };
};

function yesOrNo(requirements: MergeRequirements) {
  return {
    approvals: requirements.approvals,
    codeOwnerReview: requirements.codeOwnerReview,
    dismissStale: requirements.dismissStale,
    lastPushApproval: requirements.lastPushApproval,
    resolvedConversations: requirements.resolvedConversations,
    upToDate: requirements.upToDate,
    signatures: requirements.signatures,
    linearHistory: requirements.linearHistory,
    mergeQueue: requirements.mergeQueue,
    pushRestricted: requirements.pushRestricted,
  };
}

function needsAnything(requirements: MergeRequirements): boolean {
  const lists = [requirements.checks, requirements.deployments, requirements.others];
  const { approvals, ...conditions } = yesOrNo(requirements);
  return approvals > 0 || Object.values(conditions).includes(true) || lists.some((list) => list.length > 0);
}

/** Each required check with its state on the head commit; `missing` if it has not reported. */
function requiredChecks({ requirements, checks }: DescriptionFacts) {
  return distinct(requirements?.checks ?? []).map(({ context }) => ({
    name: context,
    state: checks === null ? "unknown" : stateOf(checks.filter(({ name }) => name === context)),
  }));
}

function distinct(checks: readonly RequiredCheck[]): RequiredCheck[] {
  return [...new Map(checks.map((check) => [check.context, check])).values()];
}

function stateOf(runs: readonly CheckState[]): CheckState["state"] | "missing" {
  const states = new Set(runs.map(({ state }) => state));
  return (["failed", "pending", "passed"] as const).find((state) => states.has(state)) ?? "missing";
}

function asLine({ reason, remedy }: Refusal) {
  return { text: `${reason} ${remedy}` };
}
