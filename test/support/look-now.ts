import { type Collection, MongoClient } from "mongodb";
import { PULL_REQUESTS_COLLECTION } from "../../src/pull-requests/record/store.ts";
import { eventually } from "./eventually.ts";

/**
 * Makes the next look at a project's pull request due now, as a webhook does, but without the wait between looks.
 *
 * @returns `false` if a process holds the record; its lease is left alone
 */
export async function lookNow(mongodbUri: string, project: string): Promise<boolean> {
  await using client = new MongoClient(mongodbUri);
  return await setInMotion(client.db().collection(PULL_REQUESTS_COLLECTION), project);
}

/** The same, for a test that has the collection at hand. */
export async function setInMotion(pullRequests: Collection, project: string): Promise<boolean> {
  const due = { "work.dueAt": new Date(0), notBefore: null };
  const { matchedCount } = await pullRequests.updateOne(
    { project, "work.owner": null },
    { $set: due, $inc: { nudges: 1 } },
  );
  return matchedCount > 0;
}

/** Waits until no process holds an open pull request, and cancels their due looks until something happens to them. */
export async function leaveAlone(mongodbUri: string): Promise<void> {
  await using client = new MongoClient(mongodbUri);
  const pullRequests = client.db().collection(PULL_REQUESTS_COLLECTION);
  await eventually("all open pull requests at rest", async () => {
    const rest = { $set: { "work.dueAt": null } };
    await pullRequests.updateMany({ status: "open", "work.owner": null }, rest);
    return !(await pullRequests.findOne({ status: "open", "work.dueAt": { $ne: null } }));
  });
}
