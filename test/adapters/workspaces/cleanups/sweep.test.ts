import { expect, test } from "../../../support/testing.ts";
import { useDatabase } from "../../../support/database.ts";
import { createLogger } from "../../../../src/monitoring/logger.ts";
import { Metrics } from "../../../../src/monitoring/metrics.ts";
import { OutboxStore } from "../../../../src/outbox/store.ts";
import { ProjectStore } from "../../../../src/projects/store.ts";
import { WorkspaceTelemetry } from "../../../../src/telemetry/workspaces.ts";
import { Cleanups } from "../../../../src/workspaces/cleanups/cleanups.ts";
import { CleanupStore } from "../../../../src/workspaces/cleanups/store.ts";
import { Sweep } from "../../../../src/workspaces/cleanups/sweep.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import type { StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";

const HOST = "host-1";
const PATH = "/srv/workspaces/p-1";
const NOW = new Date("2026-06-01T12:00:00Z");
const own = useDatabase(({ database }) => [new WorkspaceStore(database), new CleanupStore(database)]);

/** What the test does after a sweep has read its records, and before it acts by them. */
class PausedStore extends WorkspaceStore {
  afterRead: () => Promise<void> = async () => {};

  override async findAll(ids: readonly string[]): Promise<StoredWorkspace[]> {
    const found = await super.findAll(ids);
    await this.afterRead();
    return found;
  }
}

test.each([
  ["stays scheduled if a signal has made its workspace due since the sweep read it", NOW, "scheduled"],
  ["is cancelled if its workspace is not due", null, "cancelled"],
])("the bot's own clean-up %s", async (_, dueAt, status) => {
  const { database } = own;
  const log = createLogger({ level: "silent", format: "json" });
  const telemetry = new WorkspaceTelemetry({ log, metrics: new Metrics() });
  const workspaces = new PausedStore(database);
  const store = new CleanupStore(database);
  await Promise.all([workspaces, store].map(({ model }) => model.collection.deleteMany({})));
  const outbox = new OutboxStore(database, { relayed: false });
  const deps = { store, outbox, database, telemetry, now: () => NOW };
  const cleanups = new Cleanups(deps);
  const noticed = { host: HOST, path: PATH, noticedBy: "signal", at: NOW, now: NOW } as const;
  const workspace = await database.transaction((transaction) =>
    workspaces.openForChange(noticed, transaction),
  );
  let id = "";
  // As a cancellation does it: both in one transaction.
  workspaces.afterRead = () =>
    database.transaction(async (transaction) => {
      await workspaces.openForChange(noticed, transaction);
      await workspaces.save(workspace._id, { dueAt, because: "It was cancelled" }, transaction);
      const how = { origin: "retention", by: "retention", unpushed: "keep", dryRun: false } as const;
      const wish = { ...how, because: "It was cancelled", cause: "cancelled", at: NOW } as const;
      id = String((await cleanups.ask(workspace, wish, { transaction }))._id);
    });
  const sweep = new Sweep({ ...deps, workspaces, cleanups, projectStore: new ProjectStore(database) });
  await sweep.run([workspace._id]);
  expect((await store.find(id))?.status).toBe(status);
});
