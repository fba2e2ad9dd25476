import type { Types } from "mongoose";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { completedAgain } from "../intake/take-completion.ts";
import { keyOf } from "../record/record.ts";
import type { Pace } from "../../work/pace.ts";
import { ownerKeyOf } from "../../text/github-names.ts";
import { nudgeChangeSets } from "../change-set/members.ts";
import { searchable } from "../record/search.ts";
import { isOfAnother } from "../record/rules/which-repository.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

/** Records of one renamed repository. Further ones keep the old name until their next look. */
const FOLLOWING_MAX = 1_000;

/** A repository that has got another name. */
export interface RenamedRepository {
  readonly id: number;
  /** Its name today. */
  readonly to: string;
  /** All names that it is known to have had. */
  readonly names: readonly string[];
  /** Those that no other repository has today. */
  readonly freeNames: readonly string[];
}

interface When {
  readonly now: Date;
  readonly transaction: Transaction;
}

/** Renames records after a repository, or all repositories of an account, got another name. */
export class RenameStore {
  readonly #store: PullRequestStore;
  readonly #pace: Pace;

  constructor(store: PullRequestStore, pace: Pace) {
    this.#store = store;
    this.#pace = pace;
  }

  /**
   * Gives a repository's records its name of today. A record that does not know its repository's id yet counts as one of them,
   * unless another repository has its name: GitHub redirects an old name until somebody else takes it.
   *
   * @returns how many records were renamed, at most `FOLLOWING_MAX`, the newest first
   */
  async follow({ id, to, names, freeNames }: RenamedRepository, when: When): Promise<number> {
    const found = await this.#store.model
      .find(
        {
          $or: [
            { repository: { $in: [...names] }, repositoryId: id },
            { repository: { $in: [...freeNames] }, repositoryId: null },
          ],
        },
        null,
        { session: when.transaction },
      )
      .sort({ _id: -1 })
      .limit(FOLLOWING_MAX)
      .collation(IGNORING_CASE)
      .lean<StoredPullRequest[]>();
    return this.#move(found, () => ({ repository: to, repositoryId: id }), when);
  }

  /**
   * The same for the records of a renamed account.
   *
   * @param ids from a sweep
   * @param login the new login
   * @param nameToday the name of a repository by its id; a record whose repository has not followed keeps its name
   * @returns how many records were renamed
   */
  async followAccount(
    ids: readonly Types.ObjectId[],
    { login, nameToday }: { login: string; nameToday: (repositoryId: number) => Promise<string | null> },
    when: When,
  ): Promise<number> {
    const found = await this.#store.model
      .find({ _id: { $in: [...ids] } }, null, { session: when.transaction })
      .lean<StoredPullRequest[]>();
    const names = new Map<number | null, string | null>();
    for (const { repositoryId: id } of found) names.set(id, id ? await nameToday(id) : null);
    const to = ({ repository, repositoryId }: StoredPullRequest) => {
      const known = names.get(repositoryId);
      return { repository: known ?? `${login}/${repository.split("/")[1] ?? ""}`, repositoryId };
    };
    return this.#move(found, to, when);
  }

  async #move(
    records: readonly StoredPullRequest[],
    to: (record: StoredPullRequest) => Pick<StoredPullRequest, "repository" | "repositoryId">,
    when: When,
  ): Promise<number> {
    const projects = new Set<string>();
    let moved = 0;
    for (const record of records) {
      const { _id, project, branch, completion, pullRequest } = record;
      const { repository, repositoryId } = to(record);
      const key = keyOf({ project, repository, branch });
      const other = key === record.key ? null : await this.#store.findByKey(key, when.transaction);
      const search = searchable({ project, repository, branch, pullRequest });
      const change = { key, repository, repositoryId, search, completion: { ...completion, repository } };
      const renamed = { ...record, ...change };
      const isFree = other === null || (await this.#makeRoom(other, renamed, when));
      if (!isFree) continue;
      const moving = { ...change, shownSince: when.now, "work.share": ownerKeyOf(repository) };
      await this.#store.update(_id, moving, when.transaction);
      if (other) await this.#takeOver(other, renamed, when);
      if (repository === record.repository) continue;
      projects.add(project);
      moved++;
    }
    // The others of their change sets link to them.
    await nudgeChangeSets([...projects], { store: this.#store, pace: this.#pace, ...when });
    return moved;
  }

  /**
   * Another record has the new name already: that of another repository which had the name, or one that a completion made
   * before the renaming was reported.
   *
   * @returns whether the name is free now
   */
  async #makeRoom(other: StoredPullRequest, renamed: StoredPullRequest, when: When): Promise<boolean> {
    const { transaction } = when;
    if (isOfAnother(other, renamed.repositoryId)) {
      await this.#store.displace(other, transaction);
      return true;
    }
    // A person has to decide which of two pull requests stays.
    if (other.pullRequest && renamed.pullRequest) return false;
    const [kept, dropped] = other.pullRequest ? [other, renamed] : [renamed, other];
    await this.#store.model.deleteOne({ _id: dropped._id }, { session: transaction });
    if (kept === other) await this.#takeOver(dropped, other, when);
    return kept === renamed;
  }

  /** Gives the completion of a dropped record to the one that stays, if it is newer. */
  async #takeOver(dropped: StoredPullRequest, kept: StoredPullRequest, { now, transaction }: When) {
    if (isOfAnother(dropped, kept.repositoryId)) return;
    const { completedAt, completionKey, receivedAt } = dropped;
    const completion = { ...dropped.completion, repository: kept.repository };
    const change = completedAgain(kept, { completion, completedAt, completionKey, receivedAt }, now);
    if (change) await this.#store.update(kept._id, change, transaction);
  }
}
