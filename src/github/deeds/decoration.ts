import type { OrbError } from "../../errors.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, type PartialAnswer, refusalAt } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** Labels and reviewers to change on a pull request, all by node id. An empty list changes nothing. */
export interface Decoration {
  readonly addLabelIds: readonly string[];
  readonly removeLabelIds: readonly string[];
  readonly reviewerIds: { readonly people: readonly string[]; readonly teams: readonly string[] };
}

/** The result. Labels and reviewers are independent: GitHub may refuse one and accept the other. */
export interface Decorated {
  /** All labels of the pull request afterwards; `null` if no change was requested or all were refused. */
  readonly labels: readonly string[] | null;
  readonly labelsRefused: OrbError | null;
  /**
   * The requested reviewers afterwards, by login and slug, as far as the App may see them: teams take `members: read`.
   * `null` as above. GitHub refuses a batch as a whole.
   */
  readonly reviewers: { readonly people: readonly string[]; readonly teams: readonly string[] } | null;
  readonly reviewersRefused: OrbError | null;
}

// One document for all three, because GitHub counts requests, not fields. `union` adds reviewers; without it they
// would replace the current ones.
const MUTATION = graphqlDocument(
  "mutation Decorate",
  `(
  $subject: ID!
  $add: [ID!]!
  $adds: Boolean!
  $remove: [ID!]!
  $removes: Boolean!
  $people: [ID!]!
  $teams: [ID!]!
  $asks: Boolean!
) {
  removed: removeLabelsFromLabelable(input: { labelableId: $subject, labelIds: $remove }) @include(if: $removes) {
    labelable { ...Labels }
  }
  added: addLabelsToLabelable(input: { labelableId: $subject, labelIds: $add }) @include(if: $adds) {
    labelable { ...Labels }
  }
  asked: requestReviews(input: { pullRequestId: $subject, userIds: $people, teamIds: $teams, union: true })
    @include(if: $asks) {
    pullRequest {
      reviewRequests(first: 100) {
        nodes { requestedReviewer { ... on User { login } ... on Team { slug } } }
      }
    }
  }
}
fragment Labels on PullRequest {
  labels(first: 100) { nodes { name } }
}`,
);

interface Labelled {
  readonly labelable: {
    readonly labels: { readonly nodes: readonly { readonly name: string }[] | null } | null;
  } | null;
}
interface ReviewRequests {
  readonly nodes: readonly { readonly requestedReviewer: { login?: string; slug?: string } | null }[] | null;
}
interface Asked {
  readonly pullRequest: { readonly reviewRequests: ReviewRequests | null } | null;
}
interface Answer {
  readonly removed?: Labelled | null;
  readonly added?: Labelled | null;
  readonly asked?: Asked | null;
}

/**
 * Changes labels and asks for reviews in one request, or in none if there is nothing to change.
 *
 * @throws OrbError if the request failed as a whole
 */
export async function decorate(
  access: RepositoryAccess,
  pullRequestNodeId: string,
  { addLabelIds, removeLabelIds, reviewerIds: { people, teams } }: Decoration,
): Promise<Decorated> {
  const adds = addLabelIds.length > 0;
  const removes = removeLabelIds.length > 0;
  const asks = people.length + teams.length > 0;
  if (!adds && !removes && !asks) {
    return { labels: null, labelsRefused: null, reviewers: null, reviewersRefused: null };
  }
  const answer = await askGraphql<Answer>(access, MUTATION, {
    subject: pullRequestNodeId,
    add: addLabelIds,
    adds,
    remove: removeLabelIds,
    removes,
    people,
    teams,
    asks,
  });
  const { asked } = answer.data;
  return {
    labels: labelsOf(answer, "added") ?? labelsOf(answer, "removed"),
    labelsRefused: labelsRefused(answer, "added") ?? labelsRefused(answer, "removed"),
    reviewers: asked?.pullRequest?.reviewRequests ? reviewersOf(asked.pullRequest.reviewRequests) : null,
    // A refusal inside the answer is about reading it: the reviewers are asked.
    reviewersRefused: asked ? null : refusalAt(answer, "asked"),
  };
}

type Change = "added" | "removed";

/** `null` unless all of them are shown, because a missing one would count as removed by a person. */
function labelsOf(answer: PartialAnswer<Answer>, change: Change): string[] | null {
  if (refusalAt(answer, change)) return null;
  return answer.data[change]?.labelable?.labels?.nodes?.map(({ name }) => name) ?? null;
}

function labelsRefused(answer: PartialAnswer<Answer>, change: Change): OrbError | null {
  return answer.data[change]?.labelable ? null : refusalAt(answer, change, "labelable");
}

function reviewersOf({ nodes }: ReviewRequests): NonNullable<Decorated["reviewers"]> {
  const asked = nodes?.map(({ requestedReviewer }) => requestedReviewer) ?? [];
  return {
    people: asked.flatMap((reviewer) => reviewer?.login ?? []),
    teams: asked.flatMap((reviewer) => reviewer?.slug ?? []),
  };
}

/** One person, or one team of the owner. */
export type Reviewer = { readonly person: string } | { readonly team: string };

/**
 * Requests one reviewer, to find out which one of a batch GitHub refuses.
 * https://docs.github.com/en/rest/pulls/review-requests#request-reviewers-for-a-pull-request
 *
 * @throws OrbError `reviewer_is_author`, `reviewer_not_collaborator`, `too_many_reviewers`
 */
export async function requestReviewer(
  access: RepositoryAccess,
  number: number,
  reviewer: Reviewer,
): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
      ...access.route,
      pull_number: number,
      ...("person" in reviewer ? { reviewers: [reviewer.person] } : { team_reviewers: [reviewer.team] }),
    }),
  );
}
