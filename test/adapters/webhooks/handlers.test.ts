import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { type Inbox, openInbox } from "../../support/webhook-deliveries.ts";

const OTHER_SHA = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = { repository: { id: 1, full_name: "Octo/Hello" }, sender: { login: "mona" } };
const OURS = { app: { id: 1 } };
const THEIRS = { app: { id: 99 } };

let inbox: Inbox;

beforeAll(async () => {
  inbox = await openInbox();
});

afterAll(async () => {
  await inbox[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await inbox.app.pullRequestStore.model.deleteMany({});
});

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

describe("what sets a pull request of ours in motion", () => {
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

describe("a check of a commit that the bot has not seen yet sets in motion what has its branch", () => {
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

describe("what sets nothing in motion, and says why", () => {
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

describe("a person acts", () => {
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
    { what: "who pushes", event: "push", payload: by(person), is: true },
    { what: "nobody who only comments", event: "issue_comment", payload: comment(person), is: false },
    { what: "nobody who only reviews", event: "pull_request_review", payload: review(person), is: false },
    { what: "no App that pushes", event: "push", payload: by(app), is: false },
  ])("$what", async ({ event, payload, is }) => {
    await storeRecord(inbox.app, "p-1");
    await inbox.deliver(event, payload);
    expect(await acted()).toBe(is);
  });

  test("not who pushed last, for agents may have an account like a person's", async () => {
    await storeRecord(inbox.app, "p-1", { pushedBy: "mona" });
    await inbox.deliver("push", by(person));
    expect(await acted()).toBe(false);
    await inbox.deliver("push", by({ login: "ines", type: "User" }));
    expect(await acted()).toBe(true);
  });
});

test("a push to the base is remembered as what a conflict may come from", async () => {
  await storeRecord(inbox.app, "p-1");
  await storeRecord(inbox.app, "stacked", { pullRequest: { number: 8, base: "agent/p-1" } });
  await inbox.deliver("push", push("main"));
  expect((await storedRecord(inbox.app, "p-1")).baseMoved).toMatchObject({ sha: OTHER_SHA, pullRequest: 41 });
  expect((await storedRecord(inbox.app, "stacked")).baseMoved).toBeNull();
  await inbox.deliver("push", push("agent/p-1", { head_commit: { message: "Repair" } }));
  expect((await storedRecord(inbox.app, "stacked")).baseMoved).toMatchObject({ pullRequest: null });
});

describe("what stands still for a reason goes on where that may be gone", () => {
  const later = new Date("2999-01-01T00:00:00Z");
  const still = (code: string, more: object = {}) => ({
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
      record: still("on_hold", waits),
      event: "push",
      payload: push("main", orbYml),
    },
    {
      name: "the owner's settings changed",
      record: still("open_limit_reached", waits),
      event: "push",
      payload: push("main", { ...orbYml, repository: { id: 2, full_name: "octo/.github" } }),
    },
    {
      name: "the branch is there",
      record: still("branch_missing"),
      event: "push",
      payload: push("agent/p-1"),
    },
    {
      name: "the App is installed",
      record: still("app_not_installed"),
      event: "installation",
      payload: installed,
    },
    {
      name: "permissions are granted",
      record: still("permission_missing"),
      event: "installation",
      payload: { ...installed, action: "new_permissions_accepted", repositories: undefined },
    },
    {
      name: "the repository is added",
      record: still("app_not_installed"),
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
      record: still("repository_archived"),
      event: "repository",
      payload: { action: "unarchived", ...REPOSITORY },
    },
  ])("$name", async ({ record, event, payload }) => {
    await inbox.app.installationStore.model.deleteMany({});
    await storeRecord(inbox.app, "p-1", record);
    await storeRecord(inbox.app, "other", still("no_common_history"));
    expect(await inbox.deliver(event, payload)).toMatchObject({ outcome: "applied" });
    const { work } = await storedRecord(inbox.app, "p-1");
    expect(work).toMatchObject({ attempts: 0, epoch: 3, owner: null });
    expect(work.dueAt?.getTime()).toBeLessThan(later.getTime());
    expect((await storedRecord(inbox.app, "other")).work.dueAt).toBeNull();
  });

  test("one that is closed makes room for those that wait for it", async () => {
    await storeRecord(inbox.app, "p-1");
    await storeRecord(inbox.app, "waiting", still("open_limit_reached", { status: "queued", ...waits }));
    await inbox.deliver("pull_request", onPullRequest("closed", 8));
    expect((await storedRecord(inbox.app, "waiting")).work.dueAt).toEqual(later);
    await inbox.deliver("pull_request", onPullRequest("closed"));
    expect((await storedRecord(inbox.app, "waiting")).work.dueAt).not.toEqual(later);
  });

  test("one that is being worked on keeps its lease, and sees that it may not rest", async () => {
    const work = { dueAt: later, owner: "somebody", epoch: 3, attempts: 1 };
    await storeRecord(inbox.app, "p-1", { ...still("on_hold"), work });
    await inbox.deliver("push", push("main", orbYml));
    expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ work, nudges: 1 });
  });
});
