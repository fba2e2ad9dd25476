import { MongoClient } from "mongodb";
import { PULL_REQUESTS_COLLECTION } from "../../src/pull-requests/record/store.ts";
import { eventually } from "./eventually.ts";

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

/** From now on nobody looks at what is open unless something happens to it; who is at one is waited for. */
export async function leaveAlone(mongodbUri: string): Promise<void> {
  await using client = new MongoClient(mongodbUri);
  const pullRequests = client.db().collection(PULL_REQUESTS_COLLECTION);
  await eventually("nobody at what is open", async () => {
    const rest = { $set: { "work.dueAt": null } };
    await pullRequests.updateMany({ status: "open", "work.owner": null }, rest);
    return !(await pullRequests.findOne({ status: "open", "work.dueAt": { $ne: null } }));
  });
}
