import { beforeEach, expect, test } from "@jest/globals";
import { isLeaseLost, LeasedWork } from "../../../src/mongo/leased-work.ts";
import { type Errand, useErrands } from "./errands.ts";

const LEASE_MS = 10_000;
const START = new Date("2026-01-05T09:00:00Z");

const errands = useErrands();
let now: Date;

beforeEach(() => {
  now = START;
});

function worker(owner: string): LeasedWork<Errand> {
  return new LeasedWork<Errand>(errands.model, { owner, leaseMs: LEASE_MS, now: () => now });
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
  await errands.add("second", after(-1));
  await errands.add("first", after(-2));
  await errands.add("later", after(1));
  await errands.add("resting", null);
  expect((await claimed(worker("a"))).document.name).toBe("first");
  const claims = await Promise.all(["b", "c", "d"].map((owner) => worker(owner).claim()));
  expect(claims.filter((claim) => claim !== null).map(({ document }) => document.name)).toEqual(["second"]);
});

test("a lease that ran out is somebody else's, and what its first holder writes is refused", async () => {
  await errands.add("dropped", START);
  const first = await claimed(worker("a"));
  now = after(LEASE_MS - 1);
  expect(await worker("b").takeOver()).toBeNull();
  now = after(LEASE_MS);
  expect(await worker("b").claim()).toBeNull();
  expect(await worker("b").takeOver()).toMatchObject({ lease: { attempts: 2, crashes: 1 } });
  const refused = await worker("a")
    .write(first.lease, { $set: { name: "stolen" } })
    .catch((error: unknown) => error);
  expect(isLeaseLost(refused)).toBe(true);
  expect((await errands.model.findOne().lean())?.name).toBe("dropped");
});

test("a write prolongs the lease", async () => {
  await errands.add("long", START);
  const { lease } = await claimed(worker("a"));
  now = after(LEASE_MS - 1);
  await worker("a").write(lease, { $set: { name: "longer" } });
  now = after(LEASE_MS + 1);
  expect(await worker("b").takeOver()).toBeNull();
});

test("a lease that ran out by the clock is not held, though nobody has taken the work over yet", async () => {
  await errands.add("slept", START);
  const own = worker("a");
  const { lease } = await claimed(own);
  now = after(LEASE_MS - 1);
  expect(() => own.requireHeld(lease)).not.toThrow();
  await own.write(lease, {});
  now = after(2 * LEASE_MS - 2);
  expect(() => own.requireHeld(lease)).not.toThrow();
  now = after(2 * LEASE_MS - 1);
  expect(() => own.requireHeld(lease)).toThrow("its lease expired");
});

test("what was given back is not leased again by a renewal that comes late", async () => {
  await errands.add("done", START);
  const { lease } = await claimed(worker("a"));
  await worker("a").release(lease, { dueAt: null, attempts: 0 });
  const late = await worker("a")
    .write(lease, {})
    .catch((error: unknown) => error);
  expect(isLeaseLost(late)).toBe(true);
  expect(await errands.model.findOne().lean()).toMatchObject({
    work: { dueAt: null, owner: null, attempts: 0, crashes: 0 },
  });
});

test("a release within a transaction that fails does not happen", async () => {
  await errands.add("undone", START);
  const { lease } = await claimed(worker("a"));
  const failed = errands.database.transaction(async (transaction) => {
    await worker("a").release(lease, { dueAt: null, attempts: 0 }, transaction);
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  expect(await errands.model.findOne().lean()).toMatchObject({ work: { owner: "a" } });
});
