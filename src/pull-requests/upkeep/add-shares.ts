import type { PullRequestStore } from "../record/store.ts";
import { SHARE_AND_URGENCY } from "../record/rules/share.ts";

/** Adds to records of earlier versions what decides which of them is worked on next. */
export async function addSharesAndUrgency({ model }: PullRequestStore): Promise<void> {
  const without = { "work.share": { $exists: false } };
  await model.updateMany(without, [{ $set: SHARE_AND_URGENCY }], { updatePipeline: true });
}
