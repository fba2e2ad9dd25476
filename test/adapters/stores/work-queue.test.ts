import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import { type Claim, LeasedWork } from "../../../src/mongo/queue/leased-work.ts";
import { type Hands, WorkQueue } from "../../../src/mongo/queue/work-queue.ts";
import { Loop } from "../../../src/work/loop.ts";
import { eventually } from "../../support/eventually.ts";
import { simulatedWorker, testWorker } from "../../support/worker.ts";
import { type Errand, useErrands } from "./errands.ts";

const LEASE_MS = 10_000;
const CALM_MS = 3 * LEASE_MS;
const HUNG_MS = 60 * LEASE_MS;
const WAIT_MS_MAX = 24 * 3_600_000;
const REST = { dueAt: null, attempts: 0 };

const errands = useErrands();
let now: Date;

beforeEach(() => {
  now = new Date("2026-01-05T09:00:00Z");
});

describe("work of processes that ended", () => {
  function pass(ms: number): void {
    now = new Date(now.getTime() + ms);
  }

  /** A process that only notes what it runs and what it quarantines, as if it crashed each time. */
  function life(owner: string) {
    const worker = simulatedWorker(errands.database, { owner, leaseMs: LEASE_MS, now: () => now });
    const leases = new LeasedWork<Errand>(errands.model, { worker, waitMsMax: WAIT_MS_MAX });
    const ran: Claim<Errand>[] = [];
    const said: string[] = [];
    let end = () => {};
    let goesOn = false;
    let hasEnded = false;
    const hands: Hands<Errand> = {
      about: () => ({}),
      attempt: (claim) => ({
        run: async () => {
          ran.push(claim);
          said.push(`ran ${claim.document.name}`);
          await new Promise<void>((resolve) => (end = resolve));
          if (goesOn) await leases.release(claim.lease, REST);
        },
        failed: async (error) => void said.push(String(error)),
      }),
      quarantine: async ({ document }) => void said.push(`quarantined ${document.name}`),
    };
    const queue = new WorkQueue<Errand>(leases, hands, worker);
    return {
      sayGoodbye: () => worker.sayGoodbye(),
      beat: () => worker.heartbeat.hold(),
      runOne: async () => {
        const seen = said.length;
        void queue.runOne().finally(() => (hasEnded = true));
        return eventually("a run", () => said[seen]);
      },
      /** What became of the one item that it takes over, with its name; `null` if there is none. */
      takeOverOne: async () => {
        const seen = said.length;
        const found = queue.takeOverOne().then(() => "none");
        const what = await Promise.race([found, eventually("a take-over", () => said[seen]).catch(String)]);
        return said[seen] ?? (what === "none" ? null : what);
      },
      /** Releases what it ran last. */
      release: async () => {
        const claim = ran.at(-1);
        if (!claim) throw new Error("Nothing was run");
        await leases.release(claim.lease, REST);
        end();
      },
      /** It gives back what it ran last, as a process does that was only paused. */
      goOn: () => {
        goesOn = true;
        end();
      },
      hasEnded: () => hasEnded,
      /** Its lane ends without giving the item back, as if MongoDB had been away. */
      drop: () => end(),
    };
  }

  async function crashedBy(name: string): Promise<readonly string[] | undefined> {
    const found = await errands.model.collection.findOne({ name });
    return found?.["work"].crashed;
  }

  test("an item that crashed three processes in a row is quarantined by the fourth, which does not run it", async () => {
    await errands.add("poison", now);
    const [second, third] = [life("second"), life("third")];
    await life("first").runOne();
    pass(LEASE_MS);
    expect(await second.takeOverOne()).toBe("ran poison");
    pass(CALM_MS);
    expect(await third.takeOverOne()).toBe("ran poison");
    pass(LEASE_MS);
    expect(await life("fourth").takeOverOne()).toBe("quarantined poison");
    expect(await crashedBy("poison")).toEqual(["first", "second", "third"]);
  });

  test("the last try waits for a process that has run for a while; items with fewer crashes do not wait", async () => {
    await errands.add("suspect", now);
    await life("first").runOne();
    pass(LEASE_MS);
    await life("second").takeOverOne();
    pass(LEASE_MS);
    await errands.add("bystander", now);
    await life("another").runOne();
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
    await life("first").runOne();
    pass(LEASE_MS);
    const second = life("second");
    await second.takeOverOne();
    expect(await crashedBy("unlucky")).toEqual(["first"]);
    await second.release();
    expect(await crashedBy("unlucky")).toEqual([]);
  });

  test("a process that was missed, but goes on, has not crashed", async () => {
    await errands.add("slow", now);
    const [paused, next] = [life("paused"), life("next")];
    await paused.runOne();
    pass(LEASE_MS);
    await life("dead").takeOverOne();
    pass(CALM_MS);
    expect(await next.takeOverOne()).toBe("ran slow");
    expect(await crashedBy("slow")).toEqual(["paused", "dead"]);
    paused.goOn();
    await eventually("a crash fewer", async () => (await crashedBy("slow"))?.join() === "dead");
  });

  test("a process that was missed, and shows itself before the third crash is counted, has not crashed", async () => {
    await errands.add("slow", now);
    const paused = life("paused");
    await paused.runOne();
    pass(LEASE_MS);
    const [second, third] = [life("second"), life("third")];
    await second.takeOverOne();
    pass(CALM_MS);
    await third.takeOverOne();
    pass(LEASE_MS);
    await paused.beat();
    expect(await life("fourth").takeOverOne()).toBe("ran slow");
    expect(await crashedBy("slow")).toEqual(["second", "third"]);
  });

  test("a process that is missed twice counts once", async () => {
    await errands.add("slow", now);
    const [often, other] = [life("often"), life("other")];
    await often.runOne();
    pass(LEASE_MS);
    await other.takeOverOne();
    await other.sayGoodbye();
    pass(LEASE_MS);
    expect(await life("often").takeOverOne()).toBe("ran slow");
    pass(LEASE_MS);
    expect(await life("next").takeOverOne()).toBe("ran slow");
    expect(await crashedBy("slow")).toEqual(["often"]);
  });

  test("a process that goes on after another has given the document back changes nothing", async () => {
    await errands.add("slow", now);
    const [paused, other] = [life("paused"), life("other")];
    await paused.runOne();
    pass(LEASE_MS);
    await other.takeOverOne();
    await other.release();
    paused.goOn();
    await eventually("the lane ended", () => paused.hasEnded());
    expect(await crashedBy("slow")).toEqual([]);
  });

  test("what a lane could not give back is taken over by its own process at once, and is no crash", async () => {
    await errands.add("kept", now);
    const own = life("own");
    await own.runOne();
    expect(await own.takeOverOne()).toBeNull();
    own.drop();
    await eventually("the lane ended", async () => (await own.takeOverOne()) === "ran kept");
    expect(await crashedBy("kept")).toEqual([]);
  });

  test("an item whose process is alive, but has shown no progress for ten minutes, is taken over; that is no crash", async () => {
    await errands.add("hung", now);
    const worker = simulatedWorker(errands.database, { owner: "hanging", leaseMs: LEASE_MS, now: () => now });
    const hanging = new LeasedWork<Errand>(errands.model, { worker, waitMsMax: WAIT_MS_MAX });
    await hanging.claim();
    pass(HUNG_MS - 1);
    await worker.heartbeat.hold();
    expect(await life("other").takeOverOne()).toBeNull();
    pass(1);
    expect(await life("other").takeOverOne()).toBe("ran hung");
    expect(await crashedBy("hung")).toEqual([]);
  });

  test("a process that said goodbye has not crashed because of what it held", async () => {
    await errands.add("held", now);
    await errands.add("another", now);
    const stopped = life("stopped");
    await stopped.runOne();
    await life("at-work").runOne();
    await stopped.sayGoodbye();
    expect(await life("too-soon").takeOverOne()).toBeNull();
    pass(LEASE_MS);
    const next = life("next");
    expect(await next.takeOverOne()).toBe("ran held");
    expect(await next.takeOverOne()).toBe("ran another");
    expect([await crashedBy("held"), await crashedBy("another")]).toEqual([[], ["at-work"]]);
  });
});

test("a loop is woken in time for a due item and for the end of a dead process's heartbeat", async () => {
  const leaseMs = 200;
  const inReal = (owner: string) => testWorker(errands.database, { owner, leaseMs });
  const leases = (worker: ReturnType<typeof inReal>) =>
    new LeasedWork<Errand>(errands.model, { worker, waitMsMax: WAIT_MS_MAX });
  const [living, dead] = [inReal("living"), inReal("dead")];
  const realNow = living.now().getTime();
  await errands.add("dropped", new Date(realNow));
  await leases(dead).claim();
  dead.die();
  await errands.add("later", new Date(realNow + 2 * leaseMs));
  const taken: string[] = [];
  const own = leases(living);
  const hands: Hands<Errand> = {
    about: () => ({}),
    attempt: ({ document, lease }) => ({
      run: async () => {
        taken.push(document.name);
        await own.release(lease, REST);
      },
      failed: async (error) => void taken.push(String(error)),
    }),
    quarantine: async () => void taken.push("quarantined"),
  };
  const queue = new WorkQueue<Errand>(own, hands, living);
  const loop = new Loop({
    runOnce: () => queue.runOne(),
    runAlone: () => queue.takeOverOne(),
    nextDueAt: () => queue.nextDueAt(),
    now: living.now,
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
