import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import { type RollupContext, toCheckState } from "./rules/check-state.ts";

/** GitHub's maximum. */
const PAGE_ITEMS = 100;
/** After the first page: a thousand checks in all, far more than any known commit has. */
const PAGES_MORE_MAX = 9;

/** The checks on a commit. */
export interface Checks {
  readonly states: readonly CheckState[];
  /** The number of all checks; `states` holds the first thousand. */
  readonly total: number;
}

/** Selects the contexts of a `StatusCheckRollup`; `more` adds fields to each of them. */
export function contextsSelection(more = "", after = ""): string {
  return `contexts(first: ${PAGE_ITEMS}${after}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on CheckRun {
        databaseId name title status conclusion url checkSuite { app { databaseId } } ${more}
      }
      ... on StatusContext { context state description targetUrl createdAt ${more} }
    }
  }`;
}

const QUERY = graphqlDocument(
  "query ChecksOn",
  `($owner: String!, $name: String!, $sha: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) { ... on Commit { statusCheckRollup { ${contextsSelection()} } } }
  }
}`,
);

/** The answer to `contextsSelection`. */
export interface RollupAnswer {
  readonly contexts: {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly RollupContext[];
  };
}

interface Answer {
  readonly repository: {
    readonly object: {
      readonly statusCheckRollup?: RollupAnswer | null;
    } | null;
  };
}

/** Reads later pages by commit, because the pull request may have another head meanwhile. */
const MORE = graphqlDocument(
  "query MoreChecks",
  `($owner: String!, $name: String!, $sha: GitObjectID!, $number: Int, $after: String!) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) {
      ... on Commit {
        statusCheckRollup { ${contextsSelection("isRequired(pullRequestNumber: $number)", ", after: $after")} }
      }
    }
  }
}`,
);

/**
 * Completes the contexts of a commit after the first page: one request for each further hundred, a thousand at most.
 *
 * @param number the pull request whose base decides which contexts are required
 */
export async function readAllContexts(
  access: RepositoryAccess,
  { first, sha, number }: { first: RollupAnswer["contexts"]; sha: string; number: number },
): Promise<RollupContext[]> {
  const { owner, name } = access;
  const found = [...first.nodes];
  let { hasNextPage, endCursor } = first.pageInfo;
  for (let page = 1; page <= PAGES_MORE_MAX && hasNextPage && endCursor !== null; page++) {
    const variables = { owner, name, sha, number, after: endCursor };
    const { repository } = await access.ask((octokit) => octokit.graphql<Answer>(MORE, variables));
    const next = repository.object?.statusCheckRollup?.contexts;
    if (!next) break;
    found.push(...next.nodes);
    ({ hasNextPage, endCursor } = next.pageInfo);
  }
  return found;
}

/**
 * Reads check runs and commit statuses in one list, the latest of each name; the first hundred.
 * https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
 *
 * @param required the checks that the base requires: a commit alone does not show them
 */
export async function readChecks(
  access: RepositoryAccess,
  sha: string,
  required: readonly RequiredCheck[] = [],
): Promise<Checks> {
  const { owner, name } = access;
  const { repository } = await access.ask((octokit) => octokit.graphql<Answer>(QUERY, { owner, name, sha }));
  const contexts = repository.object?.statusCheckRollup?.contexts;
  return {
    states: contexts?.nodes.map((context) => toCheckState(context, required)) ?? [],
    total: contexts?.totalCount ?? 0,
  };
}
