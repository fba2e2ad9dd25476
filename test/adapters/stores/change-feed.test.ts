import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ChangeFeed } from "../../../src/mongo/change-feed.ts";
import { Database } from "../../../src/mongo/database.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

let stores: Stores;
let database: Database;
let feed: ChangeFeed;
const errors: unknown[] = [];
/** Collections of which each is inserted into once. */
const MARKS = ["mark-1", "mark-2", "mark-3", "mark-4"];
const marks = [...MARKS];
/** Who was called, in order. */
const calls: string[] = [];

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  feed = new ChangeFeed(database, (error) => errors.push(error));
  feed.on("letters", () => calls.push("reader"));
  feed.on("letters", () => calls.push("archive"), { orChanged: ["answers"] });
  feed.on("parcels", () => calls.push("porter"));
  feed.on("warm-up", () => calls.push("warm-up"));
  for (const mark of MARKS) feed.on(mark, () => calls.push(mark));
  feed.open();
  await eventually("the feed open", async () => {
    await database.native.collection("warm-up").insertOne({});
    return calls.length > 0;
  });
});

afterAll(async () => {
  await feed.close();
  await database.close();
  await stores[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

/** Who is called for a change: the feed is in order, so all of them are called before a mark that comes later. */
async function calledFor(change: () => Promise<unknown>): Promise<string[]> {
  const mark = marks.pop() ?? "";
  calls.length = 0;
  await change();
  await database.native.collection(mark).insertOne({});
  await eventually("the mark", () => calls.includes(mark));
  return calls.filter((who) => who !== mark && who !== "warm-up");
}

test("each listener of a collection hears of an insert into it, and of no other", async () => {
  const letters = database.native.collection("letters");
  expect(await calledFor(() => letters.insertOne({ answers: 0 }))).toEqual(["reader", "archive"]);
  expect(await calledFor(() => database.native.collection("parcels").insertOne({}))).toEqual(["porter"]);
});

test("a change counts if it is of a field that a listener asked for", async () => {
  const letters = database.native.collection("letters");
  expect(await calledFor(() => letters.updateOne({}, { $set: { answers: 1 } }))).toContain("archive");
  expect(await calledFor(() => letters.updateOne({}, { $set: { stamp: 1 } }))).toEqual([]);
});
