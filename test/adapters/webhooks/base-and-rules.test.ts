import { describe, expect, test } from "../../support/testing.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();
const REPOSITORY = { repository: { id: 1, full_name: "octo/hello" } };
const ORGANIZATION = { organization: { login: "octo" }, installation: { id: 5 } };
const edited = (changes: object) => ({ action: "edited", changes, ...REPOSITORY });
const created = (branch: string, more: object = {}) => ({
  ref: `refs/heads/${branch}`,
  after: "1".repeat(40),
  created: true,
  deleted: false,
  ...REPOSITORY,
  ...more,
});

/** Stores a record whose completion was refused. */
async function refused(project: string, code: string, base?: string): Promise<void> {
  await storeRecord(inbox.app, project, {
    status: "blocked",
    openedAt: null,
    pullRequest: null,
    publishRefused: true,
    problem: { code, reason: "No.", remedy: "Do." },
  });
  if (base === undefined) return;
  const { model } = inbox.app.pullRequestStore;
  await model.updateOne({ project }, { $set: { "completion.base": base } });
}

async function isTriedAgain(project: string): Promise<boolean> {
  const { work, round, publishedRound } = await storedRecord(inbox.app, project);
  return work.dueAt !== null && publishedRound < round;
}

const isDue = async (project: string) => (await storedRecord(inbox.app, project)).work.dueAt !== null;
const lastChange = async () => (await inbox.app.repositoryStore.findByName("octo/hello"))?.lastChange ?? null;

describe("another default branch", () => {
  test.each(["base_missing", "base_equals_head", "base_not_allowed", "no_changes", "no_common_history"])(
    "ends the refusal %s",
    async (code) => {
      await refused("p-1", code);
      await inbox.deliver("repository", edited({ default_branch: { from: "master" } }), "edit-1");
      expect(await isTriedAgain("p-1")).toBe(true);
    },
  );

  test("makes looks at open pull requests due, and what was asked before invalid", async () => {
    await storeRecord(inbox.app, "p-1");
    await inbox.deliver("repository", edited({ default_branch: { from: "master" } }), "edit-1");
    expect([await isDue("p-1"), await lastChange()]).toEqual([true, "edit-1"]);
  });

  test("is not what another description of the repository is", async () => {
    await storeRecord(inbox.app, "p-1");
    await refused("p-2", "base_missing");
    const handled = await inbox.deliver("repository", edited({ description: { from: null } }));
    expect(handled.outcome).toBe("ignored");
    expect([await isDue("p-1"), await isTriedAgain("p-2"), await lastChange()]).toEqual([false, false, null]);
  });
});

describe("a pushed branch", () => {
  test("ends the refusal of a completion that names it as its base, and of no other", async () => {
    await refused("p-1", "base_missing", "release/9");
    await refused("p-2", "base_missing", "release/8");
    await inbox.deliver("push", created("release/9"));
    expect([await isTriedAgain("p-1"), await isTriedAgain("p-2")]).toEqual([true, false]);
  });

  test.each(["no_changes", "no_commits", "no_common_history"])(
    "ends the refusal %s, because the base may have another history",
    async (code) => {
      await refused("p-1", code, "release/9");
      await refused("p-2", code, "release/8");
      await inbox.deliver("push", created("release/9", { created: false }));
      expect([await isTriedAgain("p-1"), await isTriedAgain("p-2")]).toEqual([true, false]);
    },
  );

  test("is also known from a later push, in case the event about its creation was lost", async () => {
    await refused("p-1", "base_missing", "release/9");
    await inbox.deliver("push", created("release/9", { created: false }));
    expect(await isTriedAgain("p-1")).toBe(true);
  });
});

describe("a changed rule", () => {
  test("of a repository makes invalid what was asked before", async () => {
    await inbox.deliver("branch_protection_rule", { action: "edited", ...REPOSITORY }, "rule-1");
    expect(await lastChange()).toBe("rule-1");
    await inbox.deliver("repository_ruleset", { action: "deleted", ...REPOSITORY }, "rule-2");
    expect(await lastChange()).toBe("rule-2");
  });

  test("of an organization does so for all its repositories, and makes looks at their pull requests due", async () => {
    await storeRecord(inbox.app, "p-1");
    await storeRecord(inbox.app, "p-2", { repository: "octo/other" });
    await storeRecord(inbox.app, "p-3", { repository: "others/hello" });
    const permissions = { metadata: "read" };
    const at = new Date();
    await inbox.app.database.transaction((transaction) =>
      inbox.app.installations.record(
        { _id: 5, account: "octo", permissions, suspended: false, deleted: false, toldAt: at },
        transaction,
      ),
    );
    await inbox.deliver("repository_ruleset", { action: "created", ...ORGANIZATION }, "rule-3");
    expect([await isDue("p-1"), await isDue("p-2"), await isDue("p-3")]).toEqual([true, true, false]);
    expect(await inbox.app.installationStore.find(5)).toMatchObject({ lastChange: "rule-3" });
    // Later reports about the installation leave it.
    await inbox.deliver("installation", {
      action: "new_permissions_accepted",
      installation: { id: 5, account: { login: "octo" }, permissions, updated_at: "2036-01-05T09:00:00Z" },
    });
    expect(await inbox.app.installationStore.find(5)).toMatchObject({ lastChange: "rule-3" });
  });
});
