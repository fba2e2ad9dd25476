import { describe, expect, test } from "../../support/testing.ts";
import { appManifest } from "../../support/app-manifest.ts";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();
const { permissions } = await appManifest();

const REPOSITORY = { id: 1, full_name: "octo/hello" };
const IMPOSSIBLE = "The payload is not as GitHub describes it: ";
const LONG = "x".repeat(300);

async function nudges(project: string): Promise<number> {
  return (await storedRecord(inbox.app, project)).nudges;
}

describe("a name that GitHub can't have changes nothing, and the reason is recorded", () => {
  const names = [
    "octo/..",
    "octo/.",
    "octo/hello.git",
    "../hello",
    "octo/a/b",
    `octo/${LONG}`,
    "octo/a\0b",
    "octo",
  ];

  test.each(names)("as the new name of a repository: %j", async (name) => {
    await storeRecord(inbox.app, "p-1");
    const handled = await inbox.deliver("repository", {
      action: "renamed",
      repository: { id: 1, full_name: name },
      changes: { repository: { name: { from: "hello" } } },
    });
    expect(handled).toMatchObject({ outcome: "ignored" });
    expect(handled.because).toContain(`${IMPOSSIBLE}repository.full_name`);
    expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/hello", nudges: 0 });
    expect(await inbox.app.repositoryStore.model.countDocuments()).toBe(0);
  });

  test.each(["..", "a/b", "", "hello.git", "a\0"])("as its earlier name: %j", async (from) => {
    const handled = await inbox.deliver("repository", {
      action: "renamed",
      repository: REPOSITORY,
      changes: { repository: { name: { from } } },
    });
    expect(handled).toEqual({
      outcome: "ignored",
      because: "The payload does not say how it was called before",
    });
    expect(await inbox.app.repositoryStore.model.countDocuments()).toBe(0);
  });

  test.each(["octo/..", "..", "a b", LONG, "\0", "octo[bot]"])("as a new login: %j", async (to) => {
    await storeRecord(inbox.app, "p-1");
    const handled = await inbox.deliver("installation_target", {
      action: "renamed",
      account: { login: to },
      changes: { login: { from: "octo" } },
      installation: { id: 5 },
    });
    expect(handled.because).toContain(`${IMPOSSIBLE}account.login`);
    expect(await storedRecord(inbox.app, "p-1")).toMatchObject({ repository: "octo/hello" });
  });

  test.each([
    "refs/heads/a..b",
    "refs/heads/a\0b",
    "main",
    "refs/heads/",
    `refs/heads/${LONG}`,
    "refs/heads/HEAD",
  ])("as the ref of a push: %j", async (ref) => {
    const push = { ref, after: HEAD_SHA, deleted: false, repository: REPOSITORY };
    expect((await inbox.deliver("push", push)).because).toContain(`${IMPOSSIBLE}ref`);
  });

  test.each([-1, 0, 1.5, 2 ** 53, Number.MAX_VALUE, "7"])(
    "as the number of a pull request: %j",
    async (number) => {
      const payload = { action: "closed", pull_request: { number }, repository: REPOSITORY };
      expect((await inbox.deliver("pull_request", payload)).because).toContain(
        `${IMPOSSIBLE}pull_request.number`,
      );
    },
  );

  test.each(["HEAD", "0123", "Z".repeat(40), "0".repeat(41)])("as a commit: %j", async (sha) => {
    expect((await inbox.deliver("status", { sha, repository: REPOSITORY })).because).toContain(
      `${IMPOSSIBLE}sha`,
    );
  });

  test.each(["closed\n", "", LONG, "Closed"])("as an action: %j", async (action) => {
    const payload = { action, pull_request: { number: 7 }, repository: REPOSITORY };
    expect((await inbox.deliver("pull_request", payload)).because).toContain(`${IMPOSSIBLE}action`);
  });
});

describe("a part that can't be used does not lose the rest", () => {
  const installation = (more: object = {}) => ({
    action: "created",
    installation: {
      id: 5,
      account: { login: "octo" },
      permissions,
      suspended_at: null,
      updated_at: "2026-01-05T09:00:00Z",
      ...more,
    },
    repositories: [{ id: 1, full_name: "octo/.." }, { id: -2, full_name: "octo/negative" }, null, REPOSITORY],
  });
  const known = async () =>
    (await inbox.app.repositoryStore.model.find().lean()).map(({ fullName }) => fullName);

  test("of an installation's repositories", async () => {
    expect(await inbox.deliver("installation", installation())).toMatchObject({ outcome: "applied" });
    expect(await known()).toEqual(["octo/hello"]);
  });

  test("of the repositories that were added or removed", async () => {
    await inbox.deliver("installation_repositories", {
      action: "added",
      installation: { id: 5, account: { login: "octo" } },
      repositories_added: [
        { id: 3, full_name: "octo/a b" },
        { id: 4, full_name: "octo/four" },
      ],
      repositories_removed: [{ id: 9_007_199_254_740_992, full_name: "octo/far" }, REPOSITORY],
    });
    expect((await known()).toSorted()).toEqual(["octo/four", "octo/hello"]);
  });

  test("of the permissions, whose names become keys", async () => {
    const odd = { "a.b": "read", $set: "read", "a\0": "read", "": "read", contents: "write", members: 1 };
    const given = JSON.parse(`{"__proto__":"read",${JSON.stringify(odd).slice(1)}`) as object;
    expect(await inbox.deliver("installation", installation({ permissions: given }))).toMatchObject({
      outcome: "applied",
    });
    expect((await inbox.app.installationStore.find(5))?.permissions).toEqual({ contents: "write" });
  });

  test("of the branches of a status", async () => {
    await storeRecord(inbox.app, "p-1");
    const branches = [{ name: "a..b" }, { name: LONG }, {}, { name: "agent/p-1" }];
    await inbox.deliver("status", { sha: "0".repeat(40), branches, repository: REPOSITORY });
    expect(await nudges("p-1")).toBe(1);
  });

  test.each([{ login: "a/b" }, { login: LONG }, { login: "a\0" }, {}, "mona", null])(
    "a sender such as %j",
    async (sender) => {
      await storeRecord(inbox.app, "p-1");
      const push = {
        ref: "refs/heads/agent/p-1",
        after: HEAD_SHA,
        deleted: false,
        repository: REPOSITORY,
        sender,
      };
      await inbox.deliver("push", push);
      expect(await nudges("p-1")).toBe(1);
      expect((await storedRecord(inbox.app, "p-1")).pushedBy).toBeNull();
      const run = { head_sha: HEAD_SHA, app: { id: 99 }, check_suite: { head_branch: "a..b" } };
      await inbox.deliver("check_run", {
        action: "completed",
        check_run: run,
        repository: REPOSITORY,
        sender,
      });
      expect(await nudges("p-1")).toBe(2);
      const ours = { head_sha: HEAD_SHA, app: { id: 1 } };
      for (const action of ["rerequested", "requested_action"]) {
        const pressed = { action, check_run: ours, repository: REPOSITORY, sender };
        expect((await inbox.deliver("check_run", pressed)).because).toContain("who asked for it");
      }
    },
  );

  test("the default branch of a push", async () => {
    await storeRecord(inbox.app, "p-1");
    const repository = { ...REPOSITORY, default_branch: "a..b" };
    await inbox.deliver("push", { ref: "refs/heads/main", after: HEAD_SHA, deleted: false, repository });
    expect(await nudges("p-1")).toBe(1);
  });
});

test.each([1e300, -1e300, "nonsense", Number.MAX_SAFE_INTEGER])(
  "a time such as %j is no time",
  async (updated) => {
    const account = { login: "octo" };
    const installation = { id: 5, account, permissions, suspended_at: null, updated_at: updated };
    const { because } = await inbox.deliver("installation", { action: "created", installation });
    expect(because).toContain(`${IMPOSSIBLE}installation.updated_at`);
  },
);
