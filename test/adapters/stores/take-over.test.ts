import { beforeEach, expect, test } from "@jest/globals";
import { type Claim, LeasedWork } from "../../../src/mongo/leased-work.ts";
import { TakeOver } from "../../../src/mongo/take-over.ts";
import { type Errand, useErrands } from "./errands.ts";

const LEASE_MS = 10_000;
const CALM_MS = 3 * LEASE_MS;

const errands = useErrands();
let now: Date;

beforeEach(() => {
  now = new Date("2026-01-05T09:00:00Z");
});

function pass(ms: number): void {
  now = new Date(now.getTime() + ms);
}

/** A process: what it runs, and what it sets aside, it only notes, as though it died of it. */
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
    /** What one look finds, by its name; `null` where it finds nothing. */
    takeOverOne: async () => {
      const before = { ran: ran.length, quarantine: quarantine.length };
      if (!(await dropped.one(hands))) return null;
      const [run] = ran.slice(before.ran);
      const [aside] = quarantine.slice(before.quarantine);
      return run ? `ran ${run.document.name}` : `set aside ${aside?.document.name}`;
    },
    /** Gives back what it ran last. */
    giveBack: async () => {
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

test("what three processes in a row died of is set aside by the fourth, which does not run it", async () => {
  await errands.add("poison", now);
  const [second, third] = [life("second"), life("third")];
  await life("first").work.claim();
  pass(LEASE_MS);
  expect(await second.takeOverOne()).toBe("ran poison");
  pass(CALM_MS);
  expect(await third.takeOverOne()).toBe("ran poison");
  pass(LEASE_MS);
  expect(await life("fourth").takeOverOne()).toBe("set aside poison");
  expect(await crashesOf("poison")).toBe(3);
});

test("the last try is left to a process that has lived for a while; what is under less suspicion does not wait", async () => {
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
  await young.giveBack();
  pass(CALM_MS - 1);
  expect(await young.takeOverOne()).toBeNull();
  pass(1);
  expect(await young.takeOverOne()).toBe("ran suspect");
});

test("whoever gives it back has lived: only deaths in a row count", async () => {
  await errands.add("unlucky", now);
  await life("first").work.claim();
  pass(LEASE_MS);
  const second = life("second");
  await second.takeOverOne();
  expect(await crashesOf("unlucky")).toBe(1);
  await second.giveBack();
  expect(await crashesOf("unlucky")).toBe(0);
});

test("what one process was too slow for has killed nobody", async () => {
  await errands.add("slow", now);
  const only = life("only");
  await only.work.claim();
  pass(LEASE_MS);
  expect(await only.takeOverOne()).toBe("ran slow");
  expect(await crashesOf("slow")).toBe(0);
});

test("a process that ends by order with something in hand has not died of it", async () => {
  await errands.add("in-hand", now);
  await errands.add("another", now);
  const stopped = life("stopped");
  await stopped.work.claim();
  await life("at-work").work.claim();
  await stopped.work.recordCleanStop();
  pass(LEASE_MS);
  const next = life("next");
  expect(await next.takeOverOne()).toBe("ran in-hand");
  expect(await next.takeOverOne()).toBe("ran another");
  expect([await crashesOf("in-hand"), await crashesOf("another")]).toEqual([0, 1]);
});
