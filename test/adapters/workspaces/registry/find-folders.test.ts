import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { describe, expect, test } from "../../../support/testing.ts";
import { findFolders } from "../../../../src/workspaces/registry/find-folders.ts";
import { rootNames } from "../../../../src/workspaces/record/rules/root-names.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { sampledInputs } from "../../../support/sample.ts";
import { creation, HOST, useRegistry } from "./registry-scene.ts";

const scene = useRegistry();
const HOUR_MS = 3_600_000;

function look(more: Partial<Parameters<typeof findFolders>[0]> = {}) {
  const { root, roots, store, now } = scene;
  return findFolders({ root, roots, host: HOST, store, now, ...more }, new AbortController().signal);
}

async function make(...names: readonly string[]): Promise<void> {
  for (const name of names) await mkdir(scene.path(name), { recursive: true });
}

async function known(): Promise<string[]> {
  return (await scene.store.pathsOfHost(HOST))
    .map(({ path }) => path.slice(scene.root.path.length + 1))
    .sort();
}

describe("folders that nobody named", () => {
  test("direct children that no known workspace contains or lies in are orphans; ours are not", async () => {
    await scene.hear("orb.project.created", creation(scene, "p-1", "named"));
    await scene.hear("orb.project.created", creation(scene, "p-2", "team/p-2"));
    await make(
      "named",
      "team/p-2",
      "stray",
      ".hidden",
      ".orb/trash",
      "lost+found",
      "name with\nnewline",
      "-rf",
    );
    await writeFile(scene.path("file"), "");
    expect(await look()).toMatchObject({ orphans: 4, missing: 0, others: 1, problems: [] });
    expect(await known()).toEqual(["-rf", ".hidden", "name with\nnewline", "named", "stray", "team/p-2"]);
    expect(await scene.find("stray")).toMatchObject({
      noticedBy: "disk",
      projects: [],
      createdAt: scene.now(),
      lastActiveBy: "first_sight",
      seenAt: scene.now(),
    });
    const again = await look();
    expect(again).toMatchObject({ orphans: 0, back: 0, missing: 0 });
  });

  test("an orphan that a signal names later is its project's", async () => {
    await make("late");
    await look();
    await scene.hear("orb.project.created", creation(scene, "p-1", "late"));
    expect(await scene.find("late")).toMatchObject({ noticedBy: "signal", projects: ["p-1"], generation: 1 });
    expect(await look()).toMatchObject({ orphans: 0 });
  });

  test("links and names that are no text are reported and left alone", async () => {
    await make("real");
    await symlink("/etc", scene.path("to-etc"));
    await symlink(scene.path("real"), scene.path("to-sibling"));
    await mkdir(Buffer.concat([Buffer.from(`${scene.root.path}/`), Buffer.from([0xff, 0xfe])]));
    const found = await look();
    expect(found.problems.map(({ code }) => code).sort()).toEqual([
      "link_in_root",
      "link_in_root",
      "name_not_text",
    ]);
    for (const { reason, remedy } of found.problems) expect(`${reason} ${remedy}`).not.toContain("undefined");
    expect(await known()).toEqual(["real"]);
  });
});

describe("workspaces without a folder", () => {
  test("one that is gone is missing; one that was named a short while ago may come", async () => {
    await make("gone", "stays");
    await look();
    await scene.hear("orb.project.created", creation(scene, "soon"));
    await rm(scene.path("gone"), { recursive: true });
    expect(await look()).toMatchObject({ missing: 1 });
    expect(await scene.find("gone")).toMatchObject({ status: "missing", goneAt: scene.now(), dueAt: null });
    expect(await known()).toEqual(["soon", "stays"]);
    scene.pass(2 * HOUR_MS);
    await look();
    expect(await scene.find("soon")).toMatchObject({ status: "missing" });
  });

  test("one that comes back is the same, with its projects; another folder at its path is not (B8)", async () => {
    await make("p-1");
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await look();
    const { _id } = await scene.find("p-1");
    const baseline = { notedAt: scene.now(), data: { head: "1" } };
    await scene.store.change(_id, () => ({ baseline }));
    await rename(scene.path("p-1"), `${scene.root.path}.aside`);
    await look();
    await rename(`${scene.root.path}.aside`, scene.path("p-1"));
    expect(await look()).toMatchObject({ back: 1, orphans: 0 });
    expect(await scene.find("p-1")).toMatchObject({
      status: "active",
      generation: 1,
      projects: ["p-1"],
      baseline: { notedAt: baseline.notedAt },
    });
    expect(await scene.store.baselineOf(_id, 1)).toEqual(baseline.data);
    // Made while the other one is still there, so that the number of its inode is not used again.
    await make("another");
    await rm(scene.path("p-1"), { recursive: true });
    await rename(scene.path("another"), scene.path("p-1"));
    await look();
    expect(await scene.find("p-1")).toMatchObject({ generation: 2, projects: ["p-1"], baseline: null });
    expect(await scene.store.baselineOf(_id, 1)).toBeNull();
  });

  test("a folder at the path of one that we removed is nobody's, and our fence is none", async () => {
    await make("p-1");
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    const { _id } = await scene.find("p-1");
    const removed = { status: "removed", goneAt: scene.now(), removedAt: scene.now() } as const;
    await scene.store.change(_id, () => ({
      ...removed,
      fenceUntil: new Date(scene.now().getTime() + HOUR_MS),
    }));
    expect(await look()).toMatchObject({ back: 0, orphans: 0 });
    await scene.store.change(_id, () => ({ fenceUntil: null }));
    expect(await look()).toMatchObject({ back: 1 });
    expect(await scene.find("p-1")).toMatchObject({
      generation: 2,
      projects: [],
      noticedBy: "disk",
      removedAt: null,
    });
  });

  test("a folder that was replaced by a link, and a path outside, are not gone", async () => {
    await make("p-1", "deep/p-2");
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-2", "deep/p-2"));
    await scene.hear("orb.project.created", {
      ...creation(scene, "p-3"),
      workspace: { host: HOST, path: "/etc/p-3" },
    });
    await look();
    scene.pass(2 * HOUR_MS);
    await rename(scene.path("p-1"), scene.path(".orb-p-1"));
    await symlink("/etc", scene.path("p-1"));
    await rename(scene.path("deep"), scene.path("elsewhere"));
    await symlink(scene.path("elsewhere"), scene.path("deep"));
    const { missing, problems } = await look();
    expect(missing).toBe(0);
    expect(problems.map(({ code }) => code).sort()).toEqual([
      "outside_root",
      "workspace_is_link",
      "workspace_is_link",
    ]);
    for (const name of ["p-1", "deep/p-2"]) expect((await scene.find(name)).status).toBe("active");
  });

  test("an error of reading is not gone: nothing is marked, and the look fails", async () => {
    await make("p-1", "p-2");
    await look();
    await rename(scene.root.path, `${scene.root.path}.aside`);
    await mkdir(scene.root.path);
    // Another folder is at the path of the root, as after a mount.
    await expect(look()).rejects.toMatchObject({ code: "root_replaced" });
    await rm(scene.root.path, { recursive: true });
    await expect(look()).rejects.toMatchObject({ code: "workspace_missing" });
    expect(await known()).toEqual(["p-1", "p-2"]);
    await rename(`${scene.root.path}.aside`, scene.root.path);
    expect(await look()).toMatchObject({ missing: 0 });
  });
});

test("a root that is a link: signals may name a workspace by both of its names (C1)", async () => {
  const configured = `${scene.root.path}.link`;
  await symlink(scene.root.path, configured);
  await using root = await WorkspaceRoot.open(configured);
  const roots = rootNames(configured, root.path);
  await make("p-1", "p-2", "stray");
  await scene.hear("orb.project.created", creation(scene, "p-1"));
  const workspace = { host: HOST, path: `${configured}/p-2` };
  await scene.hear("orb.project.created", { ...creation(scene, "p-2"), workspace });
  expect(await look({ root, roots })).toMatchObject({ orphans: 1, missing: 0, problems: [] });
  const paths = (await scene.store.pathsOfHost(HOST)).map(({ path }) => path).sort();
  expect(paths).toEqual([scene.path("p-1"), `${configured}/p-2`, `${configured}/stray`].sort());
  await rm(configured);
});

test("ten thousand folders are found without blocking the loop", async () => {
  const { numRuns: count } = sampledInputs({ all: 10_000, sample: 2_000 });
  const names = Array.from({ length: count }, (_, index) => `w-${index}`);
  for (let begin = 0; begin < count; begin += 500) {
    await Promise.all(names.slice(begin, begin + 500).map((name) => mkdir(scene.path(name))));
  }
  const { result, turns } = await turnsDuring(look());
  expect(result).toMatchObject({ orphans: count });
  // Each part of 200 folders lets others have many turns.
  expect(turns).toBeGreaterThan(count / 200);
  expect(await readdir(scene.root.path)).toHaveLength(count);
});
