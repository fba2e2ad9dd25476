import { rulesetsFor } from "../acts/branches.ts";
import type { BranchProtection } from "../branch-rules.ts";
import type { Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { accountJson, teamJson } from "./account.ts";
import type { Schema } from "./schema.ts";
import { repositoryApi } from "./urls.ts";

/** Classic protection in the form of its own route. */
export function protectionJson(
  world: World,
  repository: Repository,
  branch: string,
  protection: BranchProtection,
): Schema<"branch-protection"> {
  const url = `${repositoryApi(world, repository)}/branches/${encodeURIComponent(branch)}/protection`;
  const { requiredStatusChecks, requiredReviews, pushRestrictedTo } = protection;
  return {
    url,
    ...(requiredStatusChecks
      ? {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: requiredStatusChecks.strict,
            contexts: requiredStatusChecks.contexts,
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: requiredStatusChecks.contexts.map((context) => ({ context, app_id: null })),
          },
        }
      : {}),
    ...(requiredReviews
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: requiredReviews.dismissStale,
            require_code_owner_reviews: requiredReviews.requireCodeOwners,
            required_approving_review_count: requiredReviews.count,
            require_last_push_approval: requiredReviews.requireLastPush,
          },
        }
      : {}),
    ...(pushRestrictedTo
      ? {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            users: pushRestrictedTo.people.map((account) => ({
              ...accountJson(world, account),
              gravatar_id: "",
            })),
            teams: pushRestrictedTo.teams.map((team) => teamJson(world, team)),
            apps: [],
          },
        }
      : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: protection.requireSignatures },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.requireLinearHistory },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: protection.requireConversationResolution },
    lock_branch: { enabled: protection.locked },
    allow_fork_syncing: { enabled: false },
  };
}

/** What a branch itself shows of its protection, to callers that may not read all of it. */
export function protectionSummaryJson(repository: Repository, branch: string): Schema<"branch-protection"> {
  const protection = repository.protections.get(branch);
  const contexts = protection?.requiredStatusChecks?.contexts ?? [];
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: contexts.length > 0 ? "non_admins" : "off",
      contexts,
      checks: contexts.map((context) => ({ context, app_id: null })),
    },
  };
}

/** The rules of all active rulesets for a branch, each with its ruleset. */
export function branchRulesJson(repository: Repository, branch: string): Record<string, unknown>[] {
  return rulesetsFor(repository, branch).flatMap(({ id, rules }) =>
    rules.map(({ type, parameters }) => ({
      type,
      ...(parameters ? { parameters } : {}),
      ruleset_source_type: "Repository",
      ruleset_source: fullName(repository),
      ruleset_id: id,
    })),
  );
}
