import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

/** What happens at a step of a removal. */
let step: ((name: string) => void | Promise<void>) | null = null;
const world = useCleanupStage({ checkpoint: (name) => step?.(name) });
const IDENTITY = ["-c", "user.name=Agent", "-c", "user.email=agent@example.com"];

/** A clone of the repository outside the root, of which the bot knows nothing. */
async function cloneOutside(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "orb-main-")));
  await runGit(folder, ["clone", "--quiet", world.stage.repository.gitDir, "main"]);
  return join(folder, "main");
}

/** A clone in the root that is another project's. */
async function cloneInside(name: string): Promise<string> {
  await world.create(name);
  return world.pathOf(name);
}

async function addWorktree(main: string, project: string): Promise<string> {
  const path = world.pathOf(project);
  await runGit(main, ["worktree", "add", "--quiet", "-b", `agent/${project}`, path]);
  return path;
}

/** Tells the bot of a project's workspace: what is in it counts as carried in. */
async function introduce(project: string): Promise<void> {
  const about = { id: project, name: "Add a greeting", userId: "user-1" };
  const workspace = { host: world.host, path: world.pathOf(project) };
  await world.signal("orb.project.created", { project: about, repository: "octo/hello", workspace });
  await eventually(`the workspace of ${project}`, async () => {
    const { json } = await world.ask("GET", `/api/v1/workspaces?project=${project}`);
    return (json["items"] as unknown[]).length === 1;
  });
}

/** Tells the bot of a project's workspace, and that the project was cancelled. */
async function cancel(project: string): Promise<void> {
  await introduce(project);
  await world.signal("orb.project.cancelled", { project });
}

/** Waits until it rests. @returns how it ended, and why it is kept */
async function outcomeOf(project: string) {
  const { outcome, problem, reasons, ...cleanup } = await world.cleanup(project, ({ status }) =>
    ["completed", "deferred", "failed"].includes(status),
  );
  return { outcome, problem, reasons: reasons.map(({ code }) => code), id: cleanup.workspace.id };
}

async function archive(project: string, id: string): Promise<void> {
  expect(await world.ask("POST", `/api/v1/workspaces/${id}/archive`)).toMatchObject({ status: 202 });
  await world.cleanup(project, ({ status }) => status === "completed");
  expect(existsSync(join(world.pathOf(project), "README.md"))).toBe(false);
}

async function restore(project: string, id: string): Promise<void> {
  expect(await world.ask("POST", `/api/v1/workspaces/${id}/restore`)).toMatchObject({ status: 202 });
  await eventually(`${project} restored`, async () => {
    const { json } = await world.ask("GET", `/api/v1/workspaces/${id}`);
    return (json["restore"] as { status: string } | null)?.status === "done";
  });
}

/** The main repository has no entry of the worktree, and all of its objects. */
async function expectWhole(main: string, { worktrees }: { worktrees: number }): Promise<void> {
  const listed = await runGit(main, ["worktree", "list", "--porcelain"]);
  expect(listed.match(/^worktree /gm)).toHaveLength(worktrees);
  expect(listed).not.toContain("prunable");
  await runGit(main, ["fsck", "--full", "--strict"]);
  await runGit(main, ["status"]);
}

/** More than there are steps. */
const STEPS_MAX = 40;
const RESTING: ReadonlySet<string> = new Set(["completed", "failed"]);
const REMOVED = { outcome: "removed", problem: null, reasons: [] };

describe.each([
  { where: "in the root", make: cloneInside },
  { where: "outside the root", make: cloneOutside },
])("a linked worktree of a main repository $where", ({ where, make }) => {
  const word = where.split(" ")[0] ?? "";

  test("goes if all of it is elsewhere, with its entry, and no other", async () => {
    const main = await make(`main-clean-${word}`);
    await addWorktree(main, `stays-${word}`);
    await addWorktree(main, `clean-${word}`);
    await cancel(`clean-${word}`);
    expect(await outcomeOf(`clean-${word}`)).toMatchObject(REMOVED);
    await expectWhole(main, { worktrees: 2 });
    await runGit(world.pathOf(`stays-${word}`), ["status"]);
  });

  test("is kept with an unpushed commit, goes after it was archived, and comes back", async () => {
    const main = await make(`main-work-${word}`);
    const project = `work-${word}`;
    const path = await addWorktree(main, project);
    await introduce(project);
    await world.commit(project, { push: false });
    await world.write(project, "notes.md", "Only here.\n");
    const head = await runGit(path, ["rev-parse", "HEAD"]);
    await world.signal("orb.project.cancelled", { project });
    const kept = await outcomeOf(project);
    expect(kept.reasons).toEqual(expect.arrayContaining(["unpushed_commits", "untracked_files"]));
    await archive(project, kept.id);
    await expectWhole(main, { worktrees: 1 });
    await restore(project, kept.id);
    expect(await runGit(path, ["rev-parse", "HEAD"])).toBe(head);
    expect(await readFile(join(path, "notes.md"), "utf8")).toBe("Only here.\n");
  });

  test("is kept if somebody locked it", async () => {
    const main = await make(`main-locked-${word}`);
    const project = `locked-${word}`;
    const path = await addWorktree(main, project);
    await runGit(main, ["worktree", "lock", path]);
    await cancel(project);
    expect(await outcomeOf(project)).toMatchObject({ outcome: null, reasons: ["worktree_locked"] });
    await runGit(main, ["worktree", "unlock", path]);
    await expectWhole(main, { worktrees: 2 });
  });
});

test("a worktree whose clean-up fails at every step goes, its work is in one archive, and its entry is gone", async () => {
  const main = await cloneOutside();
  const project = "failing";
  const path = await addWorktree(main, project);
  await introduce(project);
  await world.commit(project, { push: false });
  await world.write(project, "notes.md", "Only here.\n");
  const head = await runGit(path, ["rev-parse", "HEAD"]);
  await world.signal("orb.project.cancelled", { project });
  const { id } = await outcomeOf(project);
  const failed: string[] = [];
  step = (name) => {
    if (failed.includes(name)) return;
    failed.push(name);
    throw new Error(`The disk is gone at ${name}`);
  };
  expect(await world.ask("POST", `/api/v1/workspaces/${id}/archive`)).toMatchObject({ status: 202 });
  for (let runs = 0; runs < STEPS_MAX; runs++) {
    const { status, id: cleanup } = await world.cleanup(project, (each) => RESTING.has(each.status));
    if (status === "completed") break;
    await world.ask("POST", `/api/v1/cleanups/${cleanup}/run`);
    await world.cleanup(project, (each) => each.status !== "failed" || failed.length > runs + 1);
  }
  step = null;
  expect(await outcomeOf(project)).toMatchObject(REMOVED);
  expect(failed).toEqual(
    expect.arrayContaining(["archive:replaced", "rename:moved", "check_again:before", "prune:before"]),
  );
  const archives = await readdir(world.archive);
  const cleanup = await world.cleanup(project, () => true);
  const { json } = await world.ask("GET", `/api/v1/cleanups/${cleanup.id}`);
  expect(archives.filter((name) => name.startsWith(cleanup.id))).toEqual([json["archive"]]);
  await expectWhole(main, { worktrees: 1 });
  await restore(project, id);
  expect(await runGit(path, ["rev-parse", "HEAD"])).toBe(head);
});

test("a main repository waits as long as a worktree of it is in the trash, from where it may be put back", async () => {
  const main = await cloneInside("main-waits");
  const path = await addWorktree(main, "leaves");
  let waits: Awaited<ReturnType<typeof outcomeOf>> | null = null;
  step = async (name) => {
    if (name !== "rename:moved" || waits !== null || existsSync(path)) return;
    await cancel("main-waits");
    waits = await outcomeOf("main-waits");
  };
  await cancel("leaves");
  expect(await outcomeOf("leaves")).toMatchObject(REMOVED);
  step = null;
  expect(waits).toMatchObject({ outcome: null, reasons: ["worktree_elsewhere"] });
  await expectWhole(main, { worktrees: 1 });
});

test("a worktree of which something is staged in its main repository, while it is in the trash, is put back", async () => {
  const main = await cloneOutside();
  const path = await addWorktree(main, "staged");
  await writeFile(join(path, "README.md"), "One.\n");
  await runGit(path, ["add", "README.md"]);
  await writeFile(join(path, "README.md"), "Two.\n");
  await cancel("staged");
  const { id } = await outcomeOf("staged");
  await writeFile(join(main, "three"), "Three.\n");
  const blob = await runGit(main, ["hash-object", "-w", "three"]);
  // It was staged and changed before, and is again, and no file of the worktree is another.
  const stage = [
    "--git-dir",
    join(main, ".git/worktrees/staged"),
    "update-index",
    "--cacheinfo",
    "100644",
    blob,
  ];
  let puts = 0;
  step = async (name) => {
    if (name === "rename:moved" && puts === 0) await runGit(main, [...stage, "README.md"]);
    if (name === "check_again:put_back") puts++;
  };
  await archive("staged", id);
  step = null;
  expect(puts).toBe(1);
  await restore("staged", id);
  expect(await runGit(path, ["rev-parse", ":README.md"])).toBe(blob);
});

describe("a clone with a worktree of its own inside", () => {
  async function makeNested(project: string): Promise<string> {
    await world.create(project);
    const path = world.pathOf(project);
    await writeFile(join(path, ".git/info/exclude"), ".worktrees\n");
    await runGit(path, ["worktree", "add", "--quiet", "-b", `agent/${project}-x`, ".worktrees/x"]);
    return join(path, ".worktrees/x");
  }

  test("goes if all of it is elsewhere", async () => {
    await makeNested("nested");
    await cancel("nested");
    expect(await outcomeOf("nested")).toMatchObject(REMOVED);
  });

  test("goes with the entry of an inner one whose repository is elsewhere", async () => {
    const main = await cloneOutside();
    await makeNested("holds");
    const inner = join(world.pathOf("holds"), ".worktrees/of-other");
    await runGit(main, ["worktree", "add", "--quiet", "--detach", inner]);
    await cancel("holds");
    expect(await outcomeOf("holds")).toMatchObject(REMOVED);
    await expectWhole(main, { worktrees: 1 });
  });

  test("is kept with work in the inner one, goes after it was archived, and comes back", async () => {
    const inner = await makeNested("nested-work");
    await writeFile(join(inner, "notes.md"), "Only here.\n");
    await cancel("nested-work");
    const kept = await outcomeOf("nested-work");
    expect(kept).toMatchObject({ outcome: null, reasons: ["untracked_files"] });
    await archive("nested-work", kept.id);
    await restore("nested-work", kept.id);
    expect(await readFile(join(inner, "notes.md"), "utf8")).toBe("Only here.\n");
  });

  test("is kept if a worktree of it is elsewhere", async () => {
    await makeNested("nested-lends");
    await addWorktree(world.pathOf("nested-lends"), "lent");
    await cancel("nested-lends");
    expect(await outcomeOf("nested-lends")).toMatchObject({ outcome: null, reasons: ["worktree_elsewhere"] });
  });
});

describe("files of git that name the workspace by other paths", () => {
  test("relative ones between the worktree and its main repository", async () => {
    const main = await cloneOutside();
    const path = await addWorktree(main, "relative");
    const up = "../".repeat(path.split("/").length - 1);
    await writeFile(join(path, ".git"), `gitdir: ${up}${main.slice(1)}/.git/worktrees/relative\n`);
    const back = "../".repeat(main.split("/").length + 2);
    await writeFile(join(main, ".git/worktrees/relative/gitdir"), `${back}${path.slice(1)}/.git\n`);
    await runGit(path, ["status"]);
    await cancel("relative");
    expect(await outcomeOf("relative")).toMatchObject(REMOVED);
    await expectWhole(main, { worktrees: 1 });
  });

  test("an absolute `core.worktree`, and objects that a repository inside borrows from the workspace", async () => {
    await world.create("absolute");
    const path = world.pathOf("absolute");
    await runGit(path, ["config", "core.worktree", path]);
    await writeFile(join(path, ".git/info/exclude"), "inner\n");
    await runGit(path, ["clone", "--quiet", "--shared", path, "inner"]);
    await runGit(join(path, "inner"), ["remote", "set-url", "origin", "https://github.com/octo/hello.git"]);
    await cancel("absolute");
    expect(await outcomeOf("absolute")).toMatchObject(REMOVED);
  });

  test("a submodule of a linked worktree", async () => {
    const main = await cloneOutside();
    const path = await addWorktree(main, "with-module");
    const url = world.stage.repository.gitDir;
    const allowed = ["-c", "protocol.file.allow=always"];
    await runGit(path, [...allowed, "submodule", "--quiet", "add", url, "module"]);
    await runGit(path, [...IDENTITY, "commit", "--quiet", "--message", "Add a module"]);
    await runGit(path, ["push", "--quiet", "origin", "HEAD"]);
    await runGit(join(path, "module"), ["remote", "set-url", "origin", "https://github.com/octo/hello.git"]);
    await cancel("with-module");
    expect(await outcomeOf("with-module")).toMatchObject(REMOVED);
    await expectWhole(main, { worktrees: 1 });
  });
});
