import { beforeEach, expect, test } from "../../support/testing.ts";
import { type Model, Schema } from "mongoose";
import { StatusCounts } from "../../../src/mongo/count-by-status.ts";
import { useDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";

interface Letter {
  status: "sent" | "read" | "lost";
}
const MANY = 1_500;
const schema = new Schema<Letter>({ status: String });
schema.index({ status: 1 });

let letters: Model<Letter>;
const own = useDatabase(({ database }) => {
  letters = database.connection.model<Letter>("Letter", schema, "letters");
});

async function add(status: Letter["status"], count: number): Promise<void> {
  await letters.collection.insertMany(Array.from({ length: count }, () => ({ status })) as never[]);
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
