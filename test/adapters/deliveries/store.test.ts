import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import type { Delivery } from "../../../src/deliveries/delivery.ts";
import { eventually } from "../../support/eventually.ts";
import { type Inbox, openInbox, workAll } from "../../support/webhooks/inbox.ts";

let inbox: Inbox;

beforeAll(async () => {
  inbox = await openInbox();
});

afterAll(async () => {
  await inbox[Symbol.asyncDispose]();
});

const done = async () => ({ outcome: "applied", because: "it was asked for" }) as const;

test("a stored delivery says what it is about, and the handler gets the whole payload", async () => {
  const { deliveryId } = await inbox.receive({
    pull_request: { number: 7, title: "Grüße" },
    installation: { id: 5 },
  });
  expect(await inbox.stored(deliveryId)).toMatchObject({
    event: "pull_request",
    action: "edited",
    repository: "octo/hello",
    installationId: 5,
    about: "octo/hello#7",
    status: "pending",
  });
  const seen: Delivery[] = [];
  await workAll(
    inbox.worker("a", async (delivery) => {
      seen.push(delivery);
      return done();
    }),
  );
  expect(seen).toEqual([
    expect.objectContaining({
      id: deliveryId,
      action: "edited",
      repository: "octo/hello",
      installationId: 5,
    }),
  ]);
  expect(seen[0]?.payload).toMatchObject({ pull_request: { number: 7, title: "Grüße" } });
});

test("the payload of a done delivery is kept compressed, and can be replayed", async () => {
  const filler = "all the same ".repeat(1_000);
  const { deliveryId } = await inbox.receive({ pull_request: { number: 8 }, filler });
  await workAll(inbox.worker("a", done));
  const stored = await inbox.stored(deliveryId);
  const { buffer } = stored.payload as unknown as { buffer: Uint8Array };
  expect(stored).toMatchObject({ status: "done", outcome: "applied", because: "it was asked for" });
  expect(buffer.length).toBeLessThan(stored.size / 10);
  expect(await inbox.store.replay(deliveryId, new Date(0))).toBe("replayed");
  const seen: unknown[] = [];
  await workAll(
    inbox.worker("a", async ({ payload }) => {
      seen.push(payload);
      return done();
    }),
  );
  expect(seen).toEqual([expect.objectContaining({ filler })]);
});

test("a duplicate of a large payload leaves no parts behind", async () => {
  const parts = () => inbox.database.connection.collection("delivery_parts").countDocuments();
  const large = { pull_request: { number: 9 }, filler: randomBytes(5 * 1024 * 1024).toString("base64") };
  expect(await inbox.receive(large, "large-1")).toMatchObject({ outcome: "stored" });
  const before = await parts();
  expect(before).toBeGreaterThan(1);
  expect(await inbox.receive(large, "large-1")).toMatchObject({ outcome: "duplicate" });
  expect(await parts()).toBe(before);
  await workAll(inbox.worker("a", done));
  expect(await inbox.stored("large-1")).toMatchObject({ status: "done", repository: "octo/hello" });
});

test("the indexes delete deliveries and their parts after 30 days", async () => {
  const seconds = 30 * 24 * 60 * 60;
  for (const name of ["deliveries", "delivery_parts"]) {
    const indexes = await inbox.database.connection.collection(name).indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { receivedAt: 1 }, expireAfterSeconds: seconds }),
    );
  }
});

test("the queries for due work, for dropped work and for lists use an index", async () => {
  const { model } = inbox.store;
  const plans = [
    model
      .find({ status: "pending", "work.owner": null, "work.dueAt": { $lte: new Date() } })
      .sort({ "work.dueAt": 1 }),
    model
      .find({ status: "pending", "work.owner": { $ne: null }, "work.dueAt": { $lte: new Date() } })
      .sort({ "work.dueAt": 1 }),
    model
      .find({ status: { $in: ["pending", "done", "dead"] } })
      .sort({ receivedAt: -1, _id: -1 })
      .limit(5),
  ];
  for (const plan of plans) {
    const { queryPlanner } = (await plan.explain("queryPlanner")) as unknown as { queryPlanner: object };
    expect(JSON.stringify(queryPlanner)).toContain("IXSCAN");
    expect(JSON.stringify(queryPlanner)).not.toContain("COLLSCAN");
  }
  await eventually("nothing left to do", async () => !(await inbox.worker("a", done).runOne()));
});
