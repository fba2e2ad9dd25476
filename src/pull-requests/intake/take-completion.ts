import { causesOf } from "../../mongo/causes.ts";
import type { Transaction } from "../../mongo/database.ts";
import { byTime, signalKey } from "../../signals/rules/order.ts";
import { ownerKeyOf } from "../../text/github-names.ts";
import { countedTime } from "../../signals/rules/time-ahead.ts";
import type { SignalOf } from "../../signals/signal.ts";
import { newRecord } from "../record/fields.ts";
import { displacedKey, keyOf, type PullRequestRecord } from "../record/record.ts";
import { addCauses } from "../record/rules/causes.ts";
import { isOfAnother } from "../record/rules/which-repository.ts";
import { searchable } from "../record/search.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

interface Context {
  readonly store: PullRequestStore;
  /** The current name of the completion's repository. */
  readonly repository: string;
  /** Its id; `null` if GitHub has reported nothing about it yet. */
  readonly repositoryId: number | null;
  readonly now: Date;
  /** When the signal was stored. */
  readonly receivedAt: Date;
  readonly transaction: Transaction;
}

/**
 * Stores a completion in its record; from then on the record asks for a pull request. A completion that is older than the
 * stored one, or the same, changes nothing.
 */
export async function takeCompletion(
  signal: SignalOf<"orb.implementation.completed">,
  { store, repository, repositoryId, now, receivedAt, transaction }: Context,
): Promise<void> {
  const { data, time, project } = signal;
  const completion = { ...data, repository };
  const { branch } = completion;
  const key = keyOf({ project, repository, branch });
  const named = await store.findByKey(key, transaction);
  const isOther = named !== null && isOfAnother(named, repositoryId);
  // The repository of that record had the name before this one.
  if (isOther) await store.displace(named, transaction);
  const own = isOther ? null : named;
  const known = own ?? (await displaced({ project, branch, repositoryId }, store, transaction));
  const wanted = { completion, completedAt: time, completionKey: signalKey(signal), receivedAt };
  if (!known) {
    const record = newRecord(now, { repository, urgent: true });
    const name = { key, project, repository, repositoryId, branch };
    const causes = addCauses([], causesOf(transaction), now);
    await store.insert({ ...record, ...name, ...wanted, causes }, transaction);
    return;
  }
  const change = completedAgain(known, wanted, now);
  if (change) {
    const name = { key, repository, repositoryId: known.repositoryId ?? repositoryId };
    const search = searchable({ ...known, repository });
    const causes = addCauses(known.causes ?? [], causesOf(transaction), now);
    await store.update(known._id, { ...change, ...name, search, causes }, transaction);
  }
}

/** The record whose name another repository had in between. */
async function displaced(
  name: Pick<PullRequestRecord, "project" | "branch" | "repositoryId">,
  store: PullRequestStore,
  transaction: Transaction,
): Promise<StoredPullRequest | null> {
  return name.repositoryId === null ? null : store.findByKey(displacedKey(name), transaction);
}

type Wanted = Pick<PullRequestRecord, "completion" | "completedAt" | "completionKey" | "receivedAt">;

/** The changes to a record by another completion; `null` if it is older than the stored one. */
export function completedAgain(
  known: StoredPullRequest,
  wanted: Wanted,
  now: Date,
): Partial<PullRequestRecord> | null {
  // A rebuilt record has no completion that could be newer.
  const isKnown = known.round > 0;
  const before = { at: countedTime(known.completedAt, known.receivedAt), key: known.completionKey };
  if (isKnown && byTime(before, { at: wanted.completedAt, key: wanted.completionKey }) >= 0) return null;
  const { owner } = known.work;
  // This completion has not crashed any process yet.
  const share = ownerKeyOf(wanted.completion.repository);
  const untried = { ...known.work, crashed: [], share, urgent: true };
  return {
    ...wanted,
    updatedAt: now,
    status: known.openedAt ? known.status : "queued",
    round: known.round + 1,
    problem: null,
    refused: null,
    waitTold: null,
    notBefore: null,
    parked: null,
    // A process that holds the lease sees by the round that there is more to do. A second one must not begin.
    work: owner === null ? { ...untried, dueAt: now, attempts: 0 } : untried,
  };
}
