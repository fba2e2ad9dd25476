import { expect, test } from "../../support/testing.ts";
import { appManifest } from "../../support/app-manifest.ts";
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
