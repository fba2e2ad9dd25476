import { expect, test } from "../../support/testing.ts";
import { takeCompletion } from "../../../src/pull-requests/intake/take-completion.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { appManifest } from "../../support/app-manifest.ts";
import { completion } from "../../support/signals.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();
const { permissions } = await appManifest();

const installation = (action: string, minute: number, more: Record<string, unknown> = {}) => ({
  action,
  installation: {
    id: 5,
    account: { login: "octo" },
    permissions,
    suspended_at: null,
    updated_at: `2026-01-05T09:${String(minute).padStart(2, "0")}:00Z`,
    ...more,
  },
  repositories: [{ id: 1, full_name: "octo/hello" }],
});

test("an installation is stored with the permissions that it grants and those that it lacks", async () => {
  await inbox.deliver(
    "installation",
    installation("created", 1, { permissions: { ...permissions, issues: "read" } }),
  );
  expect(await inbox.app.installationStore.find(5)).toMatchObject({
    account: "octo",
    suspended: false,
    deleted: false,
    missing: [{ permission: "issues", required: false, remedy: expect.stringContaining("approves") }],
  });
  await inbox.deliver("installation", installation("new_permissions_accepted", 2));
  expect(await inbox.app.installationStore.find(5)).toMatchObject({ missing: [] });
});

test("a late webhook changes nothing, and a removed installation does not come back", async () => {
  await inbox.deliver("installation", installation("suspend", 5));
  expect(await inbox.deliver("installation", installation("created", 1))).toMatchObject({
    outcome: "ignored",
  });
  expect(await inbox.app.installationStore.find(5)).toMatchObject({ suspended: true });
  // GitHub may date a removal like the last change before it.
  await inbox.deliver("installation", installation("deleted", 1));
  expect(await inbox.deliver("installation", installation("unsuspend", 9))).toMatchObject({
    outcome: "ignored",
  });
  expect(await inbox.app.installationStore.find(5)).toMatchObject({ deleted: true });
  expect(await inbox.app.repositoryStore.findByName("Octo/Hello")).toMatchObject({ reachable: false });
});

test("repositories are added to an installation and removed, and the pull requests of removed ones get a look", async () => {
  await storeRecord(inbox.app, "p-1", { repository: "octo/other" });
  await inbox.deliver("installation", installation("created", 1));
  await inbox.deliver("installation_repositories", {
    ...installation("removed", 2),
    repositories_added: [{ id: 3, full_name: "octo/third" }],
    repositories_removed: [{ id: 2, full_name: "octo/other" }],
  });
  expect(await inbox.app.repositoryStore.findByName("octo/third")).toMatchObject({ _id: 3, reachable: true });
  expect(await inbox.app.repositoryStore.findByName("octo/other")).toMatchObject({
    _id: 2,
    reachable: false,
  });
  expect((await storedRecord(inbox.app, "p-1")).work.dueAt).not.toBeNull();
});

const renamed = {
  action: "renamed",
  repository: { id: 1, full_name: "octo/welcome" },
  changes: { repository: { name: { from: "hello" } } },
};

test("records follow a repository to its new name and owner, and the old name still finds them", async () => {
  await storeRecord(inbox.app, "p-1");
  await inbox.deliver("repository", renamed);
  await inbox.deliver("repository", {
    action: "transferred",
    repository: { id: 1, full_name: "acme/welcome" },
    changes: { owner: { from: { organization: { login: "octo" } } } },
  });
  const record = await storedRecord(inbox.app, "p-1");
  expect(record).toMatchObject({
    repository: "acme/welcome",
    key: '["p-1","acme/welcome","agent/p-1"]',
    completion: { repository: "acme/welcome" },
  });
  expect(record.work.dueAt).not.toBeNull();
  const name = await inbox.app.database.transaction((transaction) =>
    inbox.app.installations.currentName("Octo/HELLO", transaction),
  );
  expect(name).toBe("acme/welcome");
});

test("a completion with a repository's former name belongs to the same record", async () => {
  await storeRecord(inbox.app, "p-1");
  await inbox.deliver("repository", renamed);
  const signal = parseSignal(completion("p-1", { branch: "agent/p-1" }, { minute: 50 }), new Date());
  if (signal.type !== "orb.implementation.completed") throw new Error("It is another signal");
  const { database, installations, pullRequestStore: store } = inbox.app;
  await database.transaction(async (transaction) => {
    const repository = await installations.currentName(signal.data.repository, transaction);
    const now = new Date();
    await takeCompletion(signal, { store, repository, now, receivedAt: now, transaction });
  });
  expect(await store.ofProject("p-1")).toMatchObject([
    { repository: "octo/welcome", round: 2, completion: { repository: "octo/welcome" } },
  ]);
});

test("renames that come twice or out of order leave the record under the repository's current name", async () => {
  await storeRecord(inbox.app, "p-1");
  const again = {
    action: "renamed",
    repository: { id: 1, full_name: "octo/salute" },
    changes: { repository: { name: { from: "welcome" } } },
  };
  for (const payload of [renamed, again, again, renamed]) await inbox.deliver("repository", payload);
  expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/salute" });
});

test("a record keeps its old name if another record already has the new one", async () => {
  await storeRecord(inbox.app, "p-1");
  await storeRecord(inbox.app, "p-1", { repository: "octo/welcome", pullRequest: null });
  await inbox.deliver("repository", renamed);
  const names = (await inbox.app.pullRequestStore.ofProject("p-1")).map(({ repository }) => repository);
  expect(names.toSorted()).toEqual(["octo/hello", "octo/welcome"]);
});
