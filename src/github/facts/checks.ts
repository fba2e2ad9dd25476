import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import { type RollupContext, toCheckState } from "./rules/check-state.ts";

/** As many as GitHub gives at once. */
const PAGE_ITEMS = 100;
/** Beyond the first: a thousand checks in all, far more than any commit is known to have. */
const PAGES_MORE_MAX = 9;

/** What is known about a commit from those who check it. */
export interface Checks {
  readonly states: readonly CheckState[];
  /** Of all that there are; `states` holds the first thousand. */
  readonly total: number;
}

/** Of a `StatusCheckRollup`: its contexts, of which each is asked `more` as well. */
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

/** What `contextsSelection` asks for. */
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

/** Those after the first page, of a commit: by then the pull request may have another head. */
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
 * All contexts of a commit, of which the first page is there: one request for each hundred more, a thousand at most.
 *
 * @param number the pull request whose base says which are required
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
 * Check runs and commit statuses in one view, the latest of each name; the first hundred of them.
 * https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
 *
 * @param required the checks that the base asks for: which those are, a commit does not know
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
