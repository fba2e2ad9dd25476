import { OrbError } from "../../errors.ts";
import type { RepositoryIdentity } from "../../github/facts/repository-facts.ts";
import type { RepositoryNews } from "../../installations/repository.ts";
import type { Database } from "../../mongo/database.ts";
import { isSameName } from "../../text/github-names.ts";
import { whichRepository } from "../record/rules/which-repository.ts";
import type { StoredPullRequest } from "../record/store.ts";
import { followRepository, type FollowRepositoryDeps } from "./follow-repository.ts";

export interface ConfirmDeps extends FollowRepositoryDeps {
  readonly database: Database;
}

/**
 * Compares a record with the repository in which GitHub found what the record is about. Deliveries about new names may be
 * lost, late or in the wrong order, and somebody may take an old name: GitHub's own answer decides. A record whose repository
 * has another name gets that, and so do the others of that repository.
 *
 * @returns the id of the record's repository
 * @throws OrbError `repository_moved` if the record has just got its new name; `repository_replaced` if it is not known where its
 * repository is
 */
export async function confirmRepository(
  record: StoredPullRequest,
  { id, fullName, updatedAt: namedAt }: RepositoryIdentity,
  deps: ConfirmDeps,
): Promise<number> {
  const { repository, repositoryId } = record;
  const which = whichRepository(record, { id, fullName });
  if (which === "same") return id;
  const told = { _id: id, fullName, namedAt, isCertain: true };
  if (which === "renamed" || repositoryId === null) {
    await follow({ ...told, nameBefore: repository }, deps);
    return id;
  }
  await follow(told, deps);
  const name = await deps.installations.nameToday(repositoryId);
  if (name === null || isSameName(name, repository)) throw replaced(record);
  await follow({ _id: repositoryId, fullName: name, isCertain: true }, deps);
  throw moved(record, { to: name, at: deps.now() });
}

async function follow(news: RepositoryNews, deps: ConfirmDeps): Promise<void> {
  await deps.database.transaction(async (transaction) => {
    await followRepository(news, deps, { toldAt: deps.now(), transaction });
  });
}

function moved({ repository }: StoredPullRequest, { to, at }: { to: string; at: Date }): OrbError {
  return new OrbError(
    {
      code: "repository_moved",
      reason: `${repository} is called ${to} now, and another repository has its old name.`,
      remedy: "No action needed: the bot continues under the new name.",
    },
    { retryAt: at },
  );
}

function replaced({ repository }: StoredPullRequest): OrbError {
  return new OrbError({
    code: "repository_replaced",
    reason: `Another repository is called ${repository} now. The one of this pull request was renamed or deleted.`,
    remedy: "If it was renamed, redeliver GitHub's webhook about that. Otherwise signal completion again.",
  });
}
