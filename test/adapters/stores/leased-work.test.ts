import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import { isLeaseLost } from "../../../src/mongo/queue/lease-lost.ts";
import { LeasedWork } from "../../../src/mongo/queue/leased-work.ts";
import { eventually } from "../../support/eventually.ts";
import { simulatedWorker } from "../../support/worker.ts";
import { type Errand, useErrands } from "./errands.ts";

const LEASE_MS = 10_000;
const WAIT_MS_MAX = 24 * 3_600_000;
const START = new Date("2026-01-05T09:00:00Z");
const REST = { dueAt: null, attempts: 0 };

const errands = useErrands();
let now: Date;

beforeEach(() => {
  now = START;
});

function leasesOf(owner: string): LeasedWork<Errand> {
  const worker = simulatedWorker(errands.database, { owner, leaseMs: LEASE_MS, now: () => now });
  return new LeasedWork<Errand>(errands.model, { worker, waitMsMax: WAIT_MS_MAX });
}

function after(ms: number): Date {
  return new Date(START.getTime() + ms);
}

async function claimed(from: LeasedWork<Errand>) {
  const claim = await from.claim();
  if (!claim) throw new Error("There was nothing to claim");
  return claim;
}

test("the item that is due longest is claimed first, by one of many at once; resting items are left alone", async () => {
  await errands.add("second", after(-1));
  await errands.add("first", after(-2));
  await errands.add("later", after(1));
  await errands.add("resting", null);
  expect((await claimed(leasesOf("a"))).document.name).toBe("first");
  const claims = await Promise.all(["b", "c", "d"].map((owner) => leasesOf(owner).claim()));
  expect(claims.filter((claim) => claim !== null).map(({ document }) => document.name)).toEqual(["second"]);
});

test("after a heartbeat ends another process takes over, and a write of the first holder is refused", async () => {
  await errands.add("dropped", START);
  const first = leasesOf("a");
  const { lease } = await claimed(first);
  now = after(LEASE_MS - 1);
  expect(await leasesOf("b").takeOver()).toBeNull();
  now = after(LEASE_MS);
  expect(await leasesOf("b").claim()).toBeNull();
  expect(await leasesOf("b").takeOver()).toMatchObject({ lease: { attempts: 2, crashed: ["a"] } });
  const refused = await first.write(lease, { $set: { name: "stolen" } }).catch((error: unknown) => error);
  expect(isLeaseLost(refused)).toBe(true);
  expect((await errands.model.findOne().lean())?.name).toBe("dropped");
});

test("a process that takes something more shows that it still has the rest", async () => {
  await errands.add("long", START);
  await errands.add("another", after(LEASE_MS - 1));
  const own = leasesOf("a");
  const { lease } = await claimed(own);
  now = after(LEASE_MS - 1);
  await claimed(own);
  now = after(LEASE_MS + 1);
  expect(await leasesOf("b").takeOver()).toBeNull();
  expect(() => own.requireHeld(lease)).not.toThrow();
});

test("what a process held while the others could not see it is no longer held, even once they see it again", async () => {
  await errands.add("slept", START);
  await errands.add("next", after(LEASE_MS));
  const own = leasesOf("a");
  const { lease } = await claimed(own);
  now = after(LEASE_MS - 1);
  expect(() => own.requireHeld(lease)).not.toThrow();
  now = after(LEASE_MS);
  expect(() => own.requireHeld(lease)).toThrow("not seen for too long");
  const next = await claimed(own);
  expect(() => own.requireHeld(next.lease)).not.toThrow();
  expect(() => own.requireHeld(lease)).toThrow("not seen for too long");
});

test("an item that was given back can't be written with the old lease", async () => {
  await errands.add("done", START);
  const own = leasesOf("a");
  const { lease } = await claimed(own);
  await own.release(lease, REST);
  const late = await own.write(lease, {}).catch((error: unknown) => error);
  expect(isLeaseLost(late)).toBe(true);
  expect(await errands.model.findOne().lean()).toMatchObject({
    work: { dueAt: null, owner: null, attempts: 0, crashed: [] },
  });
});

test("a release in a failed transaction has no effect", async () => {
  await errands.add("undone", START);
  const own = leasesOf("a");
  const { lease } = await claimed(own);
  const failed = errands.database.transaction(async (transaction) => {
    await own.release(lease, REST, transaction);
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  expect(await errands.model.findOne().lean()).toMatchObject({ work: { owner: "a" } });
});

test("an item that was due further ahead than anything waits was put off by a wrong clock, and is due", async () => {
  await errands.add("waits", after(WAIT_MS_MAX));
  await errands.add("of a wrong clock", after(365 * 24 * 3_600_000));
  const own = leasesOf("a");
  expect((await own.nextDueAt())?.getTime()).toBeLessThanOrEqual(START.getTime());
  expect((await claimed(own)).document.name).toBe("of a wrong clock");
  expect(await own.claim()).toBeNull();
  expect(await own.nextDueAt()).toEqual(after(WAIT_MS_MAX));
});

describe("while another transaction is writing to the items that are due longest", () => {
  const BLOCKED = 40;

  /** Writes to each of these items, and waits with its end until disposed of. */
  async function writingTo(pattern: RegExp): Promise<AsyncDisposable> {
    const session = await errands.database.connection.startSession();
    session.startTransaction();
    await errands.model.updateMany({ name: pattern }, { $inc: { "work.attempts": 1 } }, { session });
    return { [Symbol.asyncDispose]: () => session.endSession() };
  }

  test("the next one is claimed, and the others once that transaction has ended", async () => {
    for (let index = 0; index < BLOCKED; index++) await errands.add(`blocked-${index}`, after(-2));
    await errands.add("free", after(-1));
    const own = leasesOf("a");
    {
      await using _writing = await writingTo(/^blocked/);
      expect((await claimed(own)).document.name).toBe("free");
      expect(await own.claim()).toBeNull();
    }
    const { document } = await eventually("a blocked one", () => own.claim());
    expect(document.name).toMatch(/^blocked/);
  });

  test("the next one is taken over", async () => {
    await errands.add("blocked", after(-2));
    await errands.add("free", after(-1));
    const dead = leasesOf("dead");
    await claimed(dead);
    await claimed(dead);
    now = after(LEASE_MS);
    const own = leasesOf("a");
    await using _writing = await writingTo(/^blocked/);
    expect((await own.takeOver())?.document.name).toBe("free");
    expect(await own.takeOver()).toBeNull();
  });
});

test("the next item can be taken at the earliest due time or end of a heartbeat; resting items have none", async () => {
  const own = leasesOf("a");
  expect(await own.nextDueAt()).toBeNull();
  await errands.add("resting", null);
  expect(await own.nextDueAt()).toBeNull();
  await errands.add("later", after(2 * LEASE_MS));
  expect(await own.nextDueAt()).toEqual(after(2 * LEASE_MS));
  await errands.add("now", START);
  expect(await own.nextDueAt()).toEqual(START);
  await claimed(own);
  expect(await own.nextDueAt()).toEqual(after(2 * LEASE_MS));
  expect(await leasesOf("b").nextDueAt()).toEqual(after(LEASE_MS));
  await errands.add("sooner", after(1));
  expect(await leasesOf("b").nextDueAt()).toEqual(after(1));
});
