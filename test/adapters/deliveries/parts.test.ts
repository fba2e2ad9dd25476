import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { DeliveryHandler } from "../../../src/deliveries/delivery.ts";
import { type Inbox, LEASE_MS, openInbox, workAll } from "../../support/inbox.ts";

let inbox: Inbox;

beforeEach(async () => {
  inbox = await openInbox();
});

afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
});

/** Takes effect three times, each in a transaction of its own; `before` runs before each. */
function inThreeParts(before: (part: number) => void | Promise<void>): DeliveryHandler {
  return async (_delivery, { transaction, reached }) => {
    const part = (reached?.count ?? 0) + 1;
    await before(part);
    const effects = inbox.database.connection.collection("effects");
    await effects.insertOne({ part }, { session: transaction });
    const further = part < 3 ? { after: String(part), count: part } : null;
    return { outcome: "applied", because: "it was asked for", reached: further };
  };
}

const noted = () => {};

async function partsDone(): Promise<number[]> {
  const found = await inbox.database.connection.collection("effects").find().toArray();
  return found.map(({ part }) => Number(part));
}

test("what is too much for one transaction is done in parts, and is done when the last of them is", async () => {
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

test("it goes on where it was left, after a failure as after a crash", async () => {
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
  await workAll(inbox.worker("q", inThreeParts(noted)));
  expect(await partsDone()).toEqual([1, 2, 3]);
  expect(await inbox.stored("large")).toMatchObject({ status: "done" });
});

test("it is done from its beginning where somebody has it replayed", async () => {
  await inbox.receive(1, "large");
  const work = inbox.worker("p", inThreeParts(noted));
  await workAll(work);
  await inbox.store.replay("large", new Date("2126-01-05T09:00:00Z"));
  await workAll(work);
  expect(await partsDone()).toEqual([1, 2, 3, 1, 2, 3]);
});
