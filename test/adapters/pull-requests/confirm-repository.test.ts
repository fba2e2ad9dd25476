import { expect, test } from "../../support/testing.ts";
import { confirmRepository } from "../../../src/pull-requests/upkeep/confirm-repository.ts";
import { RenameStore } from "../../../src/pull-requests/upkeep/rename-store.ts";
import { PACE } from "../../../src/work/pace.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();
const AT = new Date("2026-01-05T09:00:00Z");

/** What a run does with GitHub's answer about the repository of the project's record. */
async function confirm(project: string, id: number, fullName: string): Promise<number> {
  const { installations, database, pullRequestStore } = inbox.app;
  const deps = {
    installations,
    database,
    renameStore: new RenameStore(pullRequestStore, PACE),
    now: () => AT,
  };
  return confirmRepository(await storedRecord(inbox.app, project), { id, fullName, updatedAt: AT }, deps);
}

async function know(_id: number, fullName: string): Promise<void> {
  const before = new Date(AT.getTime() - 60_000);
  await inbox.app.repositoryStore.model.create([{ _id, fullName, namedAt: before, toldAt: before }]);
}

test("a record learns the id of its repository, and changes nothing under the same name", async () => {
  await storeRecord(inbox.app, "p-1");
  // As an earlier version stored it.
  await inbox.app.pullRequestStore.model.updateMany({}, { $unset: { repositoryId: 1 } });
  expect(await confirm("p-1", 1, "Octo/Hello")).toBe(1);
  expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/hello" });
});

test("all records of a repository get the name under which GitHub found it", async () => {
  for (const project of ["p-1", "p-2"]) await storeRecord(inbox.app, project);
  await storeRecord(inbox.app, "p-3", { repositoryId: 3 });
  expect(await confirm("p-1", 1, "octo/welcome")).toBe(1);
  for (const project of ["p-1", "p-2"]) {
    expect(await storedRecord(inbox.app, project)).toMatchObject({
      repository: "octo/welcome",
      repositoryId: 1,
    });
  }
  expect(await storedRecord(inbox.app, "p-3")).toMatchObject({ repository: "octo/hello" });
});

test("a record whose name another repository has gets the name of its own, if that is known", async () => {
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  await know(1, "octo/welcome");
  await inbox.app.repositoryStore.model.updateOne({ _id: 1 }, { formerNames: ["octo/hello"] });
  await expect(confirm("p-1", 9, "octo/hello")).rejects.toMatchObject({
    code: "repository_moved",
    retryAt: AT,
  });
  expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/welcome", repositoryId: 1 });
});

test("if it is not known where its repository is, the next completion belongs to the one that has the name", async () => {
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  await know(1, "octo/hello");
  await expect(confirm("p-1", 9, "octo/hello")).rejects.toMatchObject({ code: "repository_replaced" });
  expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/hello", repositoryId: 1 });
  expect(await inbox.app.installations.repositoryNamed("octo/hello")).toMatchObject({ _id: 9 });
});
