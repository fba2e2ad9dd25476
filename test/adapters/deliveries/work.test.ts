import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import type { DeliveryHandler, Handled } from "../../../src/deliveries/delivery.ts";
import type { DeliveryWork } from "../../../src/deliveries/delivery-work.ts";
import { eventually } from "../../support/eventually.ts";
import { type Inbox, LEASE_MS, openInbox, workAll } from "../../support/webhooks/inbox.ts";

let inbox: Inbox;

beforeEach(async () => {
  inbox = await openInbox();
});

afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
});

const applied: Handled = { outcome: "applied", because: "it was asked for" };

const collection = () => inbox.database.connection.collection("effects");

/** Stores, in the transaction, that a delivery took effect. */
const takeEffect: DeliveryHandler = async ({ id }, { transaction }) => {
  await collection().insertOne({ delivery: id }, { session: transaction });
  return applied;
};

async function effects(): Promise<string[]> {
  return (await collection().find().toArray()).map(({ delivery }) => String(delivery));
}

/** A handler that waits in the middle, as in a stopped process. */
function held() {
  const reached = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  const handle: DeliveryHandler = async (delivery, context) => {
    reached.resolve();
    await resumed.promise;
    return takeEffect(delivery, context);
  };
  return { handle, reached: reached.promise, resume: () => resumed.resolve() };
}

const crash: DeliveryHandler = () => new Promise(() => {});

describe("in order and in parallel", () => {
  test("deliveries about one pull request are handled in the order of their arrival, by any number of lanes", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await inbox.receive(1, `1-${name}`);
    for (const name of ["a", "b", "c", "d", "e"]) await inbox.receive(2, `2-${name}`);
    const seen: string[] = [];
    const handle: DeliveryHandler = async ({ id }) => {
      seen.push(id);
      return applied;
    };
    const works = [inbox.worker("p", handle), inbox.worker("q", handle)];
    await Promise.all([...works, ...works].map((work) => workAll(work)));
    await Promise.all(works.map((work) => workAll(work)));
    for (const number of ["1", "2"]) {
      const ofOne = seen.filter((id) => id.startsWith(number));
      expect(ofOne).toEqual(["a", "b", "c", "d", "e"].map((name) => `${number}-${name}`));
    }
  });

  test("two deliveries about one pull request are never handled at once, in any process; others are", async () => {
    await inbox.receive(1, "first");
    const first = held();
    const running = inbox.worker("p", first.handle).runOne();
    await first.reached;
    await inbox.receive(1, "second");
    await inbox.receive(2, "other");
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["other"]);
    first.resume();
    await running;
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["other", "first", "second"]);
  });

  test("a delivery that waits for its next attempt does not delay others", async () => {
    await inbox.receive(1, "fails");
    const failing = inbox.worker("p", async () => {
      throw new Error("not now");
    });
    await failing.runOne();
    await inbox.receive(1, "later");
    await workAll(inbox.worker("p", takeEffect));
    expect(await effects()).toEqual(["later"]);
    inbox.pass(60_000);
    await workAll(inbox.worker("p", takeEffect));
    expect(await effects()).toEqual(["later", "fails"]);
  });
});

describe("attempts", () => {
  test("a failing delivery is tried again after longer and longer waits, and is then dead with its error", async () => {
    await inbox.receive(1, "hopeless");
    let tries = 0;
    const work = inbox.worker("p", async () => {
      tries++;
      throw new Error("a secret in an error");
    });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 20; attempt++) {
      await workAll(work);
      const { status, work: state } = await inbox.stored("hopeless");
      if (status === "dead" || !state.dueAt) break;
      waits.push(state.dueAt.getTime());
      inbox.pass(60_000);
    }
    expect(tries).toBe(8);
    expect(waits).toHaveLength(7);
    const stored = await inbox.stored("hopeless");
    expect(stored).toMatchObject({ status: "dead", turn: null, problem: { code: "internal" } });
    expect(JSON.stringify(stored.problem)).not.toContain("secret");
  });

  test("a redelivery of a dead delivery runs it again; a redelivery of a done one changes nothing", async () => {
    await inbox.receive(1, "again");
    await inbox.store.model.updateOne({ _id: "again" }, { status: "dead", "work.dueAt": null });
    expect(await inbox.receive(1, "again")).toEqual({ deliveryId: "again", outcome: "stored" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await inbox.receive(1, "again")).toEqual({ deliveryId: "again", outcome: "duplicate" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await effects()).toEqual(["again"]);
  });

  test("what a handler wrote before it failed is rolled back", async () => {
    await inbox.receive(1, "half");
    const half: DeliveryHandler = async (delivery, context) => {
      await takeEffect(delivery, context);
      throw new Error("and then");
    };
    await inbox.worker("p", half).runOne();
    expect(await effects()).toEqual([]);
  });

  test("an event without a handler in this version is done and counts as ignored", async () => {
    await inbox.receive(1, "unknown");
    await inbox.store.model.updateOne({ _id: "unknown" }, { event: "of_tomorrow" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await inbox.stored("unknown")).toMatchObject({ status: "done", outcome: "ignored" });
  });
});

describe("leases", () => {
  test("a process that was stopped past its lease changes nothing when it resumes: another did the work", async () => {
    await inbox.receive(1, "slow");
    const slow = held();
    const stopped = inbox.worker("p", slow.handle).runOne();
    await slow.reached;
    inbox.pass(LEASE_MS + 1);
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["slow"]);
    slow.resume();
    await stopped;
    expect(await effects()).toEqual(["slow"]);
    expect(await inbox.stored("slow")).toMatchObject({ status: "done" });
  });

  test("no process takes over a delivery before its lease has expired", async () => {
    await inbox.receive(1, "held");
    void inbox.worker("p", crash).runOne();
    await claimed("held", "p");
    inbox.pass(LEASE_MS - 1_000);
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual([]);
  });

  test("a delivery that crashes three processes is dead with its own code; another that they held is done", async () => {
    await inbox.receive(1, "poison");
    await inbox.receive(2, "bystander");
    const dying = inbox.worker("p-1", crash);
    const next = ["p-2", "p-3"].map((owner) => ({ owner, work: inbox.worker(owner, dieOfPoison) }));
    void dying.runOne();
    void dying.runOne();
    await claimed("poison", "p-1");
    await claimed("bystander", "p-1");
    for (const { owner, work } of next) {
      inbox.pass(2 * LEASE_MS);
      void takeOverAll(work);
      await claimed("poison", owner);
    }
    inbox.pass(LEASE_MS + 1);
    await workAll(inbox.worker("p-4", takeEffect));
    expect(await inbox.stored("poison")).toMatchObject({
      status: "dead",
      work: { crashed: ["p-1", "p-2", "p-3"] },
      problem: { code: "delivery_crashed" },
    });
    expect(await effects()).toEqual(["bystander"]);
  });

  test("a delivery that one process is too slow for takes effect once", async () => {
    await inbox.receive(1, "slow");
    const slow = held();
    const work = inbox.worker("p", slow.handle);
    const first = work.runOne();
    await slow.reached;
    inbox.pass(LEASE_MS + 1);
    const again = work.takeOverOne();
    slow.resume();
    await Promise.all([first, again]);
    expect(await effects()).toEqual(["slow"]);
    expect(await inbox.stored("slow")).toMatchObject({ status: "done" });
  });

  const dieOfPoison: DeliveryHandler = async (delivery, context) =>
    delivery.id === "poison" ? new Promise<never>(() => {}) : takeEffect(delivery, context);

  async function takeOverAll(work: DeliveryWork): Promise<void> {
    while (await work.takeOverOne());
  }
});

test("the outcomes of stored deliveries are counted by event", async () => {
  await inbox.receive(1, "good");
  await inbox.receive(2, "bad");
  const work = inbox.worker("p", async (delivery, context) => {
    if (delivery.id === "bad") throw new Error("It can't be done");
    return takeEffect(delivery, context);
  });
  for (let attempt = 0; attempt < 10; attempt++) {
    await workAll(work);
    inbox.pass(3_600_000);
  }
  const counted = await inbox.metrics.registry.metrics();
  const of = (outcome: string) => `orb_webhook_deliveries_total{event="pull_request",outcome="${outcome}"} 1`;
  expect(counted).toContain(of("applied"));
  expect(counted).toContain(of("dead"));
});

/** Waits until a process holds a delivery. */
async function claimed(id: string, owner: string): Promise<void> {
  await eventually(`${id} with ${owner}`, async () => (await inbox.stored(id)).work.owner === owner);
}

describe("an effect that is too large for one transaction", () => {
  /** A handler with three parts, each in a transaction of its own; `before` runs before each. */
  function inThreeParts(before: (part: number) => void | Promise<void> = () => {}): DeliveryHandler {
    return async (_delivery, { transaction, reached }) => {
      const part = (reached?.count ?? 0) + 1;
      await before(part);
      await collection().insertOne({ part }, { session: transaction });
      const further = part < 3 ? { after: String(part), count: part } : null;
      return { outcome: "applied", because: "it was asked for", reached: further };
    };
  }

  async function partsDone(): Promise<number[]> {
    return (await collection().find().toArray()).map(({ part }) => Number(part));
  }

  test("is done in parts, and the delivery is done after the last one", async () => {
    await inbox.receive(1, "large");
    const seen: string[] = [];
    const note = async () => {
      const { status, reached } = await inbox.stored("large");
      seen.push(`${status} after ${reached?.count ?? 0}`);
    };
    await workAll(inbox.worker("p", inThreeParts(note)));
    expect(seen).toEqual(["pending after 0", "pending after 1", "pending after 2"]);
    expect(await partsDone()).toEqual([1, 2, 3]);
    expect(await inbox.stored("large")).toMatchObject({ status: "done", outcome: "applied" });
  });

  test("continues with the next part after a failure and after a crash", async () => {
    await inbox.receive(1, "large");
    const fails = inThreeParts((part) => {
      if (part === 2) throw new Error("not now");
    });
    await workAll(inbox.worker("p", fails));
    expect(await partsDone()).toEqual([1]);
    inbox.pass(60_000);
    const reached = Promise.withResolvers<void>();
    const dies = inThreeParts(async (part) => {
      if (part === 2) return;
      reached.resolve();
      await new Promise(() => {});
    });
    void inbox.worker("p", dies).runOne();
    await reached.promise;
    inbox.pass(LEASE_MS + 1);
    await workAll(inbox.worker("q", inThreeParts()));
    expect(await partsDone()).toEqual([1, 2, 3]);
    expect(await inbox.stored("large")).toMatchObject({ status: "done" });
  });

  test("begins with the first part again if the delivery is replayed", async () => {
    await inbox.receive(1, "large");
    const work = inbox.worker("p", inThreeParts());
    await workAll(work);
    await inbox.store.replay("large", new Date("2126-01-05T09:00:00Z"));
    await workAll(work);
    expect(await partsDone()).toEqual([1, 2, 3, 1, 2, 3]);
  });
});
