import { MongoClient } from "mongodb";
import { ask } from "../../support/bot/api.ts";
import type { Processes } from "./processes.ts";
import type { Scene } from "./scene.ts";
import type { Holders } from "./watch.ts";

/** After so many crashes of its holders the bot quarantines a document. */
const CRASHES_MAX = 3;
const QUEUES = {
  signals: { status: "dead" },
  deliveries: { status: "dead" },
  pull_requests: { "problem.code": "pull_request_crashed" },
} as const;
const AGAIN = { deliveries: "replay", pull_requests: "retry" } as const;

/** What the bot quarantined because it seemed to crash its processes. */
interface Quarantined {
  readonly collection: keyof typeof QUEUES;
  readonly id: string;
  /** The processes that have held it, oldest first. */
  readonly heldBy: readonly string[];
}

export async function findQuarantined({ stage }: Scene, holders: Holders): Promise<readonly Quarantined[]> {
  await using client = await MongoClient.connect(stage.surroundings.mongodbUri);
  const found = await Promise.all(
    (Object.keys(QUEUES) as (keyof typeof QUEUES)[]).map(async (collection) => {
      const documents = await client.db().collection(collection).find(QUEUES[collection]).toArray();
      return documents.map(({ _id }) => ({
        collection,
        id: String(_id),
        heldBy: holders.of(collection, _id),
      }));
    }),
  );
  return found.flat();
}

/** Those of which too few processes were killed, or stopped for so long that they looked dead. */
export function wrongly(found: readonly Quarantined[], processes: Pick<Processes, "wasMissed">): string[] {
  return found
    .filter(({ heldBy }) => heldBy.filter((owner) => processes.wasMissed(owner)).length < CRASHES_MAX)
    .map(({ collection, id, heldBy }) => `${collection} ${id}, held by ${heldBy.join(", ")}`);
}

/** Asks for them again, as an operator does who knows that not they crashed the processes. */
export async function askAgain(found: readonly Quarantined[], url: string): Promise<void> {
  for (const { collection, id } of found) {
    if (collection === "signals")
      throw new Error(`Signal ${id} was quarantined, and nobody can ask for it again`);
    const path = `/api/v1/${collection.replace("_", "-")}/${id}/${AGAIN[collection]}`;
    const answer = await ask(url, path, { method: "POST", body: "{}" });
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  }
}
