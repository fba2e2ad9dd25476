import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, refusalAt } from "../wire/partial-answer.ts";
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
  return change(access, READY, { id: nodeId, draft: false });
}

/**
 * https://docs.github.com/en/graphql/reference/mutations#convertpullrequesttodraft
 *
 * @throws OrbError `drafts_not_supported` if the owner's plan has no drafts for this repository
 */
export function convertToDraft(access: RepositoryAccess, nodeId: string): Promise<{ draft: boolean }> {
  return change(access, DRAFT, { id: nodeId, draft: true });
}

async function change(
  access: RepositoryAccess,
  document: GraphqlDocument,
  { id, draft }: { id: string; draft: boolean },
): Promise<{ draft: boolean }> {
  const answer = await askGraphql<Answer>(access, document, { id });
  const { changed } = answer.data;
  if (!changed)
    throw refusalAt(answer, "changed") ?? new Error("GitHub answered neither the change nor why not");
  // It is done, even if GitHub does not show the result.
  return { draft: changed.pullRequest?.isDraft ?? draft };
}
