import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import type { Handled } from "../../../src/deliveries/delivery.ts";
import { type Inbox, openInbox, workAll } from "../../support/webhooks/inbox.ts";

/** More than one query examines. */
const CROWD = 600;
const applied: Handled = { outcome: "applied", because: "it was asked for" };

let inbox: Inbox;
let seen: string[];

beforeEach(async () => {
  inbox = await openInbox();
  seen = [];
  await inbox.receive(1, "first");
  const { _id: _, ...first } = await inbox.stored("first");
  const crowd = Array.from({ length: CROWD }, (_, index) => ({
    ...first,
    _id: `crowd-${index}`,
    arrival: first.arrival + 1 + index,
  }));
  await inbox.store.model.insertMany(crowd);
});

afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
});

function worker(owner: string) {
  return inbox.worker(owner, async ({ id }) => {
    seen.push(id);
    return applied;
  });
}

test("a crowd of deliveries about one thing hides no other from a process while another is busy with it", async () => {
  const [reached, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const busy = inbox.worker("p", async () => {
    reached.resolve();
    await resumed.promise;
    return applied;
  });
  const running = busy.runOne();
  await reached.promise;
  for (const number of [2, 3]) await inbox.receive(number, `other-${number}`);
  await workAll(worker("q"));
  expect(seen).toEqual(["other-2", "other-3"]);
  resumed.resolve();
  await running;
});

test("each other thing has its turn before a crowd about one thing is done, and the crowd is handled in order", async () => {
  const others = Array.from({ length: 40 }, (_, index) => `other-${index}`);
  for (const [index, name] of others.entries()) await inbox.receive(index + 2, name);
  const work = worker("p");
  while (!others.every((name) => seen.includes(name))) await work.runOne();
  const crowd = seen.filter((id) => !id.startsWith("other"));
  expect(crowd).toEqual(["first", ...crowd.slice(1).map((_, index) => `crowd-${index}`)]);
  expect(crowd.length).toBeLessThan(others.length);
});

test("another crowd has its turn too, in its own order", async () => {
  for (let index = 0; index < 20; index++) await inbox.receive(2, `other-${index}`);
  const work = worker("p");
  while (!seen.includes("other-19")) await work.runOne();
  const others = seen.filter((id) => id.startsWith("other"));
  expect(others).toEqual(others.map((_, index) => `other-${index}`));
  expect(seen.length).toBeLessThan(CROWD / 10);
});
