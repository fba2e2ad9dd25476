import { MongoClient } from "mongodb";
import { PULL_REQUESTS_COLLECTION } from "../../src/pull-requests/record/store.ts";

/**
 * Sets a project's pull request in motion as GitHub's events do, without waiting until looks are far enough apart.
 *
 * @returns `false` where somebody is at it, whose lease is not to be touched
 */
export async function lookNow(mongodbUri: string, project: string): Promise<boolean> {
  await using client = new MongoClient(mongodbUri);
  const pullRequests = client.db().collection(PULL_REQUESTS_COLLECTION);
  const due = { "work.dueAt": new Date(0), notBefore: null };
  const { matchedCount } = await pullRequests.updateOne(
    { project, "work.owner": null },
    { $set: due, $inc: { nudges: 1 } },
  );
  return matchedCount > 0;
}
