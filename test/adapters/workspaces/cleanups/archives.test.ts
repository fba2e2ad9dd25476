import { rm } from "node:fs/promises";
import { expect, test } from "../../../support/testing.ts";
import { WORK_FILE } from "../../../support/workspaces/plain-hands.ts";
import { ProjectStore } from "../../../../src/projects/store.ts";
import { archivesOf } from "../../../../src/workspaces/cleanups/archives.ts";
import { ByHand } from "../../../../src/workspaces/cleanups/by-hand.ts";
import { HostStore } from "../../../../src/workspaces/record/host-store.ts";
import { RestoreStore } from "../../../../src/workspaces/restores/store.ts";
import { type Made, useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "All of it is pushed.\n", [WORK_FILE]: "A commit.\n" };

function stores() {
  const { store: cleanupStore, workspaces, database, now } = bench;
  return { cleanupStore, workspaces, restores: new RestoreStore(database), database, now };
}

function byHand(): ByHand {
  const { database } = bench;
  const hosts = new HostStore(database);
  return new ByHand({
    ...stores(),
    cleanups: bench.cleanups(),
    projectStore: new ProjectStore(database),
    hosts,
  });
}

/** Archives and removes a workspace. @returns the id of the clean-up */
async function archived(made: Made): Promise<string> {
  const id = await bench.ask(made, { unpushed: "archive", origin: "person" });
  await bench.runAll();
  expect((await bench.stored(id)).outcome).toBe("removed");
  return id;
}

async function archiveOf(id: string) {
  return (await archivesOf([await bench.stored(id)], stores())).get(id);
}

test("an archive is known by its size, its time and the request that restores it", async () => {
  const made = await bench.make(FILES);
  const id = await archived(made);
  const clean = await bench.ask(await bench.make());
  await bench.runAll();
  expect(await archiveOf(clean)).toBeUndefined();
  expect(await archiveOf(id)).toMatchObject({
    name: expect.stringContaining(id),
    bytes: Object.values(FILES).join("").length,
    at: expect.any(Date),
    restorable: true,
    problem: null,
    restore: { method: "POST", path: `/api/v1/workspaces/${made.workspace._id}/restore`, body: {} },
  });
  const listed = await bench.store.list(
    { archived: true, project: made.project },
    { before: null, limit: 20 },
  );
  expect(listed.map(({ _id }) => String(_id))).toEqual([id]);
  const others = await bench.store.list({ archived: false }, { before: null, limit: 100 });
  expect(others.map(({ _id }) => String(_id))).toContain(clean);
  expect(others.map(({ _id }) => String(_id))).not.toContain(id);
});

test("only the latest of a path is restored, and not over what is there", async () => {
  const made = await bench.make(FILES);
  const first = await archived(made);
  await rm(made.path, { recursive: true });
  const again = { ...(await bench.make(FILES, bench.root, made.project)), project: made.project };
  const present = { code: "workspace_present" };
  expect(await archiveOf(first)).toMatchObject({ restorable: false, restore: null, problem: present });
  const second = await archived(again);
  const problem = { code: "newer_archive" };
  expect(await archiveOf(first)).toMatchObject({ restorable: false, restore: null, problem });
  expect(await archiveOf(second)).toMatchObject({ restorable: true });
});

test("a failed restore says why, and the record of the workspace need not be there any more", async () => {
  const made = await bench.make(FILES);
  const id = await archived(made);
  await bench.workspaces.model.deleteOne({ _id: made.workspace._id });
  const { archive } = await byHand().restore(made.workspace._id, "ines");
  expect(archive).toBe((await bench.stored(id)).tombstone?.archive);
  const problem = { code: "archive_missing", reason: "It is gone.", remedy: "Bring it back." };
  await stores().restores.model.updateOne({ archive }, { $set: { status: "failed", problem } });
  expect(await archiveOf(id)).toMatchObject({ restorable: false, problem, restore: null });
  await expect(byHand().restore("0".repeat(32), "ines")).rejects.toMatchObject({ code: "not_found" });
});
