import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../../support/testing.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";
import { holdFolder } from "../../support/workspaces/hold-folder.ts";

/** What happens at a step of a removal. */
const at = new Map<string, () => unknown>();
const world = useCleanupStage({ checkpoint: async (name) => void (await at.get(name)?.()) });

async function archives(): Promise<string[]> {
  return (await readdir(world.archive)).toSorted();
}

/** Somebody comes into the workspace in the trash, and goes when it was put back. @returns when it is deferred because of that */
async function deferInTrash(project: string, begin: () => Promise<unknown>): Promise<void> {
  const trash = join(world.root, ".orb/trash");
  let holder: AsyncDisposable | null = null;
  at.set("rename:moved", async () => {
    const [name = ""] = await readdir(trash);
    holder = await holdFolder(join(trash, name));
  });
  at.set("check_again:put_back", () => holder?.[Symbol.asyncDispose]());
  const putBack = Promise.withResolvers<void>();
  at.set("check_again:held", () => putBack.resolve());
  await begin();
  await putBack.promise;
  const { reasons } = await world.cleanup(project, ({ status }) => status === "deferred");
  at.clear();
  expect(reasons).toMatchObject([{ code: "in_use" }]);
}

test("an archive that led to no removal is used again, or replaced if it is outdated: they do not pile up", async () => {
  await world.create("again");
  await world.write("again", "notes.md", "First.\n");
  await world.signal("orb.project.cancelled", { project: "again" });
  const kept = await world.cleanup("again", ({ status }) => status === "deferred");
  const run = () => world.ask("POST", `/api/v1/cleanups/${kept.id}/run`);
  const archive = `/api/v1/workspaces/${kept.workspace.id}/archive`;
  await deferInTrash("again", () => world.ask("POST", archive));
  const [first = ""] = await archives();
  await deferInTrash("again", run);
  await deferInTrash("again", run);
  // Another wish begins from the start.
  await deferInTrash("again", () => world.ask("POST", archive));
  expect(await archives()).toEqual([first]);

  await world.write("again", "notes.md", "Second.\n");
  at.set("archive:written", () => {
    throw new Error("The process ends here");
  });
  await run();
  await world.cleanup("again", ({ status }) => status === "failed");
  // The outdated one is still there: the new one was read back, and nothing says so yet.
  expect(await archives()).toHaveLength(2);
  at.clear();
  await deferInTrash("again", run);
  const [second = "", ...others] = await archives();
  expect(others).toEqual([]);
  expect(second).not.toBe(first);

  await run();
  const done = await world.cleanup("again", ({ status }) => status === "completed");
  expect(done).toMatchObject({ outcome: "removed", archive: second });
  expect(await archives()).toEqual([second]);
  expect(String(await readFile(join(world.archive, second, "files.tar")))).toContain("Second.");
});
