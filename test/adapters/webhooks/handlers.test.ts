import { describe, expect, test } from "../../support/testing.ts";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";
import { HANDLED_EVENTS } from "../../../handlers/webhook-handlers.ts";
import { recordings } from "../../support/webhooks/webhook-recordings.ts";

const OTHER_SHA = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = { repository: { id: 1, full_name: "Octo/Hello" }, sender: { login: "mona" } };
const OURS = { app: { id: 1 } };
const THEIRS = { app: { id: 99 } };

const inbox = useWebhookDeliveries();

async function isDue(project: string): Promise<boolean> {
  const { work, nudges } = await storedRecord(inbox.app, project);
  expect(nudges > 0).toBe(work.dueAt !== null);
  return work.dueAt !== null;
}

const push = (ref: string, more: object = {}) => ({
  ref: `refs/heads/${ref}`,
  after: OTHER_SHA,
  deleted: false,
  commits: [],
  head_commit: { message: "Greet (#41)" },
  ...REPOSITORY,
  ...more,
});
const orbYml = { commits: [{ added: [], modified: [".github/orb.yml"], removed: [] }] };
const onPullRequest = (action: string, number = 7) => ({ action, pull_request: { number }, ...REPOSITORY });

describe("a webhook that makes a look at the bot's pull request due", () => {
  test.each([
    { event: "pull_request", payload: onPullRequest("closed") },
    { event: "pull_request", payload: onPullRequest("labeled") },
    { event: "pull_request_review", payload: onPullRequest("submitted") },
    { event: "push", payload: push("agent/p-1") },
    {
      event: "push",
      payload: push("agent/p-1", { deleted: true, after: "0".repeat(40), head_commit: null }),
    },
    { event: "push", payload: push("main") },
    { event: "status", payload: { sha: HEAD_SHA, ...REPOSITORY } },
    { event: "status", payload: { sha: OTHER_SHA, branches: [{ name: "agent/p-1" }], ...REPOSITORY } },
    {
      event: "check_run",
      payload: {
        action: "completed",
        check_run: { head_sha: OTHER_SHA, check_suite: { head_branch: "agent/p-1" }, ...THEIRS },
        ...REPOSITORY,
      },
    },
    {
      event: "check_suite",
      payload: {
        action: "completed",
        check_suite: { head_sha: OTHER_SHA, head_branch: "agent/p-1", ...THEIRS },
        ...REPOSITORY,
      },
    },
    {
      event: "check_run",
      payload: { action: "completed", check_run: { head_sha: HEAD_SHA, ...THEIRS }, ...REPOSITORY },
    },
    {
      event: "check_suite",
      payload: { action: "completed", check_suite: { head_sha: HEAD_SHA, ...THEIRS }, ...REPOSITORY },
    },
    { event: "repository_ruleset", payload: { action: "edited", ...REPOSITORY } },
    { event: "branch_protection_rule", payload: { action: "deleted", ...REPOSITORY } },
    { event: "repository", payload: { action: "archived", ...REPOSITORY } },
  ])("$event: $payload.action $payload.ref", async ({ event, payload }) => {
    await storeRecord(inbox.app, "p-1");
    await storeRecord(inbox.app, "elsewhere", { repository: "octo/other" });
    expect(await inbox.deliver(event, payload)).toMatchObject({ outcome: "applied" });
    expect(await isDue("p-1")).toBe(true);
    expect(await isDue("elsewhere")).toBe(false);
  });
});

describe("a check on a commit that the bot has not seen makes a look at the pull request of its branch due", () => {
  const suite = { head_sha: OTHER_SHA, head_branch: "agent/p-1" };
  test.each([
    { event: "status", payload: { sha: OTHER_SHA, branches: [{ name: "agent/p-1" }], ...REPOSITORY } },
    {
      event: "check_run",
      payload: {
        action: "completed",
        check_run: { head_sha: OTHER_SHA, check_suite: suite, ...THEIRS },
        ...REPOSITORY,
      },
    },
    {
      event: "check_suite",
      payload: { action: "completed", check_suite: { ...suite, ...THEIRS }, ...REPOSITORY },
    },
  ])("$event", async ({ event, payload }) => {
    await storeRecord(inbox.app, "p-1");
    await storeRecord(inbox.app, "p-2", { pullRequest: { number: 8 } });
    expect(await inbox.deliver(event, payload)).toMatchObject({ outcome: "applied" });
    expect(await isDue("p-1")).toBe(true);
    expect(await isDue("p-2")).toBe(false);
  });
});

describe("a webhook that changes nothing gives a reason", () => {
  test.each([
    { event: "pull_request", payload: onPullRequest("closed", 8), because: "No pull request of ours" },
    { event: "pull_request", payload: onPullRequest("locked"), because: "changes nothing" },
    { event: "push", payload: push("somewhere"), because: "No pull request of ours" },
    { event: "push", payload: { ...push("main"), ref: "refs/tags/main" }, because: "not a branch" },
    { event: "status", payload: { sha: OTHER_SHA, ...REPOSITORY }, because: "No pull request of ours" },
    {
      event: "check_run",
      payload: { action: "completed", check_run: { head_sha: HEAD_SHA, ...OURS }, ...REPOSITORY },
      because: "the bot's own",
    },
    {
      event: "check_suite",
      payload: { action: "requested", check_suite: { head_sha: HEAD_SHA, ...OURS }, ...REPOSITORY },
      because: "the bot's own",
    },
    { event: "repository_ruleset", payload: { action: "edited" }, because: "organization" },
    { event: "repository", payload: { action: "publicized", ...REPOSITORY }, because: "changes nothing" },
    { event: "status", payload: { sha: "main", ...REPOSITORY }, because: "not as GitHub describes it: sha" },
    { event: "status", payload: null, because: "not as GitHub describes it" },
    { event: "ping", payload: { zen: "Keep it logically awesome." }, because: "tried the address" },
  ])("$event: $because", async ({ event, payload, because }) => {
    await storeRecord(inbox.app, "p-1");
    const handled = await inbox.deliver(event, payload);
    expect(handled).toMatchObject({ outcome: "ignored", because: expect.stringContaining(because) });
    expect(await isDue("p-1")).toBe(false);
  });
});

describe("what counts as a person's act", () => {
  const person = { login: "mona", type: "User" };
  const app = { login: "agent[bot]", type: "Bot" };
  const acted = async () => (await storedRecord(inbox.app, "p-1")).personActedAt !== null;
  const comment = (user: object) => ({
    action: "created",
    issue: { number: 7, pull_request: {} },
    comment: { id: 70, body: "Have a look.", user },
    ...REPOSITORY,
  });
  const review = (sender: object) => ({ ...onPullRequest("submitted"), sender });
  const by = (sender: object) => push("agent/p-1", { sender });

  test.each([
    { what: "a person's push does", event: "push", payload: by(person), is: true },
    { what: "a comment does not", event: "issue_comment", payload: comment(person), is: false },
    { what: "a review does not", event: "pull_request_review", payload: review(person), is: false },
    { what: "an App's push does not", event: "push", payload: by(app), is: false },
  ])("$what", async ({ event, payload, is }) => {
    await storeRecord(inbox.app, "p-1");
    await inbox.deliver(event, payload);
    expect(await acted()).toBe(is);
  });

  test("a push by the account that pushed before does not, because agents may use a person's account", async () => {
    await storeRecord(inbox.app, "p-1", { pushedBy: "mona" });
    await inbox.deliver("push", by(person));
    expect(await acted()).toBe(false);
    await inbox.deliver("push", by({ login: "ines", type: "User" }));
    expect(await acted()).toBe(true);
  });
});

test("a push to the base is stored as the possible cause of a conflict", async () => {
  await storeRecord(inbox.app, "p-1");
  await storeRecord(inbox.app, "stacked", { pullRequest: { number: 8, base: "agent/p-1" } });
  await inbox.deliver("push", push("main"));
  expect((await storedRecord(inbox.app, "p-1")).baseMoved).toMatchObject({ sha: OTHER_SHA, pullRequest: 41 });
  expect((await storedRecord(inbox.app, "stacked")).baseMoved).toBeNull();
  await inbox.deliver("push", push("agent/p-1", { head_commit: { message: "Repair" } }));
  expect((await storedRecord(inbox.app, "stacked")).baseMoved).toMatchObject({ pullRequest: null });
});

describe("a blocked pull request is tried again when its cause may be gone", () => {
  const later = new Date("2999-01-01T00:00:00Z");
  const stopped = (code: string, more: object = {}) => ({
    status: "blocked",
    openedAt: null,
    pullRequest: null,
    problem: { code, reason: "It is so.", remedy: "Fix it." },
    work: { dueAt: null, owner: null, epoch: 3, attempts: 4 },
    ...more,
  });
  const waits = { work: { dueAt: later, owner: null, epoch: 3, attempts: 4 } };
  const installed = {
    action: "created",
    installation: {
      id: 5,
      account: { login: "octo" },
      permissions: {},
      suspended_at: null,
      updated_at: 1557933591,
    },
    repositories: [{ id: 1, full_name: "octo/hello" }],
  };

  test.each([
    {
      name: "the settings changed",
      record: stopped("on_hold", waits),
      event: "push",
      payload: push("main", orbYml),
    },
    {
      name: "the owner's settings changed",
      record: stopped("open_limit_reached", waits),
      event: "push",
      payload: push("main", { ...orbYml, repository: { id: 2, full_name: "octo/.github" } }),
    },
    {
      name: "the branch was pushed",
      record: stopped("branch_missing"),
      event: "push",
      payload: push("agent/p-1"),
    },
    { name: "its base was pushed", record: stopped("base_missing"), event: "push", payload: push("main") },
    { name: "the first push", record: stopped("repository_empty"), event: "push", payload: push("main") },
    {
      name: "the App is installed",
      record: stopped("app_not_installed"),
      event: "installation",
      payload: installed,
    },
    {
      name: "permissions are granted",
      record: stopped("permission_missing"),
      event: "installation",
      payload: { ...installed, action: "new_permissions_accepted", repositories: undefined },
    },
    {
      name: "the repository is added",
      record: stopped("app_not_installed"),
      event: "installation_repositories",
      payload: {
        ...installed,
        action: "added",
        repositories_added: installed.repositories,
        repositories_removed: [],
      },
    },
    {
      name: "the repository is no longer archived",
      record: stopped("repository_archived"),
      event: "repository",
      payload: { action: "unarchived", ...REPOSITORY },
    },
  ])("$name", async ({ record, event, payload }) => {
    await inbox.app.installationStore.model.deleteMany({});
    await storeRecord(inbox.app, "p-1", record);
    await storeRecord(inbox.app, "other", stopped("validation_failed"));
    expect(await inbox.deliver(event, payload)).toMatchObject({ outcome: "applied" });
    const { work } = await storedRecord(inbox.app, "p-1");
    expect(work).toMatchObject({ attempts: 0, epoch: 3, owner: null });
    expect(work.dueAt?.getTime()).toBeLessThan(later.getTime());
    expect((await storedRecord(inbox.app, "other")).work.dueAt).toBeNull();
  });

  test("a closed pull request makes room for those in the queue", async () => {
    await storeRecord(inbox.app, "p-1");
    await storeRecord(inbox.app, "waiting", stopped("open_limit_reached", { status: "queued", ...waits }));
    await inbox.deliver("pull_request", onPullRequest("closed", 8));
    expect((await storedRecord(inbox.app, "waiting")).work.dueAt).toEqual(later);
    await inbox.deliver("pull_request", onPullRequest("closed"));
    expect((await storedRecord(inbox.app, "waiting")).work.dueAt).not.toEqual(later);
  });

  test("a record that a process works on keeps its lease and is marked for another look", async () => {
    const work = { dueAt: later, owner: "somebody", epoch: 3, attempts: 1 };
    await storeRecord(inbox.app, "p-1", { ...stopped("on_hold"), work });
    await inbox.deliver("push", push("main", orbYml));
    expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ work, nudges: 1 });
  });
});

test("an intake without subjects keeps the same events", () => {
  expect([...HANDLED_EVENTS].toSorted()).toEqual([...inbox.app.webhooks.keys()].toSorted());
});

test("every example of an event that has a handler is handled, or ignored with a reason", async () => {
  const handlers = inbox.app.webhooks;
  const ours = recordings.filter(({ name }) => handlers.has(name));
  // GitHub publishes no example of rulesets.
  expect(ours.map(({ name }) => name)).toEqual(
    [...handlers.keys()].filter((name) => name !== "repository_ruleset").toSorted(),
  );
  const notAsDescribed: string[] = [];
  for (const { name, examples } of ours) {
    for (const [index, example] of examples.entries()) {
      const { because } = await inbox.deliver(name, example);
      expect(because).toMatch(/\w{3}/);
      if (because.includes("not as GitHub describes it")) notAsDescribed.push(`${name} ${index}: ${because}`);
    }
  }
  expect(notAsDescribed).toEqual([]);
});
