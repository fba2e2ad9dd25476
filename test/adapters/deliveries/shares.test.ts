import { expect, test } from "../../support/testing.ts";
import { DELIVERIES_AT_ONCE, type DeliveryWork } from "../../../src/deliveries/delivery-work.ts";
import { workAll } from "../../support/webhooks/inbox.ts";
import { APPLIED, useNotingInbox } from "../../support/webhooks/noting-inbox.ts";

/** Far more than one query examines. */
const BUSY = 2_000;

const own = useNotingInbox();

/** A pull request of an account. */
function of(account: string, number = 1) {
  return { repository: { full_name: `${account}/app` }, pull_request: { number } };
}

/** Stores thousands of deliveries of one account, about as many pull requests. @param share `null` as in earlier versions */
async function addBusy({ share = "busy" }: { share?: string | null } = {}): Promise<void> {
  await own.inbox.receive(of("busy"), "busy-0");
  const { payload, work, ...first } = await own.inbox.stored("busy-0");
  const { share: _share, urgent: _urgent, ...old } = work;
  const { buffer } = payload as unknown as { buffer: Uint8Array };
  const all = Array.from({ length: BUSY }, (_, index) => ({
    ...first,
    _id: `busy-${index}`,
    about: `busy/app#${index + 1}`,
    arrival: first.arrival + index,
    payload: Buffer.from(buffer),
    work: share === null ? old : work,
  }));
  await own.inbox.store.model.deleteOne({ _id: "busy-0" });
  await own.inbox.store.model.collection.insertMany(all as never);
  own.inbox.pass(1_000);
}

/** A slow MongoDB may refuse a claim, and the lane then looks again. */
async function runUntilTaken(work: DeliveryWork): Promise<void> {
  const state = { isTaken: false };
  while (!state.isTaken) await work.runOne(() => (state.isTaken = true));
}

/** Lets lanes of one process each take a delivery, and keeps them in its handler. */
async function occupy(lanes: number) {
  const resumed = Promise.withResolvers<void>();
  let kept = Promise.withResolvers<void>();
  const work = own.inbox.worker("p", async ({ id }) => {
    own.seen.push(id);
    if (own.seen.length <= lanes) {
      kept.resolve();
      await resumed.promise;
    }
    return APPLIED;
  });
  const running: Promise<void>[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    kept = Promise.withResolvers<void>();
    running.push(runUntilTaken(work));
    // Not only claimed: the next one might reach the handler first, and be kept in its place.
    await kept.promise;
  }
  const resume = async () => {
    resumed.resolve();
    await Promise.all(running);
  };
  return { work, resume };
}

test.each([{ share: "busy" }, { share: null }])(
  "behind thousands of deliveries with the share $share, those of quiet installations that came last are next",
  async ({ share }) => {
    await addBusy({ share });
    await own.inbox.receive(of("quiet"), "quiet");
    await own.inbox.receive({ repository: {}, installation: { id: 7 } }, "installation");
    await own.inbox.receive({ repository: {} }, "app");
    const { work, resume } = await occupy(1);
    while (own.seen.length < 4) await work.runOne();
    expect(own.seen.slice(1).toSorted()).toEqual(["app", "installation", "quiet"]);
    await resume();
  },
);

test("one that comes while thousands are worked on is found soon", async () => {
  await addBusy();
  const { work, resume } = await occupy(1);
  for (let next = 0; next < 5; next++) await work.runOne();
  await own.inbox.receive(of("quiet"), "quiet");
  while (!own.seen.includes("quiet")) await work.runOne();
  expect(own.seen.length).toBeLessThan(BUSY / 10);
  await resume();
});

test("one lane is left to others while all others work for one installation", async () => {
  await addBusy();
  const { work, resume } = await occupy(DELIVERIES_AT_ONCE - 1);
  expect(await work.runOne()).toBe(false);
  await own.inbox.receive(of("quiet"), "quiet");
  await runUntilTaken(work);
  expect(own.seen.at(-1)).toBe("quiet");
  await resume();
});

test("deliveries about one thing stay in order while thousands of another account wait", async () => {
  await addBusy();
  const names = ["a", "b", "c", "d"].map((name) => `quiet-${name}`);
  for (const name of names) await own.inbox.receive(of("quiet"), name);
  const { work, resume } = await occupy(1);
  while (!names.every((name) => own.seen.includes(name))) await work.runOne();
  expect(own.seen.filter((id) => id.startsWith("quiet"))).toEqual(names);
  expect(own.seen.length).toBeLessThan(BUSY / 10);
  await resume();
});

test("deliveries of earlier versions, which have no share, are all handled", async () => {
  await own.inbox.receive(of("octo", 1), "old");
  await own.inbox.receive(of("octo", 2), "new");
  await own.inbox.store.model.collection.updateOne(
    { _id: "old" as never },
    { $unset: { "work.share": 1, "work.urgent": 1 } },
  );
  await workAll(own.worker("p"));
  expect(own.seen.toSorted()).toEqual(["new", "old"]);
});
