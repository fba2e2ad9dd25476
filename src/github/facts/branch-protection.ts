import { OrbError } from "../../errors.ts";
import type {
  BranchRule,
  BranchRules,
  ClassicProtection,
  RefUpdateRule,
  RuleSource,
} from "./branch-rules.ts";
import type { Fetched } from "../wire/conditional-cache.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import { askWhole } from "../wire/partial-answer.ts";
import type { Octokit } from "../wire/octokit.ts";
import { PAGE_ITEMS, readPages } from "../wire/pages.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const RULES_KNOWN_MS = 5 * 60_000;

/**
 * Reads the rules of a branch from each place where GitHub keeps them. A place that the App may not read is not a
 * failure: its result holds the reason and the remedy.
 *
 * @throws OrbError if GitHub can't be asked at all, such as `rate_limited`
 */
export async function readBranchRules(access: RepositoryAccess, branch: string): Promise<BranchRules> {
  const [classic, rulesets] = await Promise.all([readClassic(access, branch), readRulesets(access, branch)]);
  return { classic, rulesets, summary: classic.read ? null : await readSummary(access, branch) };
}

/** https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection */
function readClassic(access: RepositoryAccess, branch: string): Promise<RuleSource<ClassicProtection>> {
  return access.cached(`protection of ${branch}`, RULES_KNOWN_MS, (octokit, headers) =>
    tolerant(access, async () => {
      const { data, headers: got } = await octokit.request(
        "GET /repos/{owner}/{repo}/branches/{branch}/protection",
        { ...access.route, branch, headers },
      );
      return { value: data, etag: got.etag };
    }),
  );
}

/** https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
function readRulesets(access: RepositoryAccess, branch: string): Promise<RuleSource<readonly BranchRule[]>> {
  return access.cached(`rules of ${branch}`, RULES_KNOWN_MS, (octokit, headers) =>
    tolerant(access, () => listRules(octokit, { ...access.route, branch }, headers)),
  );
}

async function listRules(
  octokit: Octokit,
  route: { owner: string; repo: string; branch: string },
  headers: Record<string, string>,
): Promise<Fetched<readonly BranchRule[]>> {
  let etag: string | undefined;
  const { items: value } = await readPages<BranchRule>(async (page) => {
    const { data, headers: got } = await octokit.request(
      "GET /repos/{owner}/{repo}/rules/branches/{branch}",
      {
        ...route,
        per_page: PAGE_ITEMS,
        page,
        ...(page === 1 && { headers }),
      },
    );
    // An unchanged first page does not mean that the later pages are unchanged.
    etag = page === 1 ? got.etag : undefined;
    return data;
  });
  return { value, etag };
}

const REF_UPDATE_RULE = graphqlDocument(
  "query RefUpdateRule",
  `($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      refUpdateRule {
        requiredApprovingReviewCount
        requiredStatusCheckContexts
        requiresCodeOwnerReviews
        requiresConversationResolution
        requiresLinearHistory
        requiresSignatures
      }
    }
  }
}`,
);

interface RefUpdateRuleAnswer {
  readonly repository: { readonly ref: { readonly refUpdateRule: RefUpdateRule | null } | null } | null;
}

/** https://docs.github.com/en/graphql/reference/objects#refupdaterule */
function readSummary(access: RepositoryAccess, branch: string): Promise<RuleSource<RefUpdateRule>> {
  return access.cached(`update rule of ${branch}`, RULES_KNOWN_MS, () =>
    tolerant(access, async () => {
      const { owner, name } = access;
      const ref = `refs/heads/${branch}`;
      const variables = { owner, name, ref };
      const { repository } = await askWhole<RefUpdateRuleAnswer>(access, REF_UPDATE_RULE, variables);
      return { value: repository?.ref?.refUpdateRule ?? null, etag: undefined };
    }),
  );
}

/** Turns GitHub's refusal to show rules into an answer, which is cached like any other. */
async function tolerant<T>(
  access: RepositoryAccess,
  fetch: () => Promise<Fetched<T | null>>,
): Promise<Fetched<RuleSource<T>>> {
  try {
    const { value, etag } = await fetch();
    return { value: { read: true, rules: value }, etag };
  } catch (error) {
    const failure = access.failure(error);
    // If the plan has no protected branches, earlier protection no longer applies.
    if (isGitHubFailure(failure, "branch_not_protected", "plan_lacks_feature")) {
      return { value: { read: true, rules: null }, etag: undefined };
    }
    const hidden = isGitHubFailure(failure, "not_found", "permission_missing", "repository_blocked");
    if (!hidden || !(failure instanceof OrbError)) throw error;
    return { value: { read: false, refusal: failure.toRefusal() }, etag: undefined };
  }
}
