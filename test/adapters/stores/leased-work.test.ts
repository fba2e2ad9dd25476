import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import { type Claim, isLeaseLost, LeasedWork } from "../../../src/mongo/leased-work.ts";
import { TakeOver } from "../../../src/mongo/take-over.ts";
import { Loop } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";
import { type Errand, useErrands } from "./errands.ts";

const LEASE_MS = 10_000;
const CALM_MS = 3 * LEASE_MS;
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

test("the item that is due longest is claimed first, by one of many at once; resting items are left alone", async () => {
  await errands.add("second", after(-1));
  await errands.add("first", after(-2));
  await errands.add("later", after(1));
  await errands.add("resting", null);
  expect((await claimed(worker("a"))).document.name).toBe("first");
  const claims = await Promise.all(["b", "c", "d"].map((owner) => worker(owner).claim()));
  expect(claims.filter((claim) => claim !== null).map(({ document }) => document.name)).toEqual(["second"]);
});

test("after a lease expires another process takes over, and a write of the first holder is refused", async () => {
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

test("an expired lease is not held, even if nobody has taken over the work", async () => {
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

test("a late renewal does not lease a released item again", async () => {
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

test("a release in a failed transaction has no effect", async () => {
  await errands.add("undone", START);
  const { lease } = await claimed(worker("a"));
  const failed = errands.database.transaction(async (transaction) => {
    await worker("a").release(lease, { dueAt: null, attempts: 0 }, transaction);
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  expect(await errands.model.findOne().lean()).toMatchObject({ work: { owner: "a" } });
});

describe("work of crashed processes", () => {
  function pass(ms: number): void {
    now = new Date(now.getTime() + ms);
  }

  /** A process that only notes what it runs and what it quarantines, as if it crashed each time. */
  function life(owner: string) {
    const options = { owner, leaseMs: LEASE_MS, now: () => now };
    const work = new LeasedWork<Errand>(errands.model, options);
    const dropped = new TakeOver(work, options);
    const ran: Claim<Errand>[] = [];
    const quarantine: Claim<Errand>[] = [];
    const hands = {
      run: async (claim: Claim<Errand>) => void ran.push(claim),
      quarantine: async (claim: Claim<Errand>) => void quarantine.push(claim),
    };
    return {
      work,
      /** What became of the one item that it takes over, with its name; `null` if there is none. */
      takeOverOne: async () => {
        const before = { ran: ran.length, quarantine: quarantine.length };
        if (!(await dropped.one(hands))) return null;
        const [run] = ran.slice(before.ran);
        const [quarantined] = quarantine.slice(before.quarantine);
        return run ? `ran ${run.document.name}` : `quarantined ${quarantined?.document.name}`;
      },
      /** Releases what it ran last. */
      release: async () => {
        const claim = ran.at(-1);
        if (!claim) throw new Error("Nothing was taken over");
        await work.release(claim.lease, { dueAt: null, attempts: 0 });
      },
    };
  }

  async function crashesOf(name: string): Promise<number | undefined> {
    const found = await errands.model.collection.findOne({ name });
    return found?.["work"].crashes;
  }

  test("an item that crashed three processes in a row is quarantined by the fourth, which does not run it", async () => {
    await errands.add("poison", now);
    const [second, third] = [life("second"), life("third")];
    await life("first").work.claim();
    pass(LEASE_MS);
    expect(await second.takeOverOne()).toBe("ran poison");
    pass(CALM_MS);
    expect(await third.takeOverOne()).toBe("ran poison");
    pass(LEASE_MS);
    expect(await life("fourth").takeOverOne()).toBe("quarantined poison");
    expect(await crashesOf("poison")).toBe(3);
  });

  test("the last try waits for a process that has run for a while; items with fewer crashes do not wait", async () => {
    await errands.add("suspect", now);
    await life("first").work.claim();
    pass(LEASE_MS);
    await life("second").takeOverOne();
    pass(LEASE_MS);
    await errands.add("bystander", now);
    await life("another").work.claim();
    pass(LEASE_MS);
    const young = life("third");
    expect(await young.takeOverOne()).toBe("ran bystander");
    await young.release();
    pass(CALM_MS - 1);
    expect(await young.takeOverOne()).toBeNull();
    pass(1);
    expect(await young.takeOverOne()).toBe("ran suspect");
  });

  test("only crashes in a row count: a process that releases the item survived it", async () => {
    await errands.add("unlucky", now);
    await life("first").work.claim();
    pass(LEASE_MS);
    const second = life("second");
    await second.takeOverOne();
    expect(await crashesOf("unlucky")).toBe(1);
    await second.release();
    expect(await crashesOf("unlucky")).toBe(0);
  });

  test("an item that one process was too slow for has no crashes", async () => {
    await errands.add("slow", now);
    const only = life("only");
    await only.work.claim();
    pass(LEASE_MS);
    expect(await only.takeOverOne()).toBe("ran slow");
    expect(await crashesOf("slow")).toBe(0);
  });

  test("a process that is stopped while it works on an item has not crashed because of it", async () => {
    await errands.add("held", now);
    await errands.add("another", now);
    const stopped = life("stopped");
    await stopped.work.claim();
    await life("at-work").work.claim();
    await stopped.work.recordCleanStop();
    pass(LEASE_MS);
    const next = life("next");
    expect(await next.takeOverOne()).toBe("ran held");
    expect(await next.takeOverOne()).toBe("ran another");
    expect([await crashesOf("held"), await crashesOf("another")]).toEqual([0, 1]);
  });
});

describe("when the next item is to be taken up", () => {
  test("is the earliest due time of free items or end of a lease, and nothing for resting items", async () => {
    expect(await worker("a").nextDueAt()).toBeNull();
    await errands.add("resting", null);
    expect(await worker("a").nextDueAt()).toBeNull();
    await errands.add("later", after(2 * LEASE_MS));
    expect(await worker("a").nextDueAt()).toEqual(after(2 * LEASE_MS));
    await errands.add("now", START);
    expect(await worker("a").nextDueAt()).toEqual(START);
    await claimed(worker("a"));
    expect(await worker("b").nextDueAt()).toEqual(after(LEASE_MS));
    await errands.add("sooner", after(1));
    expect(await worker("b").nextDueAt()).toEqual(after(1));
    expect(await worker("b").nextDueAt({ only: { name: "later" } })).toEqual(after(2 * LEASE_MS));
  });

  test("wakes a loop in time for a due item and for the end of a dead process's lease", async () => {
    const leaseMs = 200;
    const inReal = (owner: string) =>
      new LeasedWork<Errand>(errands.model, { owner, leaseMs, now: () => new Date() });
    const living = inReal("living");
    const taken: string[] = [];
    const take = async (claim: Claim<Errand> | null) => {
      if (!claim) return false;
      taken.push(claim.document.name);
      await living.release(claim.lease, { dueAt: null, attempts: 0 });
      return true;
    };
    await errands.add("dropped", new Date());
    await claimed(inReal("dead"));
    await errands.add("later", new Date(Date.now() + 2 * leaseMs));
    const loop = new Loop({
      runOnce: async () => take(await living.claim()),
      runAlone: async () => take(await living.takeOver()),
      nextDueAt: () => living.nextDueAt(),
      // Without the alarm neither would be seen before the test times out.
      idleMs: 600_000,
      errorMs: 600_000,
      onError: (error) => taken.push(String(error)),
    });
    loop.start();
    await eventually("both taken", () => taken.length === 2);
    await loop.stop();
    expect(taken.toSorted()).toEqual(["dropped", "later"]);
  });
});
