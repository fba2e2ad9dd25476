import { describe, expect, test } from "../../../support/testing.ts";
import {
  GRACE_MS,
  HEARTBEAT_LEASE_MS,
  PHASE_LEASE_MS,
} from "../../../../src/workspaces/registry/rules/lease-times.ts";
import { creation, HOST, useRegistry } from "./registry-scene.ts";

const scene = useRegistry();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1_000;
const heartbeat = (project: string, name = project) => {
  return { project, workspace: { host: HOST, path: scene.path(name) } };
};
const codes = async (name: string) => (await scene.find(name)).kept.map(({ code }) => code);

async function decide(name: string) {
  return (await scene.desk.decide(await scene.find(name))).retention;
}

describe("signals make a workspace known", () => {
  test("its creation names it; a repetition and a late heartbeat change nothing but its leases", async () => {
    const createdAt = scene.now();
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    const before = await scene.find("p-1");
    expect(before).toMatchObject({
      host: HOST,
      path: scene.path("p-1"),
      generation: 1,
      status: "active",
      noticedBy: "signal",
      projects: ["p-1"],
      repository: "octo/hello",
      createdAt,
      lastActiveAt: createdAt,
    });
    scene.pass(MINUTE_MS);
    await scene.hear("orb.project.created", creation(scene, "p-1"), { at: createdAt });
    await scene.hear("orb.workspace.active", heartbeat("p-1"), { at: createdAt });
    const after = await scene.find("p-1");
    const changing = { leases: [], revision: 0, updatedAt: 0, lastSignalAt: 0, kept: [], isKept: false };
    expect({ ...after, ...changing }).toEqual({ ...before, ...changing });
    expect(after.leases.map(({ kind }) => kind).sort()).toEqual(["grace", "heartbeat"]);
    expect(await scene.store.countByStatus()).toEqual(new Map([["active", 1]]));
  });

  test("its path is the same with slashes and dots more; a path that leads elsewhere is reported and not recorded", async () => {
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    for (const name of ["/p-1/", "./p-1//."])
      await scene.hear("orb.workspace.active", heartbeat("p-1", name));
    expect(await scene.store.ofProject("p-1")).toHaveLength(1);
    for (const name of [
      "../etc",
      "p-1/../../etc",
      "a\0b",
      "y".repeat(256),
      "é".repeat(128),
      "x/".repeat(2_000),
    ]) {
      await scene.hear("orb.workspace.active", heartbeat("p-1", name));
    }
    expect(scene.badPaths).toMatchObject([
      expect.stringContaining('".."'),
      expect.stringContaining('".."'),
      expect.stringContaining("NUL"),
      expect.stringContaining("255 bytes"),
      expect.stringContaining("255 bytes"),
    ]);
    expect((await scene.store.ofProject("p-1")).map(({ path }) => path.length < 4_096)).toEqual([true, true]);
  });

  test("two projects name it: it belongs to both, and stays until both have ended (B4)", async () => {
    await scene.hear("orb.project.created", creation(scene, "p-1", "shared"));
    await scene.hear("orb.project.created", creation(scene, "p-2", "shared"));
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    expect((await scene.find("shared")).projects).toEqual(["p-1", "p-2"]);
    expect(await decide("shared")).toMatchObject({ dueAt: null });
    expect(await codes("shared")).toContain("project_unfinished");
    await scene.hear("orb.project.cancelled", { project: "p-2" });
    await scene.projects.recordRetention("p-1", DAYS, await session());
    await scene.projects.recordRetention("p-2", DAYS, await session());
    expect((await decide("shared")).dueAt).toEqual(scene.now());
  });

  test("many signals at once are all counted", async () => {
    const senders = Array.from({ length: 12 }, (_, index) => `urn:agent:${index}`);
    await Promise.all(
      senders.map((source) => scene.hear("orb.workspace.active", heartbeat("p-1"), { source })),
    );
    const { leases } = await scene.find("p-1");
    expect(leases.filter(({ kind }) => kind === "heartbeat")).toHaveLength(senders.length);
  });
});

const DAYS = { cancelled: 0, merged: 1, closed: 7, failed: 14, completed: 7 };
const session = () => scene.database.connection.startSession();

/** A project that was cancelled a day ago, with settings that were read: nothing holds its workspace. */
async function cancelledLongAgo(project: string): Promise<void> {
  await scene.hear("orb.project.created", creation(scene, project));
  await scene.hear("orb.project.cancelled", { project });
  await scene.projects.recordRetention(project, DAYS, await session());
  scene.pass(DAY_MS);
  const workspace = await scene.find(project);
  await scene.desk.record(workspace, await scene.desk.decide(workspace));
  expect(await scene.find(project)).toMatchObject({ status: "scheduled", kept: [] });
}

describe("a workspace in use stays", () => {
  test("an agent without any process: its heartbeat holds a lease for a named time (B1)", async () => {
    await cancelledLongAgo("p-1");
    await scene.hear("orb.workspace.active", heartbeat("p-1"));
    expect(await codes("p-1")).toContain("leased");
    scene.pass(HEARTBEAT_LEASE_MS - 1);
    expect((await decide("p-1")).reasons.map(({ code }) => code)).toContain("leased");
    scene.pass(GRACE_MS);
    expect((await decide("p-1")).reasons).toEqual([]);
  });

  test("the agent ends its turn, a sweep comes at once, and it is resumed three minutes later (B2)", async () => {
    await scene.hear("orb.project.created", { ...creation(scene, "p-1"), retention: { completed: 0 } });
    await scene.hear("orb.phase.started", { project: "p-1", phase: "implementation" });
    const done = { project: "p-1", repository: "octo/hello", branch: "agent/x", summary: "" };
    await scene.hear("orb.implementation.completed", done);
    expect((await decide("p-1")).reasons.map(({ code }) => code)).toEqual(["recently_signalled"]);
    // The control: without the grace it would go at once.
    const ended = await scene.find("p-1");
    const forgotten = { ...ended, leases: [] };
    await scene.store.change(ended._id, () => ({ leases: [] }));
    expect((await scene.desk.decide(forgotten)).retention).toMatchObject({ dueAt: scene.now(), reasons: [] });
    await scene.store.change(ended._id, () => ({ leases: ended.leases }));
    scene.pass(3 * MINUTE_MS);
    await scene.hear("orb.phase.started", { project: "p-1", phase: "implementation" });
    expect(await codes("p-1")).toEqual(expect.arrayContaining(["project_unfinished", "phase_running"]));
  });

  test("a phase that runs holds it, until its project is silent for a day", async () => {
    await cancelledLongAgo("p-1");
    await scene.hear("orb.phase.started", { project: "p-1", phase: "research" });
    scene.pass(PHASE_LEASE_MS - 1);
    expect((await decide("p-1")).reasons.map(({ code }) => code)).toEqual(["phase_running"]);
    scene.pass(1);
    expect((await decide("p-1")).reasons).toEqual([]);
  });

  test("a dead lease pins nothing for ever (B6)", async () => {
    await cancelledLongAgo("p-1");
    await scene.hear("orb.workspace.active", heartbeat("p-1"), { source: "urn:dead" });
    scene.pass(30 * DAY_MS);
    expect((await decide("p-1")).reasons).toEqual([]);
    await scene.hear("orb.workspace.active", heartbeat("p-1"), { source: "urn:alive" });
    const held = (await scene.find("p-1")).leases.filter(({ kind }) => kind === "heartbeat");
    expect(held.map(({ holder }) => holder)).toEqual(["project p-1 (urn:alive)"]);
  });
});

describe("a lease counts for the folder, by whichever name it was given", () => {
  test("on a workspace inside it, and on one that contains it", async () => {
    await cancelledLongAgo("p-1");
    await scene.hear("orb.workspace.active", heartbeat("inner", "p-1/inner"));
    const { reasons } = await decide("p-1");
    expect(reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(["contains_workspace", "leased"]));
    const inner = await scene.find("p-1/inner");
    expect(reasons.find(({ code }) => code === "leased")?.reason).toContain(
      `That was said of "${inner.path}", which`,
    );
    await scene.hear("orb.workspace.active", heartbeat("outer", "p-2"));
    await scene.hear("orb.project.created", creation(scene, "p-3", "p-2/inner"));
    await scene.hear("orb.project.cancelled", { project: "p-3" });
    await scene.projects.recordRetention("p-3", DAYS, await session());
    await scene.hear("orb.workspace.active", heartbeat("outer", "p-2"));
    const held = (await decide("p-2/inner")).reasons.find(({ code }) => code === "leased");
    const outer = await scene.find("p-2");
    expect(held?.reason).toContain(`That was said of "${outer.path}", which contains it`);
    expect((await decide("p-2")).reasons.find(({ code }) => code === "leased")?.reason).not.toContain(
      "said of",
    );
  });
});

describe("the end of a project", () => {
  test("a cancellation makes it due in the same transaction, unless its settings were not read", async () => {
    await scene.hear("orb.project.created", { ...creation(scene, "p-1"), retention: { cancelled: 0 } });
    await scene.hear("orb.phase.started", { project: "p-1", phase: "research" });
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    expect(await scene.find("p-1")).toMatchObject({ status: "scheduled", dueAt: scene.now(), kept: [] });
    expect(await scene.store.due(HOST, { now: scene.now(), limit: 10 })).toHaveLength(1);
    await scene.hear("orb.project.created", creation(scene, "p-2"));
    await scene.hear("orb.project.cancelled", { project: "p-2" });
    expect(await scene.find("p-2")).toMatchObject({ status: "active", dueAt: null });
    expect(await codes("p-2")).toEqual(["settings_unread"]);
  });

  test("each reason has an age, which stays, and an owner (D5)", async () => {
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await scene.hear("orb.project.failed", { project: "p-1" });
    const since = scene.now();
    scene.pass(DAY_MS);
    await scene.desk.record(await scene.find("p-1"), await scene.desk.decide(await scene.find("p-1")));
    const kept = (await scene.find("p-1")).kept.find(({ code }) => code === "settings_unread");
    expect(kept).toMatchObject({ since, owner: { kind: "user", name: "user-of-p-1", project: "p-1" } });
  });
});

describe("signals about a path whose workspace is gone", () => {
  test("late ones are ignored; work after the end is another workspace, without anything from the other", async () => {
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    const removed = { status: "removed", goneAt: scene.now(), removedAt: scene.now(), dueAt: null } as const;
    await scene.store.change((await scene.find("p-1"))._id, () => ({
      ...removed,
      baseline: { notedAt: scene.now(), data: {} },
    }));
    const before = await scene.find("p-1");
    scene.pass(MINUTE_MS);
    await scene.hear("orb.workspace.active", heartbeat("p-1"), {
      at: new Date(scene.now().getTime() - 2 * MINUTE_MS),
    });
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    expect({ ...(await scene.find("p-1")), revision: 0 }).toEqual({ ...before, revision: 0 });
    await scene.hear("orb.workspace.active", heartbeat("p-1"));
    expect(await scene.find("p-1")).toMatchObject({
      generation: 2,
      status: "active",
      projects: ["p-1"],
      baseline: null,
      goneAt: null,
      removedAt: null,
    });
  });
});
