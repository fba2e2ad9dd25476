import { beforeEach, expect, test } from "../../support/testing.ts";
import { workAll } from "../../support/webhooks/inbox.ts";
import { APPLIED, useNotingInbox } from "../../support/webhooks/noting-inbox.ts";

/** More than one query examines. */
const CROWD = 600;

const own = useNotingInbox();

beforeEach(async () => {
  await own.inbox.receive(1, "first");
  const { _id: _, ...first } = await own.inbox.stored("first");
  const crowd = Array.from({ length: CROWD }, (_, index) => ({
    ...first,
    _id: `crowd-${index}`,
    arrival: first.arrival + 1 + index,
  }));
  await own.inbox.store.model.insertMany(crowd);
});

test("a crowd of deliveries about one thing hides no other from a process while another is busy with it", async () => {
  const [reached, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const busy = own.inbox.worker("p", async () => {
    reached.resolve();
    await resumed.promise;
    return APPLIED;
  });
  const running = busy.runOne();
  await reached.promise;
  for (const number of [2, 3]) await own.inbox.receive(number, `other-${number}`);
  await workAll(own.worker("q"));
  expect(own.seen).toEqual(["other-2", "other-3"]);
  resumed.resolve();
  await running;
});

test("each other thing has its turn before a crowd about one thing is done, and the crowd is handled in order", async () => {
  const others = Array.from({ length: 40 }, (_, index) => `other-${index}`);
  for (const [index, name] of others.entries()) await own.inbox.receive(index + 2, name);
  const work = own.worker("p");
  while (!others.every((name) => own.seen.includes(name))) await work.runOne();
  const crowd = own.seen.filter((id) => !id.startsWith("other"));
  expect(crowd).toEqual(["first", ...crowd.slice(1).map((_, index) => `crowd-${index}`)]);
  expect(crowd.length).toBeLessThan(others.length);
});

test("another crowd has its turn too, in its own order", async () => {
  for (let index = 0; index < 20; index++) await own.inbox.receive(2, `other-${index}`);
  const work = own.worker("p");
  while (!own.seen.includes("other-19")) await work.runOne();
  const others = own.seen.filter((id) => id.startsWith("other"));
  expect(others).toEqual(others.map((_, index) => `other-${index}`));
  expect(own.seen.length).toBeLessThan(CROWD / 10);
});
