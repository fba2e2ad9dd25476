// Which branch points to a commit, and what protects a branch.

import { posix } from "node:path";
import { BRANCH_PREFIX, listRefs } from "../git/refs.ts";
import type { BranchProtection, Ruleset } from "../branch-rules.ts";
import type { Repository } from "../state.ts";
import type { Account, Team } from "../account.ts";
import type { Actor, World } from "../world.ts";

/** A branch whose last commit this is; `null` if none has it. */
export async function branchAt(world: World, repository: Repository, sha: string): Promise<string | null> {
  const refs = await listRefs(world.git(repository), BRANCH_PREFIX);
  return refs.find((ref) => ref.sha === sha)?.name.slice(BRANCH_PREFIX.length) ?? null;
}

export interface ProtectionInput {
  /** Names of checks or contexts of statuses that must pass. */
  readonly requiredChecks?: readonly string[];
  /** The branch must be up to date before merging. */
  readonly strict?: boolean;
  readonly requiredApprovals?: number;
  readonly requireCodeOwners?: boolean;
  readonly dismissStale?: boolean;
  readonly requireLastPush?: boolean;
  readonly enforceAdmins?: boolean;
  readonly requireLinearHistory?: boolean;
  readonly requireSignatures?: boolean;
  readonly requireConversationResolution?: boolean;
  /** Only these may push. */
  readonly pushRestrictedTo?: { readonly people?: readonly Account[]; readonly teams?: readonly Team[] };
  readonly locked?: boolean;
}

/** Adds or replaces the classic protection of a branch. */
export async function protect(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  branch: string,
  wanted: ProtectionInput,
): Promise<void> {
  const action = repository.protections.has(branch) ? "edited" : "created";
  const protection: BranchProtection = {
    requiredStatusChecks: wanted.requiredChecks
      ? { strict: wanted.strict ?? false, contexts: [...wanted.requiredChecks] }
      : null,
    requiredReviews:
      wanted.requiredApprovals === undefined
        ? null
        : {
            count: wanted.requiredApprovals,
            requireCodeOwners: wanted.requireCodeOwners ?? false,
            dismissStale: wanted.dismissStale ?? false,
            requireLastPush: wanted.requireLastPush ?? false,
          },
    enforceAdmins: wanted.enforceAdmins ?? false,
    requireLinearHistory: wanted.requireLinearHistory ?? false,
    requireSignatures: wanted.requireSignatures ?? false,
    requireConversationResolution: wanted.requireConversationResolution ?? false,
    pushRestrictedTo: wanted.pushRestrictedTo
      ? {
          people: [...(wanted.pushRestrictedTo.people ?? [])],
          teams: [...(wanted.pushRestrictedTo.teams ?? [])],
        }
      : null,
    locked: wanted.locked ?? false,
  };
  repository.protections.set(branch, protection);
  await world.raise({ type: "branch_protection_rule", action, repository, branch, protection, sender });
}

export async function unprotect(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  branch: string,
): Promise<void> {
  const protection = repository.protections.get(branch);
  if (!protection) return;
  repository.protections.delete(branch);
  const about = { type: "branch_protection_rule", action: "deleted" } as const;
  await world.raise({ ...about, repository, branch, protection, sender });
}

export type RulesetInput = Pick<Ruleset, "name" | "rules"> &
  Partial<Pick<Ruleset, "enforcement" | "include" | "exclude">>;

/** Adds a ruleset; by default active and for the default branch. */
export async function addRuleset(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  { name, rules, enforcement = "active", include = ["~DEFAULT_BRANCH"], exclude = [] }: RulesetInput,
): Promise<Ruleset> {
  const { id } = world.newIdentity("RRS");
  const ruleset: Ruleset = { id, name, enforcement, include, exclude, rules };
  repository.rulesets.push(ruleset);
  await world.raise({ type: "repository_ruleset", action: "created", repository, ruleset, sender });
  return ruleset;
}

/** The active rulesets that apply to a branch of this name, whether or not it exists. */
export function rulesetsFor(repository: Repository, branch: string): Ruleset[] {
  const covers = (pattern: string): boolean =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH" && branch === repository.defaultBranch) ||
    posix.matchesGlob(BRANCH_PREFIX + branch, pattern);
  return repository.rulesets.filter(
    ({ enforcement, include, exclude }) =>
      enforcement === "active" && include.some(covers) && !exclude.some(covers),
  );
}

/** What must be true before something may be merged into a branch. */
export interface MergeRequirements {
  readonly checks: readonly string[];
  readonly strict: boolean;
  readonly approvals: number;
}

/** Classic protection and rulesets together; the stricter rule wins. */
export function requirementsOf(repository: Repository, branch: string): MergeRequirements {
  const classic = repository.protections.get(branch);
  const checks = new Set(classic?.requiredStatusChecks?.contexts);
  let strict = classic?.requiredStatusChecks?.strict ?? false;
  let approvals = classic?.requiredReviews?.count ?? 0;
  for (const { type, parameters = {} } of rulesetsFor(repository, branch).flatMap(({ rules }) => rules)) {
    if (type === "pull_request") {
      approvals = Math.max(approvals, Number(parameters["required_approving_review_count"] ?? 0));
    }
    if (type === "required_status_checks") {
      const required = (parameters["required_status_checks"] ?? []) as { context: string }[];
      for (const { context } of required) checks.add(context);
      strict ||= parameters["strict_required_status_checks_policy"] === true;
    }
  }
  return { checks: [...checks], strict, approvals };
}
