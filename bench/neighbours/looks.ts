import { type Document, ObjectId } from "mongodb";
import type { Stage } from "./stage.ts";

const BATCH = 1_000;

/** Makes looks due by copies of the record of an open pull request, each as if it were another project's. */
export async function makeLooksDue(
  pullRequests: Stage["pullRequests"],
  project: string,
  count: number,
): Promise<void> {
  const record = await pullRequests.findOne({ project });
  if (!record) throw new Error(`There is no record of ${project}`);
  const dueAt = new Date();
  const copy = (index: number): Document => ({
    ...record,
    _id: new ObjectId(),
    key: `${record["key"]} ${index}`,
    project: `${project}-${index}`,
    work: { ...record["work"], owner: null, dueAt },
  });
  for (let index = 0; index < count; index += BATCH) {
    await pullRequests.insertMany(Array.from({ length: BATCH }, (_, offset) => copy(index + offset)));
  }
}
