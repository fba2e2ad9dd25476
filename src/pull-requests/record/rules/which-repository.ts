import type { RepositoryIdentity } from "../../../github/facts/repository-facts.ts";
import { isSameName } from "../../../text/github-names.ts";
import type { PullRequestRecord } from "../record.ts";

/**
 * What GitHub's answer to a question about a record's repository shows. `renamed`: GitHub has led the bot to the new name.
 * `another`: the name belongs to another repository now, so the answer says nothing about the record's.
 */
export function whichRepository(
  record: Pick<PullRequestRecord, "repository" | "repositoryId">,
  { id, fullName }: Pick<RepositoryIdentity, "id" | "fullName">,
): "same" | "renamed" | "another" {
  if (isOfAnother(record, id)) return "another";
  return isSameName(fullName, record.repository) ? "same" : "renamed";
}

/** Whether a record certainly belongs to another repository than the one with this id. */
export function isOfAnother(
  { repositoryId }: Pick<PullRequestRecord, "repositoryId">,
  id: number | null,
): boolean {
  // Older records do not have it.
  const known = repositoryId ?? null;
  return known !== null && id !== null && known !== id;
}
