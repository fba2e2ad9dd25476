import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { beforeAll, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const world = useCleanupStage();
const ENV = "TOKEN=from-the-platform\n";

/** Creates a workspace as a platform does: its secrets are in it before the signal about it. */
async function createWithEnv(project: string): Promise<void> {
  const path = world.pathOf(project);
  await runGit(world.root, ["clone", "--quiet", world.stage.repository.gitDir, project]);
  await writeFile(join(path, ".env"), ENV);
  const writtenAtMs = Date.now();
  await eventually("the kernel's next tick", () => Date.now() > writtenAtMs + 20);
  const about = { id: project, name: "Add a greeting", userId: "user-1" };
  await world.signal("orb.project.created", {
    project: about,
    repository: "octo/hello",
    workspace: { host: world.host, path },
  });
}

const ofProject = (project: string) => world.bot.app.workspaceParts.workspaces.ofProject(project);

async function isNoted(project: string): Promise<boolean> {
  const [workspace] = await ofProject(project);
  return workspace !== undefined && workspace.baseline !== null;
}

async function reasonsAfterCancel(project: string): Promise<readonly string[]> {
  await world.signal("orb.project.cancelled", { project });
  const { reasons } = await world.cleanup(
    project,
    ({ status }) => status === "completed" || status === "deferred",
  );
  return reasons.map(({ code }) => code);
}

beforeAll(async () => {
  for (const project of ["same", "changed", "more"]) await createWithEnv(project);
  for (const project of ["same", "changed", "more"])
    await eventually(`the baseline of ${project}`, () => isNoted(project));
});

test("an .env that was carried in and is the same does not keep the workspace (A11)", async () => {
  expect(await reasonsAfterCancel("same")).toEqual([]);
  expect(world.isGone("same")).toBe(true);
});

test("a file that an agent wrote after the signal, and before the bot looked, keeps it", async () => {
  await createWithEnv("early");
  await world.write("early", "notes.txt", "of the agent");
  await eventually("the baseline", () => isNoted("early"));
  expect(await reasonsAfterCancel("early")).toEqual(["untracked_files"]);
});

test("one that was changed does (A11)", async () => {
  await world.write("changed", ".env", `${ENV}MORE=of-the-agent\n`);
  expect(await reasonsAfterCancel("changed")).toEqual(["untracked_files"]);
});

test("what an agent left is not excused because another one resumes there (B8)", async () => {
  await world.write("more", "notes.txt", "of the agent");
  const workspace = { host: world.host, path: world.pathOf("more") };
  const about = { id: "resumed", name: "Add a greeting", userId: "user-1" };
  await world.signal("orb.project.created", { project: about, repository: "octo/hello", workspace });
  await eventually("both projects", async () => (await ofProject("resumed")).length === 1);
  await world.signal("orb.project.cancelled", { project: "resumed" });
  expect(await reasonsAfterCancel("more")).toEqual(["untracked_files"]);
});
