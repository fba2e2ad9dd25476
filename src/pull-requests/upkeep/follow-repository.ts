import type { Installations } from "../../installations/installations.ts";
import type { RepositoryNews } from "../../installations/repository.ts";
import type { Transaction } from "../../mongo/database.ts";
import type { RenameStore } from "./rename-store.ts";

export interface FollowRepositoryDeps {
  readonly installations: Installations;
  readonly renameStore: RenameStore;
  readonly now: () => Date;
}

/**
 * Stores a report about the name of a repository, and gives its records the name that it has today. That may be another
 * name than the report has, because a delivery may be late.
 *
 * @param toldAt when the report was received
 * @returns the name today, and how many records were renamed
 */
export async function followRepository(
  news: RepositoryNews,
  { installations, renameStore, now }: FollowRepositoryDeps,
  { toldAt, transaction }: { toldAt: Date; transaction: Transaction },
): Promise<{ readonly current: string; readonly followed: number }> {
  await installations.recordRepositories([news], { toldAt, transaction });
  const names = await installations.namesOf(news._id, transaction);
  const followed = await renameStore.follow({ id: news._id, ...names }, { now: now(), transaction });
  return { current: names.to, followed };
}
