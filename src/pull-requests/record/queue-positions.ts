import { positionIn, reasonOfPlace } from "./rules/queue-place.ts";
import { type PullRequestStore, type StoredPullRequest, toQueueEntry } from "./store.ts";

/**
 * Records with their current place in the queue. A waiting record asks GitHub for its place from time to time, less often the more
 * wait before it; those that have left the queue meanwhile are known here.
 *
 * @param records a page of records: each repository with waiting records is looked up once
 */
export async function withQueuePlaces(
  records: readonly StoredPullRequest[],
  store: PullRequestStore,
): Promise<StoredPullRequest[]> {
  const waiting = records.filter((record) => record.queuePosition !== null && record.queuePlace !== null);
  const names = [...new Set(waiting.map(({ repository }) => repository))];
  const queues = new Map(
    await Promise.all(
      names.map(async (name) => [name, await store.queueIn(name, { except: null })] as const),
    ),
  );
  return records.map((record) => {
    const { queuePosition, queuePlace, problem, repository } = record;
    const queue = queues.get(repository);
    if (queuePosition === null || queuePlace === null || !queue) return record;
    const entry = toQueueEntry(record);
    const others = queue.filter(({ id }) => id !== entry.id);
    const place = { ...queuePlace, position: positionIn({ entry, others }, queuePlace.whose) };
    const isWait = problem?.code === "open_limit_reached";
    return {
      ...record,
      queuePosition: place.position,
      problem: isWait ? { ...problem, reason: reasonOfPlace(place, repository) } : problem,
    };
  });
}
