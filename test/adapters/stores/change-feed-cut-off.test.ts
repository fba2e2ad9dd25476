import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { Schema } from "mongoose";
import { ChangeFeed } from "../../../src/mongo/change-feed.ts";
import { Database } from "../../../src/mongo/database.ts";
import { migrate } from "../../../src/mongo/migrate.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";
import { eventually } from "../../support/eventually.ts";
import { type CutOff, cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const SILENT_MS_MAX = 300;

let stores: Stores;
let way: CutOff;
let database: Database;
let feed: ChangeFeed;
let nudges = 0;
/** Whether the feed was open, in the order of its reports. */
let states: boolean[] = [];
let reasons: string[] = [];
const onError = (error: unknown) => void reasons.push(String(error));

beforeEach(async () => {
  [nudges, states, reasons] = [0, [], []];
  stores = await freshStores();
  way = await cutOffFrom(stores.mongodbUri);
  database = await Database.connect(way.mongodbUri);
  const letters = new Schema({ to: String });
  letters.index({ to: 1 }, { unique: true });
  database.connection.model("Letter", letters, "letters");
  const prepare = () => migrate(database, [], { owner: "a", leaseMs: 1_000 });
  await prepare();
  feed = new ChangeFeed({ database, prepare, onError, backOffScale: QUICK_PACE.backOffScale });
  feed.on("letters", () => nudges++);
  feed.onState((isOpen) => states.push(isOpen));
  feed.open();
  await eventually("the feed open", () => nudges > 0);
});

afterEach(async () => {
  way.heal();
  await feed.close();
  await database.close();
  await way[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

/** Waits until the feed has been cut off and is open again, and shows that it hears what is added. */
async function hearsAgain(): Promise<void> {
  await eventually("the feed open again", () => states.length >= 3 && states.at(-1));
  expect(states.slice(0, 3)).toEqual([true, false, true]);
  const before = nudges;
  await database.native.collection("letters").insertOne({ to: "ines" });
  await eventually("a nudge", () => nudges > before);
}

async function indexesOfLetters(): Promise<string[]> {
  const indexes = await database.native.collection("letters").indexes();
  return indexes.flatMap(({ name }) => name ?? []);
}

test.each([
  { what: "the database was dropped", lose: () => database.native.dropDatabase() },
  { what: "a collection was dropped", lose: () => database.native.dropCollection("letters") },
  { what: "a collection was renamed", lose: () => database.native.renameCollection("letters", "old") },
])("after $what, what is missing is created, and the feed hears what is added", async ({ lose }) => {
  const before = nudges;
  await lose();
  await hearsAgain();
  // What was added meanwhile was not heard: the nudge at the start, and that of the new letter.
  expect(nudges).toBeGreaterThanOrEqual(before + 2);
  expect(await indexesOfLetters()).toContain("to_1");
  // MongoDB may say why, or only close the feed.
  expect(reasons[0]).toMatch(/dropped|renamed|closed the feed/);
});

test("if MongoDB no longer has the feed, another one is opened", async () => {
  const cursors = await eventually("the feed's cursor", async () => {
    const found = await feedCursors();
    return found.length > 0 && found;
  });
  await database.native.command({ killCursors: "$cmd.aggregate", cursors });
  // The driver opens it again by itself where it has left off, or the feed begins again: nothing is lost in either case.
  const before = nudges;
  await database.native.collection("letters").insertOne({ to: "ines" });
  await eventually("a nudge", () => nudges > before);
});

test("a feed on a connection that went silent is opened again", async () => {
  await feed.close();
  feed = new ChangeFeed({
    database,
    prepare: async () => {},
    onError,
    backOffScale: QUICK_PACE.backOffScale,
    silentMsMax: SILENT_MS_MAX,
  });
  [states, nudges] = [[], 0];
  feed.on("letters", () => nudges++);
  feed.onState((isOpen) => states.push(isOpen));
  feed.open();
  await eventually("the feed open", () => nudges > 0);
  way.forget();
  await eventually("the silence noticed", () => states.length > 1);
  expect(reasons[0]).toContain("silent");
  await eventually("the feed open again", () => states.at(-1));
});

/** The ids of the cursors that wait for changes of the database. */
async function feedCursors(): Promise<unknown[]> {
  const { databaseName: $db } = database.native;
  const found = await database.connection
    .getClient()
    .db("admin")
    .aggregate<{ command: { getMore: unknown } }>(
      [
        { $currentOp: { allUsers: true, localOps: true } },
        { $match: { "command.getMore": { $exists: true }, "command.$db": $db } },
      ],
      { readConcern: { level: "local" } },
    )
    .toArray();
  return found.map(({ command }) => command.getMore);
}
