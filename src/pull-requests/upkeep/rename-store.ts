import type { Types } from "mongoose";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { keyOf } from "../record/record.ts";
import { ownerKeyOf } from "../../text/github-names.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

/** Records of one renamed repository. Further ones keep the old name. */
const FOLLOWING_MAX = 1_000;

/** Renames records after a repository, or all repositories of an account, got another name. */
export class RenameStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /**
   * A record stays as it is if another record has its new name already: GitHub redirects the old name until somebody else
   * takes it.
   *
   * @returns how many records were renamed, at most `FOLLOWING_MAX`, the newest first
   */
  async follow(
    { from, to }: { from: string; to: string },
    { transaction }: { transaction: Transaction },
  ): Promise<number> {
    const found = await this.#store.model
      .find({ repository: from }, null, { session: transaction })
      .sort({ _id: -1 })
      .limit(FOLLOWING_MAX)
      .collation(IGNORING_CASE)
      .lean<StoredPullRequest[]>();
    return this.#move(found, { to: () => to, transaction });
  }

  /**
   * The same for the records of a renamed account.
   *
   * @param ids from a sweep
   * @param login the new login
   * @returns how many records were renamed
   */
  async followAccount(
    ids: readonly Types.ObjectId[],
    login: string,
    { transaction }: { transaction: Transaction },
  ): Promise<number> {
    const found = await this.#store.model
      .find({ _id: { $in: [...ids] } }, null, { session: transaction })
      .lean<StoredPullRequest[]>();
    const to = (repository: string) => `${login}/${repository.split("/")[1] ?? ""}`;
    return this.#move(found, { to, transaction });
  }

  async #move(
    records: readonly StoredPullRequest[],
    { to, transaction }: { to: (repository: string) => string; transaction: Transaction },
  ): Promise<number> {
    let moved = 0;
    for (const { _id, key: before, project, branch, completion, ...record } of records) {
      const repository = to(record.repository);
      const key = keyOf({ project, repository, branch });
      if (key !== before && (await this.#store.findByKey(key, transaction))) continue;
      const named = { key, repository, completion: { ...completion, repository } };
      const change = { ...named, "work.share": ownerKeyOf(repository) };
      await this.#store.update(_id, change, transaction);
      moved++;
    }
    return moved;
  }
}
