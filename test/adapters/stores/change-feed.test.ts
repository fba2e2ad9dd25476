import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { ChangeFeed } from "../../../src/mongo/change-feed.ts";
import { Database } from "../../../src/mongo/database.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

let stores: Stores;
let database: Database;
let feed: ChangeFeed;
const errors: unknown[] = [];
/** Collections that each get one insert. */
const MARKS = ["mark-1", "mark-2", "mark-3", "mark-4"];
const marks = [...MARKS];
/** The listeners that were called, in order. */
const calls: string[] = [];

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  feed = new ChangeFeed({
    database,
    onError: (error) => errors.push(error),
    prepare: async () => {},
    backOffScale: 1,
  });
  feed.on("letters", () => calls.push("reader"));
  feed.on("letters", () => calls.push("archive"), { orChanged: ["answers"] });
  feed.on("parcels", () => calls.push("porter"));
  for (const mark of MARKS) feed.on(mark, () => calls.push(mark));
  feed.open();
  await eventually("the feed open", () => calls.length > 0);
});

afterAll(async () => {
  await feed.close();
  await database.close();
  await stores[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

/** The listeners that are called for a change. The feed is in order, so all are called before a later mark. */
async function calledFor(change: () => Promise<unknown>): Promise<string[]> {
  const mark = marks.pop() ?? "";
  calls.length = 0;
  await change();
  await database.native.collection(mark).insertOne({});
  await eventually("the mark", () => calls.includes(mark));
  return calls.filter((who) => who !== mark);
}

test("a feed that opens calls every listener, since what came before was not heard", () => {
  expect(new Set(calls)).toEqual(new Set(["reader", "archive", "porter", ...MARKS]));
});

test("each listener of a collection is called for an insert into it, and for no other", async () => {
  const letters = database.native.collection("letters");
  expect(await calledFor(() => letters.insertOne({ answers: 0 }))).toEqual(["reader", "archive"]);
  expect(await calledFor(() => database.native.collection("parcels").insertOne({}))).toEqual(["porter"]);
});

test("a listener is called for a change only if the change is in a field that it asked for", async () => {
  const letters = database.native.collection("letters");
  expect(await calledFor(() => letters.updateOne({}, { $set: { answers: 1 } }))).toContain("archive");
  expect(await calledFor(() => letters.updateOne({}, { $set: { stamp: 1 } }))).toEqual([]);
});
