import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

interface Answer {
  readonly changed: { readonly pullRequest: { readonly isDraft: boolean } | null } | null;
}

const READY = graphqlDocument(
  "mutation MarkReady",
  `($id: ID!) {
  changed: markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`,
);
const DRAFT = graphqlDocument(
  "mutation ConvertToDraft",
  `($id: ID!) {
  changed: convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`,
);

/**
 * Takes a pull request out of draft, which REST can't.
 * https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview
 */
export function markReady(access: RepositoryAccess, nodeId: string): Promise<{ draft: boolean }> {
  return change(access, READY, nodeId);
}

/**
 * https://docs.github.com/en/graphql/reference/mutations#convertpullrequesttodraft
 *
 * @throws OrbError `drafts_not_supported` if the owner's plan has no drafts for this repository
 */
export function convertToDraft(access: RepositoryAccess, nodeId: string): Promise<{ draft: boolean }> {
  return change(access, DRAFT, nodeId);
}

async function change(
  access: RepositoryAccess,
  document: GraphqlDocument,
  id: string,
): Promise<{ draft: boolean }> {
  const { changed } = await access.ask((octokit) => octokit.graphql<Answer>(document, { id }));
  if (!changed?.pullRequest) throw new Error("GitHub answered neither the pull request nor why not");
  return { draft: changed.pullRequest.isDraft };
}
