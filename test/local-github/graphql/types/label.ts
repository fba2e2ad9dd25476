import { labelsOn } from "../../acts/labels.ts";
import { isoTime } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { Issue, Label, PullRequest, Repository } from "../../state.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";

export function labelFields(context: Context, repository: Repository, label: Label): Fields {
  const { nodeId, name, color, description } = label;
  const path = `/labels/${encodeURIComponent(name)}`;
  return {
    __typename: "Label",
    id: nodeId,
    name,
    color,
    description,
    isDefault: false,
    createdAt: isoTime(repository.createdAt),
    updatedAt: isoTime(repository.createdAt),
    url: `${repositoryPage(context.world, repository)}${path}`,
    repository: () => context.show.repository(context, repository),
  };
}

/** The labels of an issue or pull request. */
export function labelsConnection(
  context: Context,
  repository: Repository,
  issue: PullRequest | Issue,
): (page: PageArguments) => Record<string, unknown> {
  return (page) =>
    connection("labels", labelsOn(repository, issue), page, (label) =>
      labelFields(context, repository, label),
    );
}
