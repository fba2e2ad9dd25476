import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { Deadline } from "../../../src/mongo/deadline.ts";
import { PartStore } from "../../../src/deliveries/part-store.ts";
import { DeliveryStore, type StoredDelivery, WRITTEN_WITHIN_MS } from "../../../src/deliveries/store.ts";
import { newSharedWork } from "../../../src/mongo/queue/shared-work.ts";
import { Database } from "../../../src/mongo/database.ts";
import { toMongoFailure } from "../../../src/mongo/failure.ts";
import { type CutOff, cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const AT = new Date("2126-01-05T09:00:00Z");
const NOT_IN_TIME = { code: "mongodb_unavailable", message: expect.stringContaining("in time") };

let stores: Stores;
let mongo: CutOff;
let database: Database;

beforeEach(async () => {
  stores = await freshStores();
  mongo = await cutOffFrom(stores.mongodbUri);
  database = await Database.connect(mongo.mongodbUri);
});

afterEach(async () => {
  mongo.heal();
  await database.close();
  await mongo[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

function delivery(id: string): StoredDelivery {
  return {
    _id: id,
    event: "ping",
    action: null,
    repository: null,
    installationId: null,
    about: id,
    receivedAt: AT,
    arrival: 0,
    size: 2,
    payload: Buffer.from("{}"),
    payloadParts: null,
    status: "pending",
    outcome: null,
    because: null,
    problem: null,
    turn: null,
    replays: 0,
    work: newSharedWork(AT, { share: "octo", urgent: true }),
  };
}

const when = () => ({ now: AT, deadline: new Deadline(WRITTEN_WITHIN_MS) });

async function* bytes(): AsyncGenerator<Buffer> {
  yield Buffer.from("{}");
}

test("an insert that MongoDB does not answer fails after the time that a write may take", async () => {
  const store = new DeliveryStore(database);
  expect(await store.insertNew([delivery("before")], when())).toEqual(["inserted"]);
  mongo.hang();
  await expect(store.insertNew([delivery("before"), delivery("hanging")], when())).rejects.toMatchObject(
    NOT_IN_TIME,
  );
});

test("so do writing and removing the parts of a large delivery", async () => {
  const partStore = new PartStore(database);
  await partStore.write("before", bytes(), AT);
  mongo.hang();
  await expect(partStore.write("hanging", bytes(), AT)).rejects.toMatchObject(NOT_IN_TIME);
  await expect(partStore.remove("before")).rejects.toMatchObject(NOT_IN_TIME);
});

test("a bulk insert that ends with its connection means that MongoDB is away", async () => {
  const inserts = database.native.collection("inserts");
  await inserts.insertMany([{ at: AT }], { ordered: false });
  mongo.refuse();
  const insert = inserts.insertMany([{ at: AT }], { ordered: false, timeoutMS: 200 });
  const error = await insert.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "MongoBulkWriteError" });
  expect(toMongoFailure(error)).toMatchObject({ code: "mongodb_unavailable" });
});
