import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { type Inbox, openInbox } from "../../support/webhook-deliveries.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
/** More than change in one transaction. */
const MANY = 250;
const APART_MS = 100;

let inbox: Inbox;

beforeAll(async () => {
  inbox = await openInbox({ now: () => NOW });
});

afterAll(async () => {
  await inbox[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await inbox.app.pullRequestStore.model.deleteMany({});
});

const installed = (action: string, more: object = {}) => ({
  action,
  installation: {
    id: 7,
    account: { login: "acme" },
    permissions: {},
    updated_at: NOW.toISOString(),
    ...more,
  },
});

async function storeMany(more: Record<string, unknown> = {}): Promise<void> {
  for (let index = 0; index < MANY; index++) {
    await storeRecord(inbox.app, `p-${index}`, { repository: `Acme/r-${index % 9}`, ...more });
  }
}

/** Milliseconds from now until each of Acme's records is looked at, in the order of the records. */
async function waits(): Promise<(number | null)[]> {
  const found = await inbox.app.pullRequestStore.model
    .find({ repository: /^acme\//i })
    .sort({ _id: 1 })
    .lean();
  return found.map(({ work: { dueAt } }) => dueAt && dueAt.getTime() - NOW.getTime());
}

test("of an account with many pull requests all are looked at again, a few seconds apart, and no other's", async () => {
  await storeMany();
  await storeRecord(inbox.app, "other", { repository: "acme-labs/hello" });
  await storeRecord(inbox.app, "over", { repository: "acme/r-1", status: "merged" });
  const { because } = await inbox.deliver("installation", installed("deleted"));
  expect(because).toContain(`${MANY} looked at again`);
  const all = (await waits()).slice(0, MANY);
  for (const [index, waitMs] of all.entries()) {
    const first = Math.floor(index / 100) * 100;
    expect(waitMs).toBeGreaterThanOrEqual(first * APART_MS);
    expect(waitMs).toBeLessThanOrEqual((first + 100) * APART_MS);
  }
  expect((await storedRecord(inbox.app, "other")).work.dueAt).toBeNull();
  expect((await storedRecord(inbox.app, "over")).work.dueAt).toBeNull();
});

test("what was refused for want of the App is woken the same way when it comes back", async () => {
  const problem = { code: "app_not_installed", reason: "It is gone.", remedy: "Install it." };
  await storeMany({ status: "blocked", openedAt: null, pullRequest: null, problem });
  await storeRecord(inbox.app, "else", {
    repository: "acme/r-1",
    status: "blocked",
    problem: { ...problem, code: "no_changes" },
  });
  const { because } = await inbox.deliver("installation", installed("created", { id: 8 }));
  expect(because).toContain(`${MANY} looked at again`);
  const all = (await waits()).slice(0, MANY);
  expect(all).not.toContain(null);
  expect(Math.max(...all.map(Number))).toBeGreaterThan(100 * APART_MS);
  expect((await storedRecord(inbox.app, "else")).work.dueAt).toBeNull();
});

test("an account's new login is followed by all of its records, also those whose life is over", async () => {
  await storeMany();
  await storeRecord(inbox.app, "over", { repository: "acme/r-1", status: "merged" });
  const { model } = inbox.app.repositoryStore;
  const about = { fullName: "Acme/r-1", installationId: 70, toldAt: NOW };
  await model.create([
    { ...about, _id: 1 },
    { ...about, _id: 2, installationId: 9 },
  ]);
  const renamed = (from: string, login: string) => ({
    action: "renamed",
    account: { login },
    changes: { login: { from } },
    installation: { id: 70 },
    target_type: "Organization",
  });
  await inbox.app.installationStore.model.create([
    { _id: 70, account: "acme", permissions: {}, suspended: false, deleted: false, toldAt: NOW },
  ]);
  // The second is told first: what is told late goes on to where the account is by now.
  await inbox.deliver("installation_target", renamed("mid", "peak"));
  await inbox.deliver("installation_target", renamed("acme", "mid"));
  const names = await inbox.app.pullRequestStore.model.distinct("repository");
  expect(names.sort()).toEqual(Array.from({ length: 9 }, (_, index) => `peak/r-${index}`));
  expect(await storedRecord(inbox.app, "over")).toMatchObject({
    key: '["over","peak/r-1","agent/over"]',
    completion: { repository: "peak/r-1" },
  });
  expect(await inbox.app.installationStore.find(70)).toMatchObject({ account: "peak" });
  expect(await model.findOne({ _id: 1 }).lean()).toMatchObject({
    fullName: "peak/r-1",
    formerNames: ["acme/r-1"],
  });
  // Somebody else has the old login by now.
  expect(await model.findOne({ _id: 2 }).lean()).toMatchObject({ fullName: "Acme/r-1" });
});
