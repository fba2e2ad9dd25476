import { beforeEach, describe, expect, test } from "../../../support/testing.ts";
import { useDatabase } from "../../../support/database.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import { OldWorkspaces } from "../../../../src/workspaces/record/old-workspaces.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import type { StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { workspaceId } from "../../../../src/workspaces/record/workspace-id.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const DAY_MS = 24 * 3600 * 1_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const host = "h-1";
let store: WorkspaceStore;
const own = useDatabase(({ database }) => {
  store = new WorkspaceStore(database);
});

beforeEach(async () => {
  await store.model.collection.deleteMany({});
});

async function add(path: string, more: Partial<StoredWorkspace> = {}): Promise<string> {
  const noticed = { host, path, noticedBy: "signal", at: NOW, now: NOW } as const;
  const workspace = { ...newWorkspace(noticed), ...more };
  await store.insertFound([workspace]);
  return workspace._id;
}
const pathsOf = (found: readonly StoredWorkspace[]) => found.map(({ path }) => path).sort();

describe("one record for a host and a path", () => {
  test("opened by many transactions at once there is one, and each change is kept", async () => {
    const noticed = { host, path: "/w/a", noticedBy: "signal", at: NOW, now: NOW } as const;
    const names = Array.from({ length: 10 }, (_, index) => `p-${index}`);
    await Promise.all(
      names.map((name) =>
        own.database.transaction(async (transaction) => {
          const { _id, projects } = await store.openForChange(noticed, transaction);
          await store.save(_id, { projects: [...projects, name] }, transaction);
        }),
      ),
    );
    expect(await store.model.countDocuments()).toBe(1);
    const found = await store.findByPath(host, "/w/a");
    expect(found?.projects.toSorted()).toEqual(names);
    await add("/w/a", { projects: ["other"] });
    expect(await store.findByPath(host, "/w/a")).toEqual(found);
    expect(await store.findByPath("h-2", "/w/a")).toBeNull();
  });

  test("a change that was computed from an older state is computed again", async () => {
    const id = await add("/w/a");
    await Promise.all(
      Array.from({ length: 8 }, () => store.change(id, ({ generation }) => ({ generation: generation + 1 }))),
    );
    expect(await store.find(id)).toMatchObject({ generation: 9 });
    expect(await store.change(id, () => null)).toMatchObject({ generation: 9 });
    expect(await store.change("unknown", () => ({ generation: 1 }))).toBeNull();
  });

  test("with ever more changes in between it gives up, and says so", async () => {
    const id = await add("/w/a");
    const disturb = () => store.model.collection.updateOne({ _id: id as never }, { $inc: { revision: 1 } });
    const find = store.find.bind(store);
    // Another process changes the record each time after it was read.
    store.find = async (...asked) => {
      const found = await find(...asked);
      await disturb();
      return found;
    };
    await expect(store.change(id, () => ({ generation: 2 }))).rejects.toMatchObject({
      code: "workspace_busy",
    });
    store.find = find;
  });

  test("whether it is kept follows from its reasons", async () => {
    const id = await add("/w/a");
    const owner = { kind: "operator", name: host, project: null } as const;
    const reason = {
      code: "stash",
      reason: "A stash.",
      remedy: "Push it.",
      by: "cleanup",
      since: NOW,
      owner,
    } as const;
    await store.change(id, () => ({ kept: [reason] }));
    expect(pathsOf(await store.list({ after: null, limit: 5, kept: true }))).toEqual(["/w/a"]);
    await store.change(id, () => ({ kept: [] }));
    expect(await store.list({ after: null, limit: 5, kept: true })).toEqual([]);
  });
});

describe("use of a folder is use of what contains it and of what is inside", () => {
  test("those are found, and no neighbour whose name begins the same", async () => {
    const paths = [
      "/w",
      "/w/a",
      "/w/a/b",
      "/w/a/b/c",
      "/w/a/b/c/d",
      "/w/a/b-c",
      "/w/a/b0",
      "/w/a/bc",
      "/w/ab",
      "/x/b",
    ];
    for (const path of paths) await add(path);
    await add("/w/a/b/gone", { goneAt: NOW, status: "removed" });
    await store.insertFound([
      newWorkspace({ host: "h-2", path: "/w/a/b/e", noticedBy: "disk", at: NOW, now: NOW }),
    ]);
    const around = ["/w", "/w/a", "/w/a/b", "/w/a/b/c", "/w/a/b/c/d"];
    expect(pathsOf(await store.touching(host, ["/w/a/b"]))).toEqual(around);
    expect(pathsOf(await store.touching(host, ["/w/a/b", "/x/b"]))).toEqual([...around, "/x/b"]);
  });
});

describe("lists", () => {
  test("show those with a folder, by host, project and whether they are kept, page by page", async () => {
    await add("/w/a", { projects: ["p-1", "p-2"], isKept: true });
    await add("/w/b", { projects: ["p-2"] });
    await add("/w/c", { goneAt: NOW, status: "missing" });
    expect(pathsOf(await store.list({ after: null, limit: 5 }))).toEqual(["/w/a", "/w/b"]);
    expect(pathsOf(await store.list({ after: null, limit: 5, project: "p-1", kept: true }))).toEqual([
      "/w/a",
    ]);
    expect(await store.list({ after: null, limit: 5, host: "h-2" })).toEqual([]);
    const [first] = await store.list({ after: null, limit: 1 });
    const rest = await store.list({ after: first?._id ?? "", limit: 5 });
    expect(pathsOf([...(first ? [first] : []), ...rest])).toEqual(["/w/a", "/w/b"]);
    expect(await store.countByStatus()).toEqual(
      new Map([
        ["active", 2],
        ["missing", 1],
      ]),
    );
  });

  test("what is due comes in the order of its time, and only of its host", async () => {
    await add("/w/later", { dueAt: daysAgo(1) });
    await add("/w/first", { dueAt: daysAgo(2) });
    await add("/w/not-yet", { dueAt: daysAgo(-1) });
    await add("/w/open", { dueAt: null });
    const due = await store.due(host, { now: NOW, limit: 5 });
    expect(due.map(({ path }) => path)).toEqual(["/w/first", "/w/later"]);
    expect(await store.due("h-2", { now: NOW, limit: 5 })).toEqual([]);
  });
});

test("records are forgotten long after their folder went, or if nobody ever saw it; a fence and a folder keep them", async () => {
  const gone = { status: "removed", seenAt: daysAgo(300) } as const;
  await add("/w/gone-long-ago", { ...gone, goneAt: daysAgo(200) });
  await add("/w/gone-lately", { ...gone, goneAt: daysAgo(100) });
  await add("/w/fenced", { ...gone, goneAt: daysAgo(200), fenceUntil: daysAgo(199) });
  await add("/w/there", { seenAt: daysAgo(200), lastActiveAt: daysAgo(300) });
  await add("/w/never-seen", { lastActiveAt: daysAgo(200) });
  await add("/w/named-lately", { lastActiveAt: daysAgo(100) });
  const removed = await new OldWorkspaces(store).remove(daysAgo(180));
  expect(removed).toEqual([
    { removed: 1, more: false },
    { removed: 1, more: false },
  ]);
  expect(pathsOf(await store.model.find().lean())).toEqual([
    "/w/fenced",
    "/w/gone-lately",
    "/w/named-lately",
    "/w/there",
  ]);
  expect(await store.find(workspaceId({ host, path: "/w/gone-long-ago" }))).toBeNull();
});
