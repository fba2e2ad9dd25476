import type { Database } from "../../mongo/database.ts";
import type { Claim, LeasedWork } from "../../mongo/leased-work.ts";
import type { PullRequestRecord } from "../record/record.ts";
import { isQuarantined } from "../record/rules/quarantine.ts";
import type { PullRequestStore } from "../record/store.ts";

interface Deps {
  readonly database: Database;
  readonly store: PullRequestStore;
  readonly work: LeasedWork<PullRequestRecord>;
  readonly now: () => Date;
}

/**
 * Gives a record back as it stood before its requests were carried out, where something still stands in its way: being
 * asked how it is going is no reason to try again, nor a try. What is set aside is given back whatever was asked for.
 *
 * @param claim as `performRequests` returned it
 * @returns whether it was given back: there is nothing more to do then
 */
export async function restAgain(
  { document: record, lease }: Claim<PullRequestRecord>,
  { database, store, work, now }: Deps,
): Promise<boolean> {
  const { parked, problem, refreshAsked, key } = record;
  const isAside = isQuarantined(record);
  if (!isAside && (!parked || !problem || refreshAsked)) return false;
  await database.transaction(async (transaction) => {
    const current = await store.findByKey(key, transaction);
    const isNudged = !isAside && current !== null && current.nudges > record.nudges;
    const isWanted = current !== null && (current.round > record.round || current.requests.length > 0);
    const inMotion = isNudged || isWanted;
    await work.release(
      lease,
      {
        dueAt: inMotion ? now() : (parked?.until ?? null),
        attempts: Math.max(0, lease.attempts - 1),
        ...(!inMotion && { update: { $set: { parked: null } } }),
      },
      transaction,
    );
  });
  return true;
}
