import { expect, test } from "../../support/testing.ts";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";
import { completeUnder } from "./complete-under.ts";

const inbox = useWebhookDeliveries();

/** A renaming of the repository 1, unless another is named. @param second GitHub's time of it */
const renaming = (from: string, fullName: string, second: number, id = 1) => ({
  action: "renamed",
  repository: { id, full_name: fullName, updated_at: time(second) },
  changes: { repository: { name: { from } } },
});
const time = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second)).toISOString();

const renamed = {
  action: "renamed",
  repository: { id: 1, full_name: "octo/welcome" },
  changes: { repository: { name: { from: "hello" } } },
};

const complete = (project: string, minute: number, named = "octo/hello") =>
  completeUnder(inbox.app, project, named, minute);

async function namesOf(project: string) {
  const records = await inbox.app.pullRequestStore.ofProject(project);
  return records.map(({ repository, repositoryId }) => `${repositoryId} ${repository}`).toSorted();
}

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
  expect(await inbox.app.installations.repositoryNamed("Octo/HELLO")).toMatchObject({
    fullName: "acme/welcome",
  });
});

test("a completion with a repository's former name belongs to the same record", async () => {
  await storeRecord(inbox.app, "p-1");
  await inbox.deliver("repository", renamed);
  await complete("p-1", 50);
  expect(await inbox.app.pullRequestStore.ofProject("p-1")).toMatchObject([
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

test("an old renaming that is delivered late changes nothing, even if the repository had that name since", async () => {
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  const chain = [
    renaming("hello", "octo/welcome", 1),
    renaming("welcome", "octo/hello", 2),
    renaming("hello", "octo/salute", 3),
  ];
  for (const payload of [...chain, ...chain.toReversed(), ...chain]) {
    await inbox.deliver("repository", payload);
  }
  expect(await namesOf("p-1")).toEqual(["1 octo/salute"]);
  expect(await inbox.app.repositoryStore.findByName("octo/hello")).toMatchObject({
    fullName: "octo/salute",
    formerNames: ["octo/welcome", "octo/hello"],
  });
});

test("an old report that a repository was removed or added changes nothing, nor does the old name in it", async () => {
  const told = (action: string, second: number) => ({
    action,
    installation: { id: 5, account: { login: "octo" }, updated_at: time(second) },
    repositories_added: action === "added" ? [{ id: 1, full_name: "octo/hello" }] : [],
    repositories_removed: action === "removed" ? [{ id: 1, full_name: "octo/hello" }] : [],
  });
  await inbox.deliver("installation_repositories", told("removed", 2));
  await inbox.deliver("installation_repositories", told("added", 3));
  await inbox.deliver("repository", renaming("hello", "octo/welcome", 4));
  await inbox.deliver("installation_repositories", told("removed", 2));
  expect(await inbox.app.repositoryStore.find(1)).toMatchObject({
    reachable: true,
    fullName: "octo/welcome",
  });
  await inbox.deliver("installation_repositories", told("removed", 9));
  await inbox.deliver("installation_repositories", told("added", 3));
  expect(await inbox.app.repositoryStore.find(1)).toMatchObject({ reachable: false });
});

test("a repository that takes an old name gets records of its own, and a late renaming moves only the old ones", async () => {
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  await storeRecord(inbox.app, "p-2", { repositoryId: 1 });
  const created = { action: "created", repository: { id: 9, full_name: "octo/hello", updated_at: time(5) } };
  await inbox.deliver("repository", created);
  await complete("p-1", 50);
  expect(await namesOf("p-1")).toEqual(["1 octo/hello", "9 octo/hello"]);
  await inbox.deliver("repository", renaming("hello", "octo/welcome", 4));
  expect(await namesOf("p-1")).toEqual(["1 octo/welcome", "9 octo/hello"]);
  expect(await namesOf("p-2")).toEqual(["1 octo/welcome"]);
  await complete("p-2", 51);
  expect(await namesOf("p-2")).toEqual(["1 octo/welcome", "9 octo/hello"]);
});

test("a command in a repository that took an old name does not reach the pull request of the other one", async () => {
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  const person = { login: "mallory", type: "User" };
  const comment = (id: number) => ({
    action: "created",
    issue: { number: 7, pull_request: {} },
    comment: { id: 90 + id, body: "/orb retry", user: person },
    repository: { id, full_name: "octo/hello" },
  });
  const button = (id: number) => ({
    action: "rerequested",
    check_run: { head_sha: HEAD_SHA, app: { id: inbox.app.config.github.appId } },
    repository: { id, full_name: "octo/hello" },
    sender: person,
  });
  expect(await inbox.deliver("issue_comment", comment(9))).toMatchObject({ outcome: "ignored" });
  expect(await inbox.deliver("check_run", button(9))).toMatchObject({ outcome: "ignored" });
  expect((await storedRecord(inbox.app, "p-1")).requests).toEqual([]);
  await inbox.deliver("issue_comment", comment(1));
  await inbox.deliver("check_run", button(1));
  expect((await storedRecord(inbox.app, "p-1")).requests).toHaveLength(2);
});

test("a completion under the new name that came before its report belongs to the pull request that is open", async () => {
  await storeRecord(inbox.app, "p-1");
  await complete("p-1", 50, "octo/welcome");
  expect(await namesOf("p-1")).toHaveLength(2);
  await inbox.deliver("repository", renamed);
  expect(await inbox.app.pullRequestStore.ofProject("p-1")).toMatchObject([
    {
      repository: "octo/welcome",
      round: 2,
      completion: { repository: "octo/welcome", summary: "Minute 50" },
      pullRequest: { number: 7 },
    },
  ]);
});

test("a record keeps its old name if another one with a pull request has the new name", async () => {
  await storeRecord(inbox.app, "p-1");
  await storeRecord(inbox.app, "p-1", { repository: "octo/welcome", pullRequest: { number: 8 } });
  await inbox.deliver("repository", renamed);
  const names = (await inbox.app.pullRequestStore.ofProject("p-1")).map(({ repository }) => repository);
  expect(names.toSorted()).toEqual(["octo/hello", "octo/welcome"]);
});

test("an account that gets its old login back keeps it when the first renaming is delivered again", async () => {
  const { installationStore, repositoryStore } = inbox.app;
  await installationStore.model.create([
    { _id: 5, account: "octo", permissions: {}, suspended: false, deleted: false, toldAt: new Date() },
  ]);
  await repositoryStore.model.create([
    { _id: 1, fullName: "octo/hello", installationId: 5, toldAt: new Date(0) },
  ]);
  await storeRecord(inbox.app, "p-1", { repositoryId: 1 });
  const account = (from: string, login: string, second: number) => ({
    action: "renamed",
    account: { login, updated_at: time(second) },
    changes: { login: { from } },
    installation: { id: 5 },
  });
  for (const payload of [account("octo", "cat", 1), account("cat", "octo", 2), account("octo", "cat", 1)]) {
    await inbox.deliver("installation_target", payload);
  }
  expect(await namesOf("p-1")).toEqual(["1 octo/hello"]);
  expect(await repositoryStore.find(1)).toMatchObject({ fullName: "octo/hello" });
});
