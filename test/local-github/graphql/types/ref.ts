import { requirementsOf } from "../../acts/branches.ts";
import { may } from "../../auth/access.ts";
import { readCommit } from "../../git/commits.ts";
import { divergence } from "../../git/compare.ts";
import { BRANCH_PREFIX, branchSha, resolveCommit, resolveRevision } from "../../git/refs.ts";
import type { Repository } from "../../state.ts";
import type { Context, Fields } from "../context.ts";
import { gitNodeId } from "../global-ids.ts";
import { commitFields } from "./commit.ts";

/** A ref by its full or short name (then a branch); `null` if it does not exist. */
export async function findRef(
  context: Context,
  repository: Repository,
  qualifiedName: string,
): Promise<Fields | null> {
  const full = qualifiedName.startsWith("refs/") ? qualifiedName : BRANCH_PREFIX + qualifiedName;
  const git = context.world.git(repository);
  const branch = full.startsWith(BRANCH_PREFIX) ? full.slice(BRANCH_PREFIX.length) : null;
  const sha = await (branch === null ? resolveCommit(git, full) : branchSha(git, branch));
  if (sha === null) return null;
  const [prefix = full] = /^refs\/[^/]+\//.exec(full) ?? [];
  return {
    __typename: "Ref",
    id: gitNodeId("REF", { repositoryId: repository.id, name: full }),
    name: full.slice(prefix.length),
    prefix,
    target: async () => commitFields(context, repository, await readCommit(git, sha)),
    refUpdateRule: branch === null ? null : updateRuleFields(context, repository, branch),
    compare: ({ headRef }: { headRef: string }) => comparisonFields(context, repository, sha, headRef),
    repository: () => context.show.repository(context, repository),
  };
}

/**
 * "Compares the current ref as a base ref to another head ref, if the comparison can be made." The other may be a commit:
 * https://github.com/refined-github/refined-github/issues/6094
 */
async function comparisonFields(
  { world }: Context,
  repository: Repository,
  base: string,
  headRef: string,
): Promise<Fields | null> {
  const git = world.git(repository);
  const head = await resolveRevision(git, headRef);
  if (head === null) return null;
  const { aheadBy, behindBy, mergeBase } = await divergence(git, base, head);
  if (mergeBase === null) return null;
  const status =
    behindBy === 0 ? (aheadBy === 0 ? "IDENTICAL" : "AHEAD") : aheadBy === 0 ? "BEHIND" : "DIVERGED";
  const id = gitNodeId("CMP", { repositoryId: repository.id, name: `${base}...${head}` });
  return { __typename: "Comparison", id, aheadBy, behindBy, status };
}

/** Protections "viewable by non-admins"; `null` for an unprotected branch. */
function updateRuleFields({ caller }: Context, repository: Repository, branch: string): Fields | null {
  const protection = repository.protections.get(branch);
  if (!protection || (repository.private && !repository.rulesSupported)) return null;
  const { checks, approvals } = requirementsOf(repository, branch);
  return {
    __typename: "RefUpdateRule",
    pattern: branch,
    allowsDeletions: false,
    allowsForcePushes: false,
    blocksCreations: false,
    requiredApprovingReviewCount: approvals,
    requiredStatusCheckContexts: checks,
    requiresCodeOwnerReviews: protection.requiredReviews?.requireCodeOwners ?? false,
    requiresConversationResolution: protection.requireConversationResolution,
    requiresLinearHistory: protection.requireLinearHistory,
    requiresSignatures: protection.requireSignatures,
    viewerAllowedToDismissReviews: false,
    viewerCanPush: may(caller, repository, { contents: "write" }),
  };
}
