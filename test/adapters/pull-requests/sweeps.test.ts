import { expect, test } from "../../support/testing.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
/** More than one transaction changes. */
const MANY = 250;
const APART_MS = 100;

const inbox = useWebhookDeliveries({ now: () => NOW });

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

/** Milliseconds from now until the next look at each of Acme's records, in the order of a sweep. */
async function waits(): Promise<(number | null)[]> {
  const found = await inbox.app.pullRequestStore.model
    .find({ repository: /^acme\//i, status: { $ne: "merged" } })
    .sort({ repository: 1, _id: 1 })
    .lean();
  return found.map(({ work: { dueAt } }) => dueAt && dueAt.getTime() - NOW.getTime());
}

test("all of an account's many pull requests get a look, a few seconds apart, and no other account's", async () => {
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

test("after a new installation, pull requests that were refused because the App was missing are tried again, seconds apart", async () => {
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

test("all of an account's records get its new login, also those of merged pull requests", async () => {
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
  // The second rename comes first: the late one leads to the account's current login.
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
  // Another account now has the old login.
  expect(await model.findOne({ _id: 2 }).lean()).toMatchObject({ fullName: "Acme/r-1" });
});
