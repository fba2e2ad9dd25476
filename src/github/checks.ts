import type { SafeMarkdown, SafeText } from "../text/safe.ts";
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
              ... on CheckRun { name status conclusion url checkSuite { app { databaseId } } }
              ... on StatusContext { context state targetUrl }
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

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: summary and text take 65 535 characters each. */
export const CHECK_OUTPUT_CHARACTERS_MAX = 65_535;

/** A check run that has ended before it is shown. */
export interface CompletedCheckRun {
  readonly name: string;
  readonly headSha: string;
  readonly conclusion: "success" | "neutral" | "failure" | "action_required" | "skipped";
  readonly title: SafeText;
  /** At most `CHECK_OUTPUT_CHARACTERS_MAX`. */
  readonly summary: SafeMarkdown;
  /** At most `CHECK_OUTPUT_CHARACTERS_MAX`. */
  readonly text: SafeMarkdown | null;
}

/** @returns its id */
export async function createCheckRun(access: RepositoryAccess, run: CompletedCheckRun): Promise<number> {
  const { name, headSha, conclusion, title, summary, text } = run;
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...access.route,
      name,
      head_sha: headSha,
      status: "completed",
      conclusion,
      output: { title, summary, ...(text !== null && { text }) },
    });
    return Number(data.id);
  });
}
