import type { Database } from "../../mongo/database.ts";
import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import { isNudged } from "../record/nudge.ts";
import type { PullRequestRecord } from "../record/record.ts";
import { isUrgent } from "../record/rules/share.ts";
import { isQuarantined } from "../record/rules/quarantine.ts";
import type { PullRequestStore } from "../record/store.ts";

interface Deps {
  readonly database: Database;
  readonly store: PullRequestStore;
  readonly work: LeasedWork<PullRequestRecord>;
  readonly now: () => Date;
}

/**
 * Returns a record as it was before its requests were carried out, if something still blocks it: a question for the status is
 * no reason to try again, and does not count as a try. A quarantined record is returned after any request.
 *
 * @param claim as `performRequests` returned it
 * @returns whether the record was returned; then there is nothing more to do
 */
export async function restAgain(
  { document: record, lease }: Claim<PullRequestRecord>,
  { database, store, work, now }: Deps,
): Promise<boolean> {
  const { parked, problem, refreshAsked, _id } = record;
  const isAside = isQuarantined(record);
  if (!isAside && (!parked || !problem || refreshAsked)) return false;
  await database.transaction(async (transaction) => {
    const current = await store.find(_id, transaction);
    const mayHaveChanged = !isAside && isNudged(record, current);
    const isWanted = current !== null && (current.round > record.round || current.requests.length > 0);
    const inMotion = mayHaveChanged || isWanted;
    await work.release(
      lease,
      {
        dueAt: inMotion ? now() : (parked?.until ?? null),
        attempts: Math.max(0, lease.attempts - 1),
        update: {
          $set: { ...(!inMotion && { parked: null }), "work.urgent": isUrgent(current ?? record) },
        },
      },
      transaction,
    );
  });
  return true;
}
