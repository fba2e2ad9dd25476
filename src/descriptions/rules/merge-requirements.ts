import type { Refusal } from "../../errors.ts";
import type {
  BranchRules,
  ClassicProtection,
  MergeRequirements,
  RefUpdateRule,
  RequiredCheck,
} from "../../github/facts/branch-rules.ts";
import { checksOf, ofRule, type Requirements } from "./ruleset-requirements.ts";

/** Of a base that asks for nothing. */
export const NOTHING_REQUIRED: Requirements = {
  approvals: 0,
  codeOwnerReview: false,
  dismissStale: false,
  lastPushApproval: false,
  resolvedConversations: false,
  checks: [],
  upToDate: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  deployments: [],
  pushRestricted: false,
  others: [],
};

/**
 * Brings together what classic protection, rulesets and, for want of the first, GitHub's summary of it ask for.
 * They hold side by side on GitHub, so the stricter wins.
 *
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering
 */
export function mergeRequirements({ classic, rulesets, summary }: BranchRules): MergeRequirements {
  const parts = [
    classic.read && classic.rules ? ofClassic(classic.rules) : {},
    ...(rulesets.read ? (rulesets.rules ?? []).map(ofRule) : []),
    summary?.read && summary.rules ? ofSummary(summary.rules) : {},
  ];
  return { ...parts.reduce(stricter, NOTHING_REQUIRED), unread: unreadOf({ classic, rulesets, summary }) };
}

/**
 * What could not be read. Most Apps may not administrate: where GitHub's summary says that there is no classic
 * protection, nothing is missing, and nobody is to be bothered with it.
 */
function unreadOf({ classic, rulesets, summary }: BranchRules): Refusal[] {
  const unread = rulesets.read ? [] : [rulesets.refusal];
  if (classic.read) return unread;
  if (!summary?.read) return [classic.refusal, ...unread, ...(summary ? [summary.refusal] : [])];
  return summary.rules ? [IN_OUTLINE, ...unread] : unread;
}

const IN_OUTLINE: Refusal = {
  code: "protection_in_outline",
  reason:
    "The bot sees the branch protection in outline: whether the branch must be up to date or who may push, it can't see.",
  remedy: "Grant the App “Administration: read” to have all of it shown.",
};

function stricter(one: Requirements, other: Partial<Requirements>): Requirements {
  const both = { ...NOTHING_REQUIRED, ...other };
  return {
    approvals: Math.max(one.approvals, both.approvals),
    codeOwnerReview: one.codeOwnerReview || both.codeOwnerReview,
    dismissStale: one.dismissStale || both.dismissStale,
    lastPushApproval: one.lastPushApproval || both.lastPushApproval,
    resolvedConversations: one.resolvedConversations || both.resolvedConversations,
    checks: distinct([...one.checks, ...both.checks]),
    upToDate: one.upToDate || both.upToDate,
    signatures: one.signatures || both.signatures,
    linearHistory: one.linearHistory || both.linearHistory,
    mergeQueue: one.mergeQueue || both.mergeQueue,
    deployments: [...new Set([...one.deployments, ...both.deployments])],
    pushRestricted: one.pushRestricted || both.pushRestricted,
    others: [...new Set([...one.others, ...both.others])],
  };
}

/** Each check once; where a certain App must report it, that anybody may is no demand any more. */
function distinct(checks: readonly RequiredCheck[]): RequiredCheck[] {
  const once = new Map(checks.map((check) => [`${check.appId}/${check.context}`, check]));
  const byApp = new Set(checks.filter(({ appId }) => appId !== null).map(({ context }) => context));
  return [...once.values()].filter(({ context, appId }) => appId !== null || !byApp.has(context));
}

function ofClassic(rules: ClassicProtection): Partial<Requirements> {
  const { required_status_checks: status, required_pull_request_reviews: reviews } = rules;
  const locked = rules.lock_branch?.enabled === true;
  return {
    ...(reviews && {
      approvals: reviews.required_approving_review_count ?? 0,
      codeOwnerReview: reviews.require_code_owner_reviews,
      dismissStale: reviews.dismiss_stale_reviews,
      lastPushApproval: reviews.require_last_push_approval ?? false,
    }),
    ...(status && checksOf(classicChecks(status), status.strict ?? false)),
    resolvedConversations: rules.required_conversation_resolution?.enabled ?? false,
    signatures: rules.required_signatures?.enabled ?? false,
    linearHistory: rules.required_linear_history?.enabled ?? false,
    pushRestricted: rules.restrictions !== undefined || locked,
    others: locked ? ["a lock that makes the branch read-only"] : [],
  };
}

/** `contexts` is the older field, which servers that lack `checks` still have. */
function classicChecks({
  checks,
  contexts,
}: NonNullable<ClassicProtection["required_status_checks"]>): RequiredCheck[] {
  const named = checks.map(({ context, app_id: appId }) => ({ context, appId }));
  const known = new Set(named.map(({ context }) => context));
  const older = contexts.filter((context) => !known.has(context));
  return [...named, ...older.map((context) => ({ context, appId: null }))];
}

function ofSummary(rule: RefUpdateRule): Partial<Requirements> {
  const contexts = rule.requiredStatusCheckContexts?.filter((context) => context !== null) ?? [];
  return {
    approvals: rule.requiredApprovingReviewCount ?? 0,
    codeOwnerReview: rule.requiresCodeOwnerReviews,
    checks: contexts.map((context) => ({ context, appId: null })),
    resolvedConversations: rule.requiresConversationResolution,
    signatures: rule.requiresSignatures,
    linearHistory: rule.requiresLinearHistory,
  };
}
