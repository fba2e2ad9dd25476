import { beforeEach, expect, test } from "../../support/testing.ts";
import { type Model, Schema } from "mongoose";
import { StatusCounts } from "../../../src/mongo/count-by-status.ts";
import { useDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";

interface Letter {
  status: "sent" | "read" | "lost";
  by?: string | null;
}
const MANY = 1_500;
const schema = new Schema<Letter>({ status: String, by: String });
schema.index({ status: 1, by: 1 });

let letters: Model<Letter>;
const own = useDatabase(({ database }) => {
  letters = database.connection.model<Letter>("Letter", schema, "letters");
});

async function add(status: Letter["status"], count: number, more: object = {}): Promise<void> {
  const added = Array.from({ length: count }, () => ({ status, ...more }));
  await letters.collection.insertMany(added);
}

beforeEach(async () => {
  await own.database.connection.collection("letters").deleteMany({});
});

test("few documents of a status are counted each time; a status without documents is left out", async () => {
  const counts = new StatusCounts(letters, ["sent", "read", "lost"]);
  await add("sent", 3);
  await add("read", 1);
  expect(Object.fromEntries(await counts.read())).toEqual({ sent: 3, read: 1 });
  await add("read", 1);
  expect(Object.fromEntries(await counts.read())).toEqual({ sent: 3, read: 2 });
});

test("many are counted as a whole: at once for the first answer, and then in the background", async () => {
  const counts = new StatusCounts(letters, ["sent", "read", "lost"]);
  await add("sent", MANY);
  await add("lost", 1);
  expect(Object.fromEntries(await counts.read())).toEqual({ sent: MANY, lost: 1 });
  await add("sent", MANY);
  await eventually("the new number", async () => (await counts.read()).get("sent") === 2 * MANY);
  await letters.deleteMany({ status: "sent" });
  expect(Object.fromEntries(await counts.read())).toEqual({ lost: 1 });
});

test("the values of a second field are counted for each status, also of many documents", async () => {
  const counts = new StatusCounts(letters, ["sent", "read"], { within: "by" });
  await add("sent", 2, { by: "ship" });
  await add("sent", 1, { by: "air" });
  await add("sent", 1, { by: null });
  await add("sent", 1);
  await add("read", MANY, { by: "air" });
  const parts = [...(await counts.readParts())].map(([status, by]) => [status, Object.fromEntries(by)]);
  expect(Object.fromEntries(parts)).toEqual({ sent: { ship: 2, air: 1, null: 2 }, read: { air: MANY } });
  expect(Object.fromEntries(await counts.read())).toEqual({ sent: 5, read: MANY });
});
