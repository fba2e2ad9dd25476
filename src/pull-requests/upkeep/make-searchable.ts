import { searchable } from "../record/search.ts";
import type { PullRequestStore } from "../record/store.ts";

const BATCH = 500;

/** Gives every record that has none what a search finds it by. Other processes may write to the records meanwhile. */
export async function makeSearchable({ model }: PullRequestStore): Promise<void> {
  const missing = model
    .find({ search: { $exists: false } })
    .select({ branch: 1, project: 1, repository: 1, "pullRequest.title": 1 })
    .select({ "pullRequest.number": 1, "pullRequest.url": 1 })
    .lean();
  let writes: Parameters<typeof model.bulkWrite>[0] = [];
  for await (const record of missing.cursor({ batchSize: BATCH })) {
    const { _id } = record;
    const update = { $set: { search: searchable(record) } };
    writes.push({ updateOne: { filter: { _id, search: { $exists: false } }, update } });
    if (writes.length < BATCH) continue;
    await model.bulkWrite(writes);
    writes = [];
  }
  if (writes.length > 0) await model.bulkWrite(writes);
}
