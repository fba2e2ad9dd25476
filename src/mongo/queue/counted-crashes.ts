import type { Model } from "mongoose";
import { isAlive } from "../../work/rules/holder.ts";
import { type StoredWorker, WORKERS_COLLECTION } from "./heartbeat.ts";
import { updateAtOnce } from "./update-at-once.ts";

/**
 * A process was paused, or could not reach MongoDB for a lease, and another one took its document over and counted a crash. It
 * did not crash, so it takes that back. If a process has given the document back since then, no crash is counted any more, and
 * if another transaction is writing to it, that is about to happen: then nothing is changed.
 */
export async function takeBackCrash<T>(
  model: Model<T>,
  { id, owner }: { readonly id: unknown; readonly owner: string },
): Promise<void> {
  await updateAtOnce(model, { _id: id, "work.crashed": owner }, { $pull: { "work.crashed": owner } });
}

/** Those of some processes that still have no heartbeat, in the same order. */
export async function stillMissed<T>(
  { db }: Pick<Model<T>, "db">,
  owners: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  const workers = db.collection<StoredWorker>(WORKERS_COLLECTION);
  const seen = await workers.find({ _id: { $in: [...owners] } }).toArray();
  const alive = new Set(seen.filter((worker) => isAlive(worker, now)).map(({ _id }) => _id));
  return owners.filter((owner) => !alive.has(owner));
}
