import { z } from "zod";
import type { BranchRule, MergeRequirements, RequiredCheck } from "../../../github/facts/branch-rules.ts";

/** What the rules require, without the list of what could not be read. */
export type Requirements = Omit<MergeRequirements, "unread">;

const pullRequest = z
  .object({
    required_approving_review_count: z.number(),
    require_code_owner_review: z.boolean(),
    dismiss_stale_reviews_on_push: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_review_thread_resolution: z.boolean(),
    required_reviewers: z.array(z.object({ minimum_approvals: z.number() })),
  })
  .partial();

const statusChecks = z
  .object({
    required_status_checks: z.array(
      z.object({ context: z.string(), integration_id: z.number().nullish().default(null) }),
    ),
    strict_required_status_checks_policy: z.boolean(),
  })
  .partial();

const deployments = z.object({ required_deployment_environments: z.array(z.string()) }).partial();

/** Rules that can block a merge and whose state the bot can't read, with names for people. */
const BY_NAME: Readonly<Record<string, string>> = {
  code_scanning: "results of code scanning",
  commit_author_email_pattern: "a pattern for the e-mail addresses of authors",
  commit_message_pattern: "a pattern for commit messages",
  committer_email_pattern: "a pattern for the e-mail addresses of committers",
  file_extension_restriction: "a restriction of file extensions",
  file_path_restriction: "a restriction of file paths",
  license_compliance_scanning: "results of license compliance scanning",
  max_file_path_length: "a limit to the length of file paths",
  max_file_size: "a limit to the size of files",
  workflows: "workflows that must pass",
};

/** Rules that never block a merge: about creating, deleting and rewriting branches and tags, or only a request. */
const NOT_ABOUT_MERGES = new Set([
  "branch_name_pattern",
  "copilot_code_review",
  "creation",
  "deletion",
  "non_fast_forward",
  "tag_name_pattern",
]);

/**
 * What one rule of a ruleset requires for a merge. An unknown rule appears by its name in `others`.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */
export function ofRule({ type, parameters }: BranchRule): Partial<Requirements> {
  switch (type) {
    case "pull_request":
      return readable(pullRequest, { type, parameters }, ofReviews);
    case "required_status_checks":
      return readable(statusChecks, { type, parameters }, (rule) => {
        const checks = rule.required_status_checks ?? [];
        return checksOf(
          checks.map(({ context, integration_id: appId }) => ({ context, appId })),
          rule.strict_required_status_checks_policy ?? false,
        );
      });
    case "required_deployments":
      return readable(deployments, { type, parameters }, (rule) => ({
        deployments: rule.required_deployment_environments ?? [],
      }));
    case "required_signatures":
      return { signatures: true };
    case "required_linear_history":
      return { linearHistory: true };
    case "merge_queue":
      return { mergeQueue: true };
    case "update":
      return { pushRestricted: true };
    default:
      return NOT_ABOUT_MERGES.has(type) ? {} : { others: [BY_NAME[type] ?? inWords(type)] };
  }
}

function ofReviews(rule: z.infer<typeof pullRequest>): Partial<Requirements> {
  const byTeams = (rule.required_reviewers ?? []).some(({ minimum_approvals: count }) => count > 0);
  return {
    approvals: rule.required_approving_review_count ?? 0,
    codeOwnerReview: rule.require_code_owner_review ?? false,
    dismissStale: rule.dismiss_stale_reviews_on_push ?? false,
    lastPushApproval: rule.require_last_push_approval ?? false,
    resolvedConversations: rule.required_review_thread_resolution ?? false,
    others: byTeams ? ["approvals of certain teams"] : [],
  };
}

/** If GitHub has changed the format of a rule, the bot shows only its name. */
function readable<T>(
  schema: z.ZodType<T>,
  { type, parameters }: BranchRule,
  requirementsOf: (rule: T) => Partial<Requirements>,
): Partial<Requirements> {
  const rule = schema.safeParse(parameters ?? {});
  return rule.success ? requirementsOf(rule.data) : { others: [inWords(type)] };
}

function inWords(type: string): string {
  return type.replaceAll("_", " ");
}

/** "This setting will not take effect unless at least one status check is enabled." */
export function checksOf(checks: RequiredCheck[], strict: boolean): Partial<Requirements> {
  // GitHub's API writes -1 for any App.
  const apps = checks.map(({ context, appId }) => ({ context, appId: appId === -1 ? null : appId }));
  return { checks: apps, upToDate: strict && checks.length > 0 };
}
