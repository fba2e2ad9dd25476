import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import { type Connection, readFurther } from "../wire/connection.ts";
import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
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

/** Selects a page of the contexts of a `StatusCheckRollup`; `more` adds fields to each of them. */
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
  `($owner: String!, $name: String!, $sha: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) { ... on Commit { statusCheckRollup { ${contextsSelection("", ", after: $after")} } } }
  }
}`,
);

/** The answer to `contextsSelection`. */
export interface RollupAnswer {
  readonly contexts: Connection<RollupContext> & { readonly totalCount: number };
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
export function readAllContexts(
  access: RepositoryAccess,
  { first, sha, number }: { first: RollupAnswer["contexts"]; sha: string; number: number },
): Promise<RollupContext[]> {
  return readFurther(first, (after) => ask(access, MORE, { sha, number, after }), PAGES_MORE_MAX);
}

/** @returns `null` if nothing has reported on the commit */
async function ask(
  access: RepositoryAccess,
  document: GraphqlDocument,
  about: { sha: string; number?: number; after?: string },
): Promise<RollupAnswer["contexts"] | null> {
  const { owner, name } = access;
  const { repository } = await access.ask((octokit) =>
    octokit.graphql<Answer>(document, { owner, name, ...about }),
  );
  return repository.object?.statusCheckRollup?.contexts ?? null;
}

/**
 * Reads check runs and commit statuses in one list, the latest of each name: one request for each hundred, a thousand at
 * most. https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
 *
 * @param required the checks that the base requires: a commit alone does not show them
 */
export async function readChecks(
  access: RepositoryAccess,
  sha: string,
  required: readonly RequiredCheck[] = [],
): Promise<Checks> {
  const first = await ask(access, QUERY, { sha });
  if (!first) return { states: [], total: 0 };
  const contexts = await readFurther(first, (after) => ask(access, QUERY, { sha, after }), PAGES_MORE_MAX);
  return { states: contexts.map((context) => toCheckState(context, required)), total: first.totalCount };
}
