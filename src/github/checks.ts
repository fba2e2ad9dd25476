import type { CheckState, RequiredCheck } from "./branch-rules.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import { type RollupContext, toCheckState } from "./rules/check-state.ts";

const CONTEXTS_MAX = 100;

/** What is known about a commit from those who check it. */
export interface Checks {
  readonly states: readonly CheckState[];
  /** Of all that there are; `states` holds the first hundred. */
  readonly total: number;
}

const QUERY = `query ChecksOn($owner: String!, $name: String!, $sha: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) {
      ... on Commit {
        statusCheckRollup {
          contexts(first: ${CONTEXTS_MAX}) {
            totalCount
            nodes {
              __typename
              ... on CheckRun { databaseId name title status conclusion url checkSuite { app { databaseId } } }
              ... on StatusContext { context state description targetUrl }
            }
          }
        }
      }
    }
  }
}`;

interface Answer {
  readonly repository: {
    readonly object: {
      readonly statusCheckRollup?: {
        readonly contexts: { readonly totalCount: number; readonly nodes: readonly RollupContext[] };
      } | null;
    } | null;
  };
}

/**
 * Check runs and commit statuses in one view, the latest of each name.
 * https://docs.github.com/en/graphql/reference/objects#statuscheckrollup (checks: read, statuses: read)
 *
 * @param required the checks that the base asks for: which those are, a commit does not know
 */
export async function readChecks(
  access: RepositoryAccess,
  sha: string,
  required: readonly RequiredCheck[],
): Promise<Checks> {
  const { owner, name } = access;
  const { repository } = await access.ask((octokit) => octokit.graphql<Answer>(QUERY, { owner, name, sha }));
  const contexts = repository.object?.statusCheckRollup?.contexts;
  return {
    states: contexts?.nodes.map((context) => toCheckState(context, required)) ?? [],
    total: contexts?.totalCount ?? 0,
  };
}
