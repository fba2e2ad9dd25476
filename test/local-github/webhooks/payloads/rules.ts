// Payloads about what protects branches, and about merge queues.

import { createHash } from "node:crypto";
import { readCommit } from "../../git/commits.ts";
import { fullName, type World } from "../../world.ts";
import type { BranchProtectionEvent, MergeGroupEvent, RulesetEvent } from "../../world-event.ts";
import type { Payload } from "./part.ts";
import { shortCommit } from "./commits.ts";

export function branchProtectionPart(
  world: World,
  { repository, action, branch, protection }: BranchProtectionEvent,
): Payload {
  const { requiredReviews, requiredStatusChecks, enforceAdmins, pushRestrictedTo: pushers } = protection;
  const level = (on: boolean): string => (on ? (enforceAdmins ? "everyone" : "non_admins") : "off");
  const rule = {
    id: stableId(repository.id, branch),
    repository_id: repository.id,
    name: branch,
    created_at: world.now().toISOString(),
    updated_at: world.now().toISOString(),
    pull_request_reviews_enforcement_level: level(requiredReviews !== null),
    required_approving_review_count: requiredReviews?.count ?? 0,
    dismiss_stale_reviews_on_push: requiredReviews?.dismissStale ?? false,
    require_code_owner_review: requiredReviews?.requireCodeOwners ?? false,
    require_last_push_approval: requiredReviews?.requireLastPush ?? false,
    authorized_dismissal_actors_only: false,
    ignore_approvals_from_contributors: false,
    required_status_checks: requiredStatusChecks?.contexts ?? [],
    required_status_checks_enforcement_level: level(requiredStatusChecks !== null),
    strict_required_status_checks_policy: requiredStatusChecks?.strict ?? false,
    signature_requirement_enforcement_level: level(protection.requireSignatures),
    linear_history_requirement_enforcement_level: level(protection.requireLinearHistory),
    required_conversation_resolution_level: level(protection.requireConversationResolution),
    admin_enforced: enforceAdmins,
    create_protected: false,
    allow_force_pushes_enforcement_level: "off",
    allow_deletions_enforcement_level: "off",
    merge_queue_enforcement_level: "off",
    required_deployments_enforcement_level: "off",
    lock_branch_enforcement_level: level(protection.locked),
    lock_allows_fork_sync: false,
    authorized_actors_only: pushers !== null,
    authorized_actor_names: [
      ...(pushers?.people.map(({ login }) => login) ?? []),
      ...(pushers?.teams.map(({ slug }) => slug) ?? []),
    ],
  };
  return { rule, ...(action === "edited" ? { changes: {} } : {}) };
}

export function rulesetPart({ repository, ruleset }: RulesetEvent): Payload {
  const { id, name, enforcement, include, exclude, rules } = ruleset;
  return {
    repository_ruleset: {
      id,
      name,
      target: "branch",
      source_type: "Repository",
      source: fullName(repository),
      enforcement,
      conditions: { ref_name: { include, exclude } },
      rules,
    },
  };
}

export async function mergeGroupPart(world: World, event: MergeGroupEvent): Promise<Payload> {
  const { repository, headSha, headRef, baseSha, baseRef } = event;
  const head = await readCommit(world.git(repository), headSha);
  return {
    merge_group: {
      head_sha: headSha,
      head_ref: headRef,
      base_sha: baseSha,
      base_ref: baseRef,
      head_commit: shortCommit(head),
    },
  };
}

/** A rule keeps its id when it is edited. */
function stableId(repositoryId: number, branch: string): number {
  return createHash("sha256").update(`${repositoryId} ${branch}`).digest().readUInt32BE();
}
