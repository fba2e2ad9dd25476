import { describe, expect, test } from "../../support/testing.ts";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();
const OTHER_SHA = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = {
  repository: { id: 1, full_name: "Octo/Hello" },
  sender: { login: "mona", type: "User" },
};
const INSTALLATION = {
  id: 5,
  account: { login: "octo" },
  permissions: {},
  updated_at: "2036-01-05T09:00:00Z",
};
const ENDED = ["merged", "closed"];

const push = (branch: string, more: object = {}) => ({
  ref: `refs/heads/${branch}`,
  after: OTHER_SHA,
  deleted: false,
  ...REPOSITORY,
  ...more,
});
const orbYml = { commits: [{ added: [], modified: [".github/orb.yml"], removed: [] }] };
const check = { head_sha: HEAD_SHA, app: { id: 99 } };
const onPullRequest = (action: string) => ({ action, pull_request: { number: 7 }, ...REPOSITORY });

/** An open pull request, and others of the same branch, head and base that have ended. */
async function storeAll(): Promise<void> {
  const branch = "agent/same";
  await storeRecord(inbox.app, "open", { branch });
  for (const status of ENDED) await storeRecord(inbox.app, status, { branch, status });
}

async function nudges(): Promise<Record<string, number>> {
  const found = await inbox.app.pullRequestStore.model.find().lean();
  return Object.fromEntries(found.map(({ project, nudges: count }) => [project, count]));
}

describe("what happens around a pull request reaches an open one, and none that has ended", () => {
  test.each([
    { what: "a push to its base", event: "push", payload: push("main") },
    { what: "a push to its branch", event: "push", payload: push("agent/same") },
    { what: "new settings on its base", event: "push", payload: push("main", orbYml) },
    {
      what: "new settings on the default branch",
      event: "push",
      payload: push("trunk", {
        ...orbYml,
        repository: { ...REPOSITORY.repository, default_branch: "trunk" },
      }),
    },
    {
      what: "new settings of the owner",
      event: "push",
      payload: push("main", { ...orbYml, repository: { id: 2, full_name: "octo/.github" } }),
    },
    {
      what: "a check on its head",
      event: "check_run",
      payload: { action: "completed", check_run: check, ...REPOSITORY },
    },
    {
      what: "the end of the checks on its head",
      event: "check_suite",
      payload: { action: "completed", check_suite: check, ...REPOSITORY },
    },
    { what: "a status of its head", event: "status", payload: { sha: HEAD_SHA, ...REPOSITORY } },
    {
      what: "a status of its branch",
      event: "status",
      payload: { sha: OTHER_SHA, branches: [{ name: "agent/same" }], ...REPOSITORY },
    },
    { what: "a review", event: "pull_request_review", payload: onPullRequest("submitted") },
    { what: "a rule", event: "branch_protection_rule", payload: { action: "edited", ...REPOSITORY } },
    {
      what: "a rule of the organization",
      event: "repository_ruleset",
      payload: { action: "edited", organization: { login: "octo" }, installation: { id: 5 } },
    },
    {
      what: "another default branch",
      event: "repository",
      payload: { action: "edited", changes: { default_branch: {} }, ...REPOSITORY },
    },
    { what: "an archived repository", event: "repository", payload: { action: "archived", ...REPOSITORY } },
    { what: "a deleted repository", event: "repository", payload: { action: "deleted", ...REPOSITORY } },
    {
      what: "a renamed repository",
      event: "repository",
      payload: { action: "renamed", changes: { repository: { name: { from: "before" } } }, ...REPOSITORY },
    },
    {
      what: "a transferred repository",
      event: "repository",
      payload: {
        action: "transferred",
        changes: { owner: { from: { organization: { login: "acme" } } } },
        ...REPOSITORY,
      },
    },
    {
      what: "an App that was uninstalled",
      event: "installation",
      payload: { action: "deleted", installation: INSTALLATION },
    },
    {
      what: "a repository that was removed from the App",
      event: "installation_repositories",
      payload: {
        action: "removed",
        installation: INSTALLATION,
        repositories_added: [],
        repositories_removed: [REPOSITORY.repository],
      },
    },
  ])("$what", async ({ event, payload }) => {
    await storeAll();
    await inbox.deliver(event, payload);
    const { open, ...ended } = await nudges();
    expect(open).toBeGreaterThan(0);
    expect(ended).toEqual({ merged: 0, closed: 0 });
  });
});

describe("what concerns a pull request that has ended reaches it", () => {
  test.each(["reopened", "edited", "labeled", "closed"])("it was %s", async (action) => {
    await storeRecord(inbox.app, "p-1", { status: "closed" });
    await inbox.deliver("pull_request", onPullRequest(action));
    expect(await nudges()).toEqual({ "p-1": 1 });
  });

  test("its branch was deleted, once", async () => {
    const seen = (headExists: boolean) => ({ branch: "agent/same", status: "merged", seen: { headExists } });
    await storeRecord(inbox.app, "had-it", seen(true));
    await storeRecord(inbox.app, "has-lost-it", seen(false));
    await inbox.deliver("push", push("agent/same", { deleted: true, after: "0".repeat(40) }));
    expect(await nudges()).toEqual({ "had-it": 1, "has-lost-it": 0 });
  });

  test("a person asks for something", async () => {
    await storeRecord(inbox.app, "p-1", { status: "merged" });
    await inbox.deliver("issue_comment", {
      action: "created",
      issue: { number: 7, pull_request: {} },
      comment: { id: 70, body: "/orb status", user: REPOSITORY.sender },
      ...REPOSITORY,
    });
    await inbox.deliver("check_run", {
      action: "rerequested",
      check_run: { head_sha: HEAD_SHA, app: { id: 1 } },
      ...REPOSITORY,
    });
    const { requests } = await storedRecord(inbox.app, "p-1");
    expect(requests.map(({ command }) => command)).toEqual(["status", "refresh"]);
  });

  test("the cause of a refused completion may be gone", async () => {
    const problem = { code: "base_missing", reason: "It is gone.", remedy: "Push it." };
    await storeRecord(inbox.app, "refused", { status: "merged", publishRefused: true, problem });
    await storeRecord(inbox.app, "over", { status: "merged", problem });
    await inbox.deliver("push", push("main"));
    expect(await nudges()).toEqual({ refused: 1, over: 0 });
  });
});
