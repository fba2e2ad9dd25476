import type { Refusal } from "../../errors.ts";
import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, refusalAt } from "../wire/partial-answer.ts";
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
  /** Why `states` lacks others, which may have any result. */
  readonly refused?: Refusal;
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
    readonly nodes: readonly RollupContext[] | null;
  } | null;
}
type Contexts = NonNullable<RollupAnswer["contexts"]>;

interface Answer {
  readonly repository: {
    readonly object: {
      readonly statusCheckRollup?: RollupAnswer | null;
    } | null;
  } | null;
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
 * @returns `refused`: why some are missing; `null` if none is, or they are beyond the first thousand
 */
export async function readAllContexts(
  access: RepositoryAccess,
  { first, sha, number }: { first: Contexts; sha: string; number: number },
): Promise<{ readonly contexts: readonly RollupContext[]; readonly refused: Refusal | null }> {
  const { owner, name } = access;
  const found = [...(first.nodes ?? [])];
  let refused: Refusal | null = null;
  let { hasNextPage, endCursor } = first.pageInfo;
  for (let page = 1; page <= PAGES_MORE_MAX && hasNextPage && endCursor !== null; page++) {
    const variables = { owner, name, sha, number, after: endCursor };
    const answer = await askGraphql<Answer>(access, MORE, variables);
    refused ??= refusalAt(answer)?.toRefusal() ?? null;
    const next = answer.data.repository?.object?.statusCheckRollup?.contexts;
    if (!next) break;
    found.push(...(next.nodes ?? []));
    ({ hasNextPage, endCursor } = next.pageInfo);
  }
  const isWhole = hasNextPage || found.length >= first.totalCount;
  return { contexts: found, refused: refused ?? (isWhole ? null : leftOut(found.length, first.totalCount)) };
}

/** An entry of a list may be `null` without an error. */
function leftOut(shown: number, total: number): Refusal {
  return {
    code: "left_out",
    reason: `GitHub showed ${shown} of ${total} checks and gave no reason.`,
    remedy: "No action needed: the bot reads them again at its next look.",
  };
}

/**
 * Reads check runs and commit statuses in one list, the latest of each name; the first hundred.
 * https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
 *
 * @param required the checks that the base requires: a commit alone does not show them
 * @throws OrbError GitHub's refusal, if it showed none of them
 */
export async function readChecks(
  access: RepositoryAccess,
  sha: string,
  required: readonly RequiredCheck[] = [],
): Promise<Checks> {
  const { owner, name } = access;
  const answer = await askGraphql<Answer>(access, QUERY, { owner, name, sha });
  const contexts = answer.data.repository?.object?.statusCheckRollup?.contexts;
  const refusal = refusalAt(answer);
  if (!contexts && refusal) throw refusal;
  return {
    states: contexts?.nodes?.map((context) => toCheckState(context, required)) ?? [],
    total: contexts?.totalCount ?? 0,
    ...(refusal && { refused: refusal.toRefusal() }),
  };
}
