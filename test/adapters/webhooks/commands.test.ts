import { describe, expect, test } from "../../support/testing.ts";
import {
  REQUESTS_OF_ONE_MAX,
  REQUESTS_WAITING_MAX,
} from "../../../src/pull-requests/record/command-request.ts";
import { HEAD_SHA, storedRecord, storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhook-deliveries.ts";

const inbox = useWebhookDeliveries();

const repository = { id: 1, full_name: "octo/hello" };
const sender = { login: "mona" };
const MONA = { login: "mona", type: "User" };

const commented = (body: string, more: { action?: string; issue?: object; comment?: object } = {}) => ({
  action: more.action ?? "created",
  issue: { number: 7, pull_request: {}, ...more.issue },
  comment: { id: 71, body, user: MONA, performed_via_github_app: null, ...more.comment },
  repository,
});
const pressed = (identifier: string) => ({
  action: "requested_action",
  check_run: { head_sha: HEAD_SHA, app: { id: 1 } },
  requested_action: { identifier },
  repository,
  sender,
});

test("the commands of a comment are stored in order, and only once if the webhook is repeated", async () => {
  await storeRecord(inbox.app, "p-1");
  const comment = commented("Nice.\n/orb refresh\n/orb deploy\n/orb ready");
  await inbox.deliver("issue_comment", comment);
  await inbox.deliver("issue_comment", comment);
  const { requests, work } = await storedRecord(inbox.app, "p-1");
  expect(requests.map(({ command, by, commentId, door }) => [command, by, commentId, door])).toEqual(
    ["refresh", "unknown", "ready"].map((command) => [command, "mona", 71, "comment"]),
  );
  expect(work.dueAt).not.toBeNull();
});

test("a command that was carried out is not stored again", async () => {
  await storeRecord(inbox.app, "p-1", { requestsDone: ["comment:71:refresh"] });
  await inbox.deliver("issue_comment", commented("/orb refresh"));
  expect((await storedRecord(inbox.app, "p-1")).requests).toEqual([]);
});

describe("comments without a command", () => {
  test.each([
    ["an edit", commented("/orb retry", { action: "edited" })],
    ["a deleted comment", commented("/orb retry", { action: "deleted" })],
    ["a comment on an issue", commented("/orb retry", { issue: { pull_request: undefined } })],
    ["another pull request", commented("/orb retry", { issue: { number: 8 } })],
    ["the bot's own comment", commented("/orb retry", { comment: { performed_via_github_app: { id: 1 } } })],
    ["another bot's", commented("/orb retry", { comment: { user: { login: "x", type: "Bot" } } })],
    ["a deleted account's", commented("/orb retry", { comment: { user: null } })],
    ["no command", commented("What does /orb do?")],
    ["no text", commented("", { comment: { body: null } })],
  ])("%s", async (_name, payload) => {
    await storeRecord(inbox.app, "p-1");
    expect(await inbox.deliver("issue_comment", payload)).toMatchObject({ outcome: "ignored" });
    const { requests, nudges } = await storedRecord(inbox.app, "p-1");
    expect({ requests: requests, nudges }).toEqual({ requests: [], nudges: 0 });
  });
});

test("a comment that another App wrote on behalf of a person counts as the person's", async () => {
  await storeRecord(inbox.app, "p-1");
  const payload = commented("/orb hold", { comment: { performed_via_github_app: { id: 99 } } });
  expect(await inbox.deliver("issue_comment", payload)).toMatchObject({ outcome: "applied" });
});

test("each press of a button is one request, identified by its delivery", async () => {
  await storeRecord(inbox.app, "p-1");
  await inbox.deliver("check_run", pressed("retry"), "d-1");
  await inbox.deliver("check_run", pressed("retry"), "d-1");
  await inbox.deliver("check_run", pressed("refresh"), "d-2");
  expect(await inbox.deliver("check_run", pressed("hold"), "d-3")).toMatchObject({ outcome: "ignored" });
  const again = {
    action: "rerequested",
    check_suite: { head_sha: HEAD_SHA, app: { id: 1 } },
    repository,
    sender,
  };
  await inbox.deliver("check_suite", again, "d-4");
  const { requests } = await storedRecord(inbox.app, "p-1");
  expect(requests.map(({ key, command, by }) => [key, command, by])).toEqual([
    ["delivery:d-1", "retry", "mona"],
    ["delivery:d-2", "refresh", "mona"],
    ["delivery:d-4", "refresh", "mona"],
  ]);
});

describe("of two projects whose pull requests have the same head commit", () => {
  const CLOSED = {
    status: "closed",
    pullRequest: { number: 7, checkRun: { id: 70, headSha: HEAD_SHA, print: "" } },
  };
  const OPEN = {
    status: "open",
    pullRequest: { number: 8, checkRun: { id: 80, headSha: HEAD_SHA, print: "" } },
  };
  const again = {
    action: "rerequested",
    check_suite: { head_sha: HEAD_SHA, app: { id: 1 } },
    repository,
    sender,
  };
  const pressedOn = (id?: number) => ({ ...pressed("retry"), check_run: { ...pressed("").check_run, id } });

  test.each([
    ["the button of a closed one's check run is for the closed one", "check_run", pressedOn(70), "closed"],
    ["the button of an open one's check run is for the open one", "check_run", pressedOn(80), "open"],
    [
      "the button of a check run that no record knows is for the open one",
      "check_run",
      pressedOn(90),
      "open",
    ],
    ["a button without a check run is for the open one", "check_run", pressedOn(), "open"],
    ["running all checks again is for the open one", "check_suite", again, "open"],
    ["a comment is for its pull request", "issue_comment", commented("/orb retry"), "closed"],
  ])("%s", async (_name, event, payload, expected) => {
    for (const order of [
      ["closed", "open"],
      ["open", "closed"],
    ]) {
      await inbox.app.pullRequestStore.model.collection.deleteMany({});
      for (const project of order) await storeRecord(inbox.app, project, project === "open" ? OPEN : CLOSED);
      expect(await inbox.deliver(event, payload)).toMatchObject({ outcome: "applied" });
      const asked = order.map(async (project) => (await storedRecord(inbox.app, project)).requests.length);
      expect(await Promise.all(asked)).toEqual(order.map((project) => Number(project === expected)));
    }
  });
});

test("the number of waiting requests on a pull request is limited", async () => {
  await storeRecord(inbox.app, "p-1");
  for (let id = 1; id <= REQUESTS_WAITING_MAX; id++) {
    const user = { login: `person-${id}`, type: "User" };
    await inbox.deliver("issue_comment", commented("/orb status", { comment: { id, user } }));
  }
  const oneMore = commented("/orb status", { comment: { id: REQUESTS_WAITING_MAX + 1 } });
  expect(await inbox.deliver("issue_comment", oneMore)).toMatchObject({
    outcome: "ignored",
    because: expect.stringContaining("More requests"),
  });
  expect((await storedRecord(inbox.app, "p-1")).requests).toHaveLength(REQUESTS_WAITING_MAX);
});

test("one person's many requests do not displace another person's", async () => {
  await storeRecord(inbox.app, "p-1");
  const user = { login: "stranger", type: "User" };
  for (let id = 100; id < 200; id++) {
    await inbox.deliver("issue_comment", commented("/orb status", { comment: { id, user } }));
  }
  await inbox.deliver("issue_comment", commented("/orb hold"));
  const { requests } = await storedRecord(inbox.app, "p-1");
  expect(requests).toHaveLength(REQUESTS_OF_ONE_MAX + 1);
  expect(requests.at(-1)).toMatchObject({ command: "hold", by: "mona" });
});

test("a waiting pull request is due at once, and keeps the time until which it was to wait", async () => {
  const until = new Date("2999-01-01T00:00:00Z");
  const problem = { code: "on_hold", reason: "It is held.", remedy: "Wait." };
  const work = { dueAt: until, owner: null, epoch: 1, attempts: 1 };
  await storeRecord(inbox.app, "p-1", { problem, work });
  await inbox.deliver("issue_comment", commented("/orb status"));
  await inbox.deliver("issue_comment", commented("/orb help", { comment: { id: 72 } }));
  const record = await storedRecord(inbox.app, "p-1");
  expect(record.parked).toEqual({ until });
  expect(record.work.dueAt?.getTime()).toBeLessThan(until.getTime());
});

describe("a merge queue that asks for checks", () => {
  const queued = (number: number, action = "checks_requested", branch = `pr-${number}-${HEAD_SHA}`) => ({
    action,
    merge_group: { head_sha: HEAD_SHA, head_ref: `refs/heads/gh-readonly-queue/main/${branch}` },
    repository,
  });

  test("requests the bot's check on the queue's commit once", async () => {
    await storeRecord(inbox.app, "p-1");
    await inbox.deliver("merge_group", queued(7));
    await inbox.deliver("merge_group", queued(7));
    expect((await storedRecord(inbox.app, "p-1")).requests).toMatchObject([
      { command: "merge_group", door: "queue", headSha: HEAD_SHA, commentId: null },
    ]);
  });

  test.each([
    ["with a pull request that is not ours", queued(8)],
    ["on a branch of another name", queued(7, "checks_requested", "pr-7")],
    ["that was dissolved", queued(7, "destroyed")],
  ])("%s requests nothing", async (_name, payload) => {
    await storeRecord(inbox.app, "p-1");
    expect(await inbox.deliver("merge_group", payload)).toMatchObject({ outcome: "ignored" });
    expect((await storedRecord(inbox.app, "p-1")).requests).toEqual([]);
  });
});
