import type { Transaction } from "../../mongo/database.ts";
import { byTime, signalKey } from "../../signals/rules/order.ts";
import { countedTime } from "../../signals/rules/time-ahead.ts";
import type { SignalOf } from "../../signals/signal.ts";
import { newRecord } from "../record/fields.ts";
import { keyOf } from "../record/record.ts";
import type { PullRequestStore } from "../record/store.ts";

interface Context {
  readonly store: PullRequestStore;
  /** The current name of the completion's repository. */
  readonly repository: string;
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
  { store, repository, now, receivedAt, transaction }: Context,
): Promise<void> {
  const { data, time, project } = signal;
  const completion = { ...data, repository };
  const { branch } = completion;
  const completionKey = signalKey(signal);
  const key = keyOf({ project, repository, branch });
  const known = await store.findByKey(key, transaction);
  const wanted = { completion, completedAt: time, completionKey, receivedAt, updatedAt: now };
  if (!known) {
    const record = newRecord(now, { repository, urgent: true });
    await store.insert({ ...record, key, project, repository, branch, ...wanted }, transaction);
    return;
  }
  // A rebuilt record has no completion that could be newer.
  const isKnown = known.round > 0;
  const knownAt = countedTime(known.completedAt, known.receivedAt);
  if (isKnown && byTime({ at: knownAt, key: known.completionKey }, { at: time, key: completionKey }) >= 0)
    return;
  const { owner } = known.work;
  // This completion has not crashed any process yet.
  const untried = { ...known.work, crashes: 0, urgent: true };
  // A process that holds the lease sees by the round that there is more to do. A second one must not begin.
  const work = owner === null ? { ...untried, dueAt: now, attempts: 0 } : untried;
  const status = known.openedAt ? known.status : "queued";
  await store.update(
    known._id,
    {
      ...wanted,
      status,
      round: known.round + 1,
      problem: null,
      refused: null,
      waitTold: null,
      notBefore: null,
      parked: null,
      work,
    },
    transaction,
  );
}
