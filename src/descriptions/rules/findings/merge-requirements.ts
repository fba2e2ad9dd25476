import type { Refusal } from "../../../errors.ts";
import type {
  BranchRules,
  ClassicProtection,
  MergeRequirements,
  RefUpdateRule,
  RequiredCheck,
} from "../../../github/facts/branch-rules.ts";
import { checksOf, ofRule, type Requirements } from "./ruleset-requirements.ts";

/** The requirements of a base without any rules. */
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
 * Combines the requirements of classic protection and of rulesets. If classic protection can't be read, GitHub's
 * summary of it takes its place. On GitHub all of them apply together, so the strictest wins.
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
 * What could not be read. Most Apps lack the administration permission. If GitHub's summary says that there is no
 * classic protection, nothing is missing, so this reports nothing.
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
    "The bot sees only a summary of the branch protection. It can't see whether the branch must be up to date, or who may push.",
  remedy: "Grant the App “Administration: read” to see all of it.",
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

/** Each check once. If a certain App must report it, an entry for any App adds nothing. */
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

/** `contexts` is the older field, for servers without `checks`. */
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
