import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { DeliveryHandler, Handled } from "../../../src/deliveries/delivery.ts";
import type { DeliveryWork } from "../../../src/deliveries/delivery-work.ts";
import { eventually } from "../../support/eventually.ts";
import { type Inbox, LEASE_MS, openInbox, workAll } from "../../support/inbox.ts";

let inbox: Inbox;

beforeEach(async () => {
  inbox = await openInbox();
});

afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
});

const applied: Handled = { outcome: "applied", because: "it was asked for" };

/** Notes in the store, within the transaction, that a delivery took effect. */
const takeEffect: DeliveryHandler = async ({ id }, { transaction }) => {
  const effects = inbox.database.connection.collection("effects");
  await effects.insertOne({ delivery: id }, { session: transaction });
  return applied;
};

async function effects(): Promise<string[]> {
  const found = await inbox.database.connection.collection("effects").find().toArray();
  return found.map(({ delivery }) => String(delivery));
}

/** A handler that waits in the middle, as one does whose process is stopped. */
function held() {
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const handle: DeliveryHandler = async (delivery, context) => {
    reached.resolve();
    await goOn.promise;
    return takeEffect(delivery, context);
  };
  return { handle, reached: reached.promise, goOn: () => goOn.resolve() };
}

const crash: DeliveryHandler = () => new Promise(() => {});

describe("in order and in parallel", () => {
  test("what is about one pull request is done in the order in which it came, by however many lanes", async () => {
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

  test("never two about one pull request at once, though those about another go on, in any process", async () => {
    await inbox.receive(1, "first");
    const first = held();
    const running = inbox.worker("p", first.handle).runOne();
    await first.reached;
    await inbox.receive(1, "second");
    await inbox.receive(2, "other");
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["other"]);
    first.goOn();
    await running;
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["other", "first", "second"]);
  });

  test("one that waits for its next attempt keeps nobody waiting", async () => {
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
  test("what fails is tried again, later each time, and is set aside with its error in the end", async () => {
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

  test("a redelivery of one that was set aside runs it again; of one that is done it changes nothing", async () => {
    await inbox.receive(1, "again");
    await inbox.store.model.updateOne({ _id: "again" }, { status: "dead", "work.dueAt": null });
    expect(await inbox.receive(1, "again")).toEqual({ deliveryId: "again", outcome: "stored" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await inbox.receive(1, "again")).toEqual({ deliveryId: "again", outcome: "duplicate" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await effects()).toEqual(["again"]);
  });

  test("what a handler wrote before it failed is not there", async () => {
    await inbox.receive(1, "half");
    const half: DeliveryHandler = async (delivery, context) => {
      await takeEffect(delivery, context);
      throw new Error("and then");
    };
    await inbox.worker("p", half).runOne();
    expect(await effects()).toEqual([]);
  });

  test("an event that this version has no handler for is done, and says so", async () => {
    await inbox.receive(1, "unknown");
    await inbox.store.model.updateOne({ _id: "unknown" }, { event: "of_tomorrow" });
    await workAll(inbox.worker("p", takeEffect));
    expect(await inbox.stored("unknown")).toMatchObject({ status: "done", outcome: "ignored" });
  });
});

describe("leases", () => {
  test("one that was stopped past its lease and wakes changes nothing: another did it", async () => {
    await inbox.receive(1, "slow");
    const slow = held();
    const stopped = inbox.worker("p", slow.handle).runOne();
    await slow.reached;
    inbox.pass(LEASE_MS + 1);
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual(["slow"]);
    slow.goOn();
    await stopped;
    expect(await effects()).toEqual(["slow"]);
    expect(await inbox.stored("slow")).toMatchObject({ status: "done" });
  });

  test("while its holder may still be at it, nobody takes it over", async () => {
    await inbox.receive(1, "in-hand");
    void inbox.worker("p", crash).runOne();
    await claimed("in-hand", "p");
    inbox.pass(LEASE_MS - 1_000);
    await workAll(inbox.worker("q", takeEffect));
    expect(await effects()).toEqual([]);
  });

  test("one that ends three processes is set aside with a code of its own; what was in hand beside it is done", async () => {
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
      work: { crashes: 3 },
      problem: { code: "delivery_crashed" },
    });
    expect(await effects()).toEqual(["bystander"]);
  });

  test("what one process is too slow for is done once", async () => {
    await inbox.receive(1, "slow");
    const slow = held();
    const work = inbox.worker("p", slow.handle);
    const first = work.runOne();
    await slow.reached;
    inbox.pass(LEASE_MS + 1);
    const again = work.takeOverOne();
    slow.goOn();
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

test("what became of those that were stored is counted by event, of events that GitHub has", async () => {
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

/** Waits until a delivery is in somebody's hands. */
async function claimed(id: string, owner: string): Promise<void> {
  await eventually(`${id} with ${owner}`, async () => (await inbox.stored(id)).work.owner === owner);
}
