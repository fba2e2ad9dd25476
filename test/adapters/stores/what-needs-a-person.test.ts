import { beforeEach, expect, test } from "../../support/testing.ts";
import { DeliveryStore } from "../../../src/deliveries/store.ts";
import { COUNTED_MAX } from "../../../src/mongo/count-up-to.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { StuckStore } from "../../../src/pull-requests/record/stuck-store.ts";
import { SignalStore } from "../../../src/signals/store.ts";
import { newWorkspace } from "../../../src/workspaces/record/new-workspace.ts";
import { UnpushedStore } from "../../../src/workspaces/cleanups/unpushed-store.ts";
import { WorkspaceStore } from "../../../src/workspaces/record/store.ts";
import { useDatabase } from "../../support/database.ts";
import { historicDelivery, historicSignal } from "../../support/history/others.ts";
import { storeRecord } from "../../support/stored-record.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

let stores: {
  readonly deliveries: DeliveryStore;
  readonly signals: SignalStore;
  readonly pullRequests: PullRequestStore;
  readonly workspaces: WorkspaceStore;
};
const own = useDatabase(({ database }) => {
  stores = {
    deliveries: new DeliveryStore(database),
    signals: new SignalStore(database),
    pullRequests: new PullRequestStore(database),
    workspaces: new WorkspaceStore(database),
  };
});

beforeEach(async () => {
  const { db } = own.database.connection;
  for (const { name } of (await db?.listCollections().toArray()) ?? [])
    await db?.collection(name).deleteMany({});
});

test("dead deliveries are counted, up to a limit", async () => {
  const { deliveries } = stores;
  const count = COUNTED_MAX + 5;
  const of = (index: number, status: "dead" | "done") => ({ ...historicDelivery(index), status });
  await deliveries.model.collection.insertMany([of(count, "done"), of(count + 1, "dead")] as never);
  expect(await deliveries.countDead()).toBe(1);
  await deliveries.model.collection.insertMany(
    Array.from({ length: count }, (_, index) => of(index, "dead")) as never,
  );
  expect(await deliveries.countDead()).toBe(COUNTED_MAX);
});

test("dead signals are counted if they are young enough", async () => {
  const { signals } = stores;
  const of = (index: number, hours: number, status: "dead" | "done") => ({
    ...historicSignal(index),
    status,
    receivedAt: hoursAgo(hours),
  });
  await signals.model.collection.insertMany([of(1, 1, "dead"), of(2, 3, "dead"), of(3, 1, "done")] as never);
  expect(await signals.countDead(hoursAgo(2))).toBe(1);
  expect(await signals.countDead(hoursAgo(4))).toBe(2);
});

test("pull requests are stuck an hour after their completion, for seven days; quarantined ones are counted at any age", async () => {
  const { pullRequests: pullRequestStore } = stores;
  const add = (project: string, more: Record<string, unknown>) =>
    storeRecord({ pullRequestStore }, project, more);
  const crashed = { code: "pull_request_crashed", reason: "It crashed three processes.", remedy: "Retry." };
  await add("young", { status: "blocked", receivedAt: hoursAgo(0.9) });
  await add("stuck", { status: "blocked", receivedAt: hoursAgo(1.1) });
  await add("forgotten", { status: "blocked", receivedAt: hoursAgo(7 * 24 + 1) });
  await add("failed", { status: "failed", receivedAt: hoursAgo(2) });
  await add("failed-too", { status: "failed", receivedAt: hoursAgo(7 * 24 - 1) });
  await add("opened", { status: "open", receivedAt: hoursAgo(2) });
  await add("crashed", { status: "open", receivedAt: hoursAgo(999), problem: crashed });
  const other = { ...crashed, code: "not_found" };
  await add("merged", { status: "merged", receivedAt: hoursAgo(2), problem: other });
  const stuck = new StuckStore(pullRequestStore);
  expect(await stuck.count(NOW)).toEqual({ blocked: 1, failed: 2, quarantined: 1 });
});

test("workspaces that are kept for work that is nowhere else are counted after a day", async () => {
  const { workspaces } = stores;
  const add = (path: string, status: "kept" | "active", kept: readonly { code: string; hours: number }[]) => {
    const noticed = { host: "h-1", path, noticedBy: "signal", at: NOW, now: NOW } as const;
    const owner = { kind: "operator", name: "h-1", project: null } as const;
    const reasons = kept.map(({ code, hours }) => ({
      code,
      reason: "It has work.",
      remedy: "Push it.",
      by: "cleanup" as const,
      since: hoursAgo(hours),
      owner,
    }));
    return workspaces.insertFound([{ ...newWorkspace(noticed), status, isKept: true, kept: reasons }]);
  };
  await add("/w/young", "kept", [{ code: "unpushed_commits", hours: 23 }]);
  await add("/w/waits", "kept", [
    { code: "stash", hours: 25 },
    { code: "untracked_files", hours: 30 },
  ]);
  await add("/w/not-yet", "kept", [
    { code: "process_inside", hours: 40 },
    { code: "stash", hours: 2 },
  ]);
  await add("/w/unreadable", "kept", [{ code: "git_unreadable", hours: 40 }]);
  await add("/w/not-due", "active", [{ code: "stash", hours: 40 }]);
  expect(await new UnpushedStore(workspaces).count(NOW)).toBe(1);
});
