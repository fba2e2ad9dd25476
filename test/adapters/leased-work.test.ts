import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Schema } from "mongoose";
import { Database } from "../../src/mongo/database.ts";
import { isLeaseLost, LeasedWork, type Work, WORK_SCHEMA } from "../../src/mongo/leased-work.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";

interface Errand {
  name: string;
  work: Work;
}

const LEASE_MS = 10_000;
const START = new Date("2026-01-05T09:00:00Z");

let stores: Stores;
let database: Database;
let now: Date;

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
});

afterAll(async () => {
  await database.close();
  await stores[Symbol.asyncDispose]();
});

beforeEach(async () => {
  now = START;
  await errands().deleteMany({});
});

function errands() {
  const schema = () =>
    new Schema<Errand>({ name: String, work: WORK_SCHEMA }, { id: false, versionKey: false });
  return database.connection.models["Errand"] ?? database.connection.model<Errand>("Errand", schema());
}

function worker(owner: string): LeasedWork<Errand> {
  return new LeasedWork<Errand>(errands() as never, { owner, leaseMs: LEASE_MS, now: () => now });
}

async function add(name: string, dueAt: Date | null): Promise<void> {
  await errands().create({ name, work: { dueAt, owner: null, epoch: 0, attempts: 0 } });
}

function after(ms: number): Date {
  return new Date(START.getTime() + ms);
}

async function claimed(from: LeasedWork<Errand>) {
  const claim = await from.claim();
  if (!claim) throw new Error("There was nothing to claim");
  return claim;
}

test("what is due longest is taken first, by one of many at once, and what rests is left alone", async () => {
  await add("second", after(-1));
  await add("first", after(-2));
  await add("later", after(1));
  await add("resting", null);
  expect((await claimed(worker("a"))).document.name).toBe("first");
  const claims = await Promise.all(["b", "c", "d"].map((owner) => worker(owner).claim()));
  expect(claims.filter((claim) => claim !== null).map(({ document }) => document.name)).toEqual(["second"]);
});

test("a lease that ran out is somebody else's, and what its first holder writes is refused", async () => {
  await add("dropped", START);
  const first = await claimed(worker("a"));
  now = after(LEASE_MS - 1);
  expect(await worker("b").claim()).toBeNull();
  now = after(LEASE_MS);
  const second = await claimed(worker("b"));
  expect(second.lease.attempts).toBe(2);
  const refused = await worker("a")
    .write(first.lease, { $set: { name: "stolen" } })
    .catch((error: unknown) => error);
  expect(isLeaseLost(refused)).toBe(true);
  expect((await errands().findOne().lean())?.name).toBe("dropped");
});

test("a write prolongs the lease", async () => {
  await add("long", START);
  const { lease } = await claimed(worker("a"));
  now = after(LEASE_MS - 1);
  await worker("a").write(lease, { $set: { name: "longer" } });
  now = after(LEASE_MS + 1);
  expect(await worker("b").claim()).toBeNull();
});

test("a lease that ran out by the clock is not held, though nobody has taken the work over yet", async () => {
  await add("slept", START);
  const own = worker("a");
  const { lease } = await claimed(own);
  now = after(LEASE_MS - 1);
  expect(() => own.requireHeld(lease)).not.toThrow();
  await own.write(lease, {});
  now = after(2 * LEASE_MS - 2);
  expect(() => own.requireHeld(lease)).not.toThrow();
  now = after(2 * LEASE_MS - 1);
  expect(() => own.requireHeld(lease)).toThrow("its lease had run out");
});

test("what was given back is not leased again by a renewal that comes late", async () => {
  await add("done", START);
  const { lease } = await claimed(worker("a"));
  await worker("a").release(lease, { dueAt: null, attempts: 0 });
  const late = await worker("a")
    .write(lease, {})
    .catch((error: unknown) => error);
  expect(isLeaseLost(late)).toBe(true);
  expect(await errands().findOne().lean()).toMatchObject({ work: { dueAt: null, owner: null, attempts: 0 } });
});

test("a release within a transaction that fails does not happen", async () => {
  await add("undone", START);
  const { lease } = await claimed(worker("a"));
  const failed = database.transaction(async (transaction) => {
    await worker("a").release(lease, { dueAt: null, attempts: 0 }, transaction);
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  expect(await errands().findOne().lean()).toMatchObject({ work: { owner: "a" } });
});
