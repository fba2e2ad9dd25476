import type { Refusal } from "../../errors.ts";
import { readFurther } from "../wire/connection.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, refusalAt } from "../wire/partial-answer.ts";
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

// The checks are a separate root field for the same pull request, so that they have their own permissions in the table of
// requests: an App that may not read checks still gets the rest. It counts as one request, whatever it asks for.
const QUERY = graphqlDocument(
  "query Snapshot",
  `($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner updatedAt
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
    readonly pullRequest: Pick<PullRequestAnswer, "latestOpinionatedReviews"> | null;
  } | null;
}

interface Answer {
  readonly repository: {
    readonly databaseId?: number | null;
    readonly nameWithOwner?: string;
    readonly updatedAt?: string;
    readonly pullRequest: PullRequestAnswer | null;
  } | null;
  readonly checks: {
    readonly pullRequest: { readonly statusCheckRollup?: RollupAnswer | null } | null;
  } | null;
}

/**
 * Reads the whole state of a pull request in one request, plus one for each hundred checks, and for each hundred reviews,
 * after the first hundred. The old name of a renamed repository works too. Without the checks, reviews or labels that GitHub
 * refuses, the rest is there, with the reason.
 *
 * https://docs.github.com/en/graphql/reference/objects#pullrequest
 *
 * @throws OrbError `not_found` if the pull request or its repository no longer exists
 */
export async function readSnapshot(access: RepositoryAccess, number: number): Promise<Snapshot> {
  const { owner, name } = access;
  const answer = await askGraphql<Answer>(access, QUERY, { owner, name, number });
  const refusedAt = (...path: string[]) => refusalAt(answer, ...path)?.toRefusal();
  const pullRequest = answer.data.repository?.pullRequest;
  if (!pullRequest) {
    const missing = new Error(`GitHub answered neither #${number} nor why not`);
    throw refusalAt(answer, "repository", "pullRequest") ?? missing;
  }
  const inIt = (field: string) => refusedAt("repository", "pullRequest", field);
  const [decision, labels] = [inIt("reviewDecision"), inIt("labels")];
  const further = await readReviews(access, pullRequest);
  const reviews = decision ?? inIt("latestOpinionatedReviews") ?? further.refused;
  const facts = toFacts(pullRequest, further.reviews);
  const rollup = answer.data.checks?.pullRequest?.statusCheckRollup;
  const { refused, ...checks } = await checksOfOthers(access, rollup, {
    sha: pullRequest.headRefOid,
    number,
  });
  return {
    ...facts,
    repository: identityIn(answer.data.repository),
    // A refused branch is not a deleted one.
    headExists: facts.headExists || inIt("headRef") !== undefined,
    checks,
    checksRefused: refusedAt("checks") ?? refused ?? null,
    ...(decision && { reviewDecision: "unknown" as const }),
    ...(reviews && { reviewsRefused: reviews }),
    ...(labels && { labelsRefused: labels }),
  };
}

/** Each field may be refused alone. */
function identityIn(repository: Answer["repository"]): Snapshot["repository"] {
  const { databaseId: id, nameWithOwner: fullName, updatedAt } = repository ?? {};
  if (!id || !fullName) return null;
  return { id, fullName, updatedAt: updatedAt ? new Date(updatedAt) : null };
}

async function readReviews(
  access: RepositoryAccess,
  { number, latestOpinionatedReviews: first }: PullRequestAnswer,
): Promise<{ readonly reviews: readonly ReviewAnswer[]; readonly refused?: Refusal }> {
  if (!first) return { reviews: [] };
  const { owner, name } = access;
  let refused: Refusal | undefined;
  const reviews = await readFurther(first, async (after) => {
    const answer = await askGraphql<MoreReviews>(access, MORE_REVIEWS, { owner, name, number, after });
    refused ??= refusalAt(answer)?.toRefusal();
    return answer.data.repository?.pullRequest?.latestOpinionatedReviews;
  });
  return { reviews, ...(refused && { refused }) };
}

async function checksOfOthers(
  access: RepositoryAccess,
  rollup: RollupAnswer | null | undefined,
  about: { sha: string; number: number },
): Promise<Checks> {
  const first = rollup?.contexts;
  if (!first) return { states: [], total: 0 };
  const { contexts, refused } = await readAllContexts(access, { first, ...about });
  const others = contexts.filter(
    (context) => context.__typename !== "CheckRun" || context.checkSuite.app?.databaseId !== access.appId,
  );
  return {
    states: others.map((context) => toCheckState(context)),
    total: first.totalCount - (contexts.length - others.length),
    ...(refused && { refused }),
  };
}
