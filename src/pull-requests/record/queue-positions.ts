import { describePlace, positionIn } from "./rules/queue-place.ts";
import { type PullRequestStore, type StoredPullRequest, toQueueEntry } from "./store.ts";

/**
 * Records with the place in the queue that they have by now. Each looks for its own at GitHub from time to time, the more
 * rarely the more wait before it; who of those is gone meanwhile is known here.
 *
 * @param records a page of them: each repository whose records wait is looked up once
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
      problem: isWait ? describePlace(place, repository) : problem,
    };
  });
}
