import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { describe, expect, test } from "../../../support/testing.ts";
import { rootNames } from "../../../../src/workspaces/record/rules/root-names.ts";
import { learnProjects } from "../../../../src/workspaces/registry/learn-projects.ts";
import { type Swept, sweepRegistry } from "../../../../src/workspaces/registry/sweep.ts";
import type { StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { learnSettings } from "../../../../src/workspaces/retention/learn-settings.ts";
import { RetentionDesk } from "../../../../src/workspaces/retention/retention-desk.ts";
import { creation, HOST, useRegistry } from "./registry-scene.ts";

const scene = useRegistry();
const DAY_MS = 24 * 3600 * 1_000;
const DAYS = { cancelled: 0, merged: 1, closed: 7, failed: 3, completed: 7 };
const asked: string[] = [];
/** The records, as they were when they were handed on. */
const decided: StoredWorkspace[] = [];

function sweep(ask: (repository: string) => Promise<typeof DAYS> = async () => DAYS): Promise<Swept> {
  const { root, roots, store, desk, now, database, projects, projectStore } = scene;
  const onError = (error: unknown) => void asked.push(String(error));
  const noted = (repository: string) => {
    asked.push(repository);
    return ask(repository);
  };
  const learn = { database, projects, projectStore, ask: noted, onError, now };
  return sweepRegistry(
    {
      root,
      roots,
      host: HOST,
      store,
      desk,
      now,
      onError,
      onDecided: async (ids) => void decided.push(...(await store.findAll(ids))),
      learnSettings: (ids, stopping) => learnSettings(ids, learn, stopping),
    },
    new AbortController().signal,
  );
}

async function dueNames(): Promise<string[]> {
  const due = await scene.store.due(HOST, { now: scene.now(), limit: 100 });
  return due.map(({ path }) => path.slice(scene.root.path.length + 1)).sort();
}

test("what is decided is handed on at once, and not after all others were measured", async () => {
  await mkdir(scene.path("stray"));
  decided.length = 0;
  await sweep();
  expect(decided).toMatchObject([{ path: scene.path("stray"), status: "scheduled", size: null }]);
  expect((await scene.find("stray")).size).not.toBeNull();
});

describe("an orphan", () => {
  test("goes 30 days after the last sign of work in it: the sweep measures it, and decides again later", async () => {
    await mkdir(scene.path("stray/deep"), { recursive: true });
    await writeFile(scene.path("stray/deep/file"), Buffer.alloc(100_000, 1));
    const swept = await sweep();
    expect(swept).toMatchObject({ found: { orphans: 1 }, measured: 1, decided: 1, changed: 1, due: 0 });
    expect(await scene.find("stray")).toMatchObject({
      status: "scheduled",
      size: { inodes: 3, isPartial: false },
    });
    expect((await scene.find("stray")).size?.bytes).toBeGreaterThan(100_000);
    scene.pass(30 * DAY_MS - 60_000);
    expect(await sweep()).toMatchObject({ due: 0 });
    scene.pass(120_000);
    expect(await sweep()).toMatchObject({ due: 1 });
    expect(await dueNames()).toEqual(["stray"]);
  });

  test.each(["heartbeat", "signal", "files", "git"] as const)(
    "stays if every clock is old but one: %s (B12)",
    async (clock) => {
      await mkdir(scene.path("stray/deep"), { recursive: true });
      await mkdir(scene.path("repository/worktrees/stray"), { recursive: true });
      const admin = scene.path("repository/worktrees/stray");
      await writeFile(`${admin}/index`, "");
      await writeFile(scene.path("stray/.git"), `gitdir: ${admin}\n`);
      await writeFile(scene.path("stray/deep/file"), "x");
      await sweep();
      scene.pass(40 * DAY_MS);
      // In whole seconds, which every file system keeps exactly.
      const young = new Date(Math.floor(scene.now().getTime() / 1_000) * 1_000);
      const touch = {
        heartbeat: () => {
          const workspace = { host: HOST, path: scene.path("stray") };
          return scene.hear("orb.workspace.active", { project: "p-1", workspace }, { at: young });
        },
        signal: () => scene.hear("orb.project.created", creation(scene, "p-1", "stray"), { at: young }),
        files: () => utimes(scene.path("stray/deep/file"), young, young),
        git: () => utimes(`${admin}/index`, young, young),
      };
      await touch[clock]();
      await sweep();
      expect(await dueNames()).not.toContain("stray");
      const { lastActiveAt, lastActiveBy } = await scene.find("stray");
      expect({ lastActiveAt, lastActiveBy }).toEqual({ lastActiveAt: young, lastActiveBy: clock });
    },
  );

  test("goes if all of them are old: the control", async () => {
    await mkdir(scene.path("stray/deep"), { recursive: true });
    await sweep();
    scene.pass(40 * DAY_MS);
    await sweep();
    expect(await dueNames()).toEqual(["stray"]);
  });

  test("times in the future count as now: it stays, but not for ever (B12)", async () => {
    await mkdir(scene.path("stray"), { recursive: true });
    await writeFile(scene.path("stray/file"), "x");
    const future = new Date(scene.now().getTime() + 90 * DAY_MS);
    await utimes(scene.path("stray/file"), future, future);
    await sweep();
    expect((await scene.find("stray")).lastActiveAt).toEqual(scene.now());
    scene.pass(125 * DAY_MS);
    await sweep();
    expect(await dueNames()).toEqual(["stray"]);
  });
});

describe("a workspace that others know by another name", () => {
  test("one that contains another goes after it, and one of a leased folder stays", async () => {
    await mkdir(scene.path("team/p-1"), { recursive: true });
    const workspace = { host: HOST, path: scene.path("team") };
    await scene.hear("orb.workspace.active", { project: "unknown", workspace });
    await scene.hear("orb.project.created", {
      ...creation(scene, "p-1", "team/p-1"),
      retention: { cancelled: 0 },
    });
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    await sweep();
    expect((await scene.find("team/p-1")).kept).toMatchObject([
      { code: "leased" },
      { code: "recently_signalled" },
    ]);
    scene.pass(40 * DAY_MS);
    await sweep();
    expect(await dueNames()).toEqual(["team/p-1"]);
    expect((await scene.find("team")).kept.map(({ code }) => code)).toContain("contains_workspace");
    await rm(scene.path("team/p-1"), { recursive: true });
    await sweep();
    expect((await scene.find("team/p-1")).status).toBe("missing");
    expect((await scene.find("team")).kept.map(({ code }) => code)).not.toContain("contains_workspace");
  });

  test("a lease by one name of a root that is a link holds the record by the other (C1)", async () => {
    const link = `${scene.root.path}.link`;
    await symlink(scene.root.path, link);
    const { store, projectStore, pullRequestStore, now } = scene;
    const roots = rootNames(link, scene.root.path);
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", { ...creation(scene, "p-1"), retention: { cancelled: 0 } });
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    const workspace = { host: HOST, path: `${link}/p-1` };
    await scene.hear("orb.workspace.active", { project: "p-2", workspace });
    const decidedWith = async (names: readonly string[]) => {
      const whyOutside = () => null;
      const desk = new RetentionDesk({
        store,
        projectStore,
        pullRequestStore,
        roots: names,
        whyOutside,
        now,
      });
      return (await desk.decide(await scene.find("p-1"))).retention.reasons.map(({ code }) => code);
    };
    expect(await decidedWith(roots)).toContain("leased");
    // The control: with one name only, nobody would use it.
    expect(await decidedWith([scene.root.path])).toEqual([]);
    await rm(link);
  });
});

describe("a project without a pull request", () => {
  test("goes when the settings of its repository say so, which are asked for once and again when its time has come", async () => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await scene.hear("orb.project.failed", { project: "p-1" });
    asked.length = 0;
    await sweep();
    expect(asked).toEqual(["octo/hello"]);
    const { dueAt } = await scene.find("p-1");
    expect(dueAt?.getTime()).toBeGreaterThanOrEqual(scene.now().getTime() + 3 * DAY_MS);
    await sweep();
    expect(asked).toHaveLength(1);
    scene.pass(3 * DAY_MS + 60_000);
    // Meanwhile its repository wants more time.
    await sweep(async () => ({ ...DAYS, failed: 5 }));
    expect(asked).toHaveLength(2);
    expect(await dueNames()).toEqual([]);
    scene.pass(2 * DAY_MS);
    expect(await sweep(async () => ({ ...DAYS, failed: 5 }))).toMatchObject({ due: 1 });
  });

  test("stays if they can't be read, and says so: an error is no empty answer", async () => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await scene.hear("orb.project.cancelled", { project: "p-1" });
    scene.pass(DAY_MS);
    await sweep(() => Promise.reject(new Error("GitHub is away")));
    expect(await dueNames()).toEqual([]);
    expect((await scene.find("p-1")).kept).toMatchObject([{ code: "settings_unread", by: "retention" }]);
    await sweep();
    expect(await dueNames()).toEqual(["p-1"]);
    expect((await scene.find("p-1")).kept).toEqual([]);
  });
});

test("workspaces of projects that were known before are learnt; again changes nothing", async () => {
  const { store, projectStore, database, projects, now } = scene;
  await scene.hear("orb.project.created", creation(scene, "p-1"));
  await scene.hear("orb.phase.started", { project: "p-1", phase: "research" });
  await scene.hear("orb.phase.started", { project: "unknown", phase: "research" });
  const bad = { ...creation(scene, "p-2"), workspace: { host: HOST, path: "relative" } };
  await scene.hear("orb.project.created", bad);
  const before = await scene.find("p-1");
  await store.model.deleteMany({});
  scene.pass(DAY_MS);
  await learnProjects({ database, store, projectStore, now });
  const learnt = await scene.find("p-1");
  expect(learnt).toMatchObject({
    projects: ["p-1"],
    createdAt: before.createdAt,
    lastActiveAt: before.lastActiveAt,
    repository: "octo/hello",
  });
  expect(learnt.leases.map(({ kind }) => kind).sort()).toEqual(["grace", "phase"]);
  await learnProjects({ database, store, projectStore, now });
  expect(await store.model.countDocuments()).toBe(1);
  expect((await scene.find("p-1")).leases).toEqual(learnt.leases);
  expect(projects).toBeDefined();
});
