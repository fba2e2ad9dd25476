import type { Refusal } from "../../errors.ts";
import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import { type Connection, readFurther } from "../wire/connection.ts";
import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, type PartialAnswer, refusalAt } from "../wire/partial-answer.ts";
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
  readonly contexts: (Connection<RollupContext> & { readonly totalCount: number }) | null;
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
export function readAllContexts(
  access: RepositoryAccess,
  { first, sha, number }: { first: Contexts; sha: string; number: number },
): Promise<AllContexts> {
  return readPages(first, (after) => ask(access, MORE, { sha, number, after }));
}

interface AllContexts {
  readonly contexts: readonly RollupContext[];
  readonly refused: Refusal | null;
}

async function readPages(
  first: Contexts,
  askAfter: (cursor: string) => Promise<PartialAnswer<Answer>>,
): Promise<AllContexts> {
  let refused: Refusal | null = null;
  const next = async (cursor: string) => {
    const answer = await askAfter(cursor);
    refused ??= refusalAt(answer)?.toRefusal() ?? null;
    return contextsOf(answer);
  };
  const contexts = await readFurther(first, next, PAGES_MORE_MAX);
  const expected = Math.min(first.totalCount, PAGE_ITEMS * (1 + PAGES_MORE_MAX));
  return {
    contexts,
    refused: refused ?? (contexts.length < expected ? leftOut(contexts.length, first) : null),
  };
}

/** An entry of a list may be `null` without an error. */
function leftOut(shown: number, { totalCount }: Contexts): Refusal {
  return {
    code: "left_out",
    reason: `GitHub showed ${shown} of ${totalCount} checks and gave no reason.`,
    remedy: "No action needed: the bot reads them again at its next look.",
  };
}

function ask(
  access: RepositoryAccess,
  document: GraphqlDocument,
  about: { sha: string; number?: number; after?: string },
): Promise<PartialAnswer<Answer>> {
  const { owner, name } = access;
  return askGraphql<Answer>(access, document, { owner, name, ...about });
}

/** `null` if nothing has reported on the commit. */
function contextsOf({ data }: PartialAnswer<Answer>): Contexts | null {
  return data.repository?.object?.statusCheckRollup?.contexts ?? null;
}

/**
 * Reads check runs and commit statuses in one list, the latest of each name: one request for each hundred, a thousand at
 * most. https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
 *
 * @param required the checks that the base requires: a commit alone does not show them
 * @throws OrbError GitHub's refusal, if it showed none of them
 */
export async function readChecks(
  access: RepositoryAccess,
  sha: string,
  required: readonly RequiredCheck[] = [],
): Promise<Checks> {
  const answer = await ask(access, QUERY, { sha });
  const first = contextsOf(answer);
  const refusal = refusalAt(answer);
  if (!first && refusal) throw refusal;
  if (!first) return { states: [], total: 0 };
  const rest = await readPages(first, (after) => ask(access, QUERY, { sha, after }));
  const refused = refusal?.toRefusal() ?? rest.refused;
  return {
    states: rest.contexts.map((context) => toCheckState(context, required)),
    total: first.totalCount,
    ...(refused && { refused }),
  };
}
