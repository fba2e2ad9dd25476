import type { Model } from "mongoose";
import { updateAtOnce } from "./update-at-once.ts";

/**
 * A process was paused, or could not reach MongoDB for a lease, and another one took its document over and counted a crash. It
 * did not crash, so the first one takes that back. If a process has given the document back since then, no crash is counted any
 * more, and if another transaction is writing to it, that is about to happen: then nothing is changed.
 *
 * If such a process comes back very late, it may take back the crash of another one. Then a document that crashes processes
 * crashes one more before it is quarantined.
 *
 * @param lease the one that was lost
 */
export async function takeBackCrash<T>(
  model: Model<T>,
  { id, epoch }: { readonly id: unknown; readonly epoch: number },
): Promise<void> {
  const filter = { _id: id, "work.epoch": { $gt: epoch }, "work.crashes": { $gt: 0 } };
  await updateAtOnce(model, filter, { $inc: { "work.crashes": -1 } });
}
