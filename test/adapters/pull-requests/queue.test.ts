import { expect, test } from "@jest/globals";
import { Database } from "../../../src/mongo/database.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { completion } from "../../support/signals.ts";
import { freshStores } from "../../support/servers/stores.ts";

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;

function record(index: number, status: string, more: Record<string, unknown> = {}) {
  const at = new Date(START + index * MINUTE_MS);
  const name = { project: `p-${index}`, repository: index % 2 ? "octo/hello" : "Octo/Hello", branch: "b" };
  return {
    ...name,
    key: JSON.stringify(name),
    status,
    completion: completion(name.project, { requestedBy: "tom" }).data,
    completedAt: at,
    completionKey: "key",
    receivedAt: at,
    round: 1,
    pullRequest: null,
    steps: [],
    createdAt: at,
    updatedAt: at,
    ...more,
  };
}

test("the queue of a repository holds who waits and the latest that are open, however many there were", async () => {
  await using stores = await freshStores();
  const database = await Database.connect(stores.mongodbUri);
  const store = new PullRequestStore(database);
  await store.model.collection.insertMany([
    ...Array.from({ length: 2_500 }, (_, index) =>
      record(index, "open", { pullRequest: { number: index + 1 } }),
    ),
    record(2_500, "queued", { work: { owner: null }, problem: { code: "on_hold" } }),
    record(2_501, "queued", { work: { owner: "somebody" }, problem: { code: "on_hold" } }),
    record(2_502, "blocked", { work: { owner: null } }),
  ] as never[]);
  const queue = await store.queueIn("octo/hello", { except: null });
  await database.close();
  expect(queue.filter(({ number }) => number === null).map(({ held }) => held)).toEqual([true, false]);
  expect(queue.map(({ number }) => number)).toContain(2_500);
  expect(queue.map(({ number }) => number)).not.toContain(1);
  expect(queue[0]?.requestedBy).toBe("tom");
});
