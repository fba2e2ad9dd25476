import { readFurther } from "../wire/connection.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { refusalsByPath } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import { type Checks, contextsSelection, readAllContexts, type RollupAnswer } from "./checks.ts";
import { toCheckState } from "./rules/check-state.ts";
import { type PullRequestAnswer, type ReviewAnswer, type Snapshot, toFacts } from "./snapshot.ts";

/** Selects a page of the latest opinions of the authors with write access. */
function reviewsSelection(after = ""): string {
  return `latestOpinionatedReviews(first: 100, writersOnly: true${after}) {
    pageInfo { hasNextPage endCursor }
    nodes { fullDatabaseId state submittedAt url body author { __typename login } commit { oid } }
  }`;
}

// The checks are a separate root field for the same pull request, because GitHub reports refusals by root field: an App
// that may not read checks still gets the rest. It counts as one request, whatever it asks for.
const QUERY = graphqlDocument(
  "query Snapshot",
  `($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      number id url state isDraft title body updatedAt closedAt mergedAt
      mergedBy { __typename login }
      headRefName headRefOid headRef { name }
      baseRefName baseRefOid baseRef { target { oid } }
      mergeable reviewDecision
      labels(first: 100) { nodes { name } }
      ${reviewsSelection()}
    }
  }
  checks: repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      statusCheckRollup { ${contextsSelection("isRequired(pullRequestNumber: $number)")} }
    }
  }
}`,
);

const MORE_REVIEWS = graphqlDocument(
  "query MoreReviews",
  `($owner: String!, $name: String!, $number: Int!, $after: String!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { ${reviewsSelection(", after: $after")} } }
}`,
);

interface MoreReviews {
  readonly repository: {
    readonly pullRequest: Pick<PullRequestAnswer, "latestOpinionatedReviews">;
  };
}

interface Answer {
  readonly repository: { readonly pullRequest: PullRequestAnswer | null } | null;
  readonly checks: {
    readonly pullRequest: { readonly statusCheckRollup: RollupAnswer | null } | null;
  } | null;
}

/**
 * Reads the whole state of a pull request in one request, plus one for each hundred checks, and for each hundred reviews,
 * after the first hundred.
 * The old name of a renamed repository works too.
 *
 * https://docs.github.com/en/graphql/reference/objects#pullrequest
 *
 * @throws OrbError `not_found` if the pull request or its repository no longer exists
 */
export async function readSnapshot(access: RepositoryAccess, number: number): Promise<Snapshot> {
  const { owner, name } = access;
  const { data, refusals } = await refusalsByPath<Answer>(access, QUERY, { owner, name, number });
  const refused = refusals.get("repository");
  if (refused) throw refused;
  const pullRequest = data.repository?.pullRequest;
  if (!pullRequest) throw new Error(`GitHub answered neither #${number} nor why not`);
  const rollup = data.checks?.pullRequest?.statusCheckRollup;
  return {
    ...toFacts(pullRequest, await readReviews(access, pullRequest)),
    checks: await checksOfOthers(access, rollup, { sha: pullRequest.headRefOid, number }),
    checksRefused: refusals.get("checks")?.toRefusal() ?? null,
  };
}

async function readReviews(
  access: RepositoryAccess,
  { number, latestOpinionatedReviews: first }: PullRequestAnswer,
): Promise<readonly ReviewAnswer[]> {
  if (!first) return [];
  const { owner, name } = access;
  return readFurther(first, async (after) => {
    const { repository } = await access.ask((octokit) =>
      octokit.graphql<MoreReviews>(MORE_REVIEWS, { owner, name, number, after }),
    );
    return repository.pullRequest.latestOpinionatedReviews;
  });
}

async function checksOfOthers(
  access: RepositoryAccess,
  rollup: RollupAnswer | null | undefined,
  about: { sha: string; number: number },
): Promise<Checks> {
  if (!rollup) return { states: [], total: 0 };
  const { contexts: first } = rollup;
  const contexts = await readAllContexts(access, { first, ...about });
  const others = contexts.filter(
    (context) => context.__typename !== "CheckRun" || context.checkSuite.app?.databaseId !== access.appId,
  );
  return {
    states: others.map((context) => toCheckState(context)),
    total: first.totalCount - (contexts.length - others.length),
  };
}
