import { BorrowingStore } from "../../../src/workspaces/record/borrowing-store.ts";
import type { WorkspaceStore } from "../../../src/workspaces/record/store.ts";
import { UnpushedStore } from "../../../src/workspaces/cleanups/unpushed-store.ts";
import { expect } from "../testing.ts";
import { historicWorkspace } from "./others.ts";

const NOW = new Date();

/** What is asked about the folders of hosts, and what no transaction does. The changes are those of one record. */
export async function askAboutFolders(workspaces: WorkspaceStore): Promise<void> {
  const { _id, host, projects } = historicWorkspace(3);
  await workspaces.change(_id, ({ updatedAt }) => ({ updatedAt }));
  await workspaces.findAll([_id, "unknown"]);
  await workspaces.insertFound([historicWorkspace(3)]);
  const parts = [
    { after: null, limit: 20 },
    { after: _id, limit: 20 },
  ] as const;
  for (const part of parts) {
    await workspaces.list(part);
    for (const kept of [undefined, true, false]) {
      await workspaces.list({ ...part, kept });
      await workspaces.list({ ...part, host, kept });
      await workspaces.list({ ...part, project: projects[0], kept });
    }
  }
  for await (const part of workspaces.partsOfHost(host, 5)) expect(part.length).toBeGreaterThan(0);
  await workspaces.pathsOfHost(host);
  await workspaces.measuredBefore(host, { before: NOW, limit: 20 });
  await workspaces.createdSince(host, { since: new Date(0), limit: 20 });
  await workspaces.due(host, { now: NOW, limit: 20 });
  await workspaces.countByStatus();
  await new UnpushedStore(workspaces).count(NOW);
  await askWhoBorrows(new BorrowingStore(workspaces));
}

async function askWhoBorrows(borrowing: BorrowingStore): Promise<void> {
  const { host, path } = historicWorkspace(3);
  const [one] = await borrowing.toRead(host, NOW);
  if (!one) throw new Error("Every workspace of the history was read");
  const readAgainAt = new Date(0);
  await borrowing.noteMissing({ ...one, revision: -1 }, { nothing: { from: [], marks: [] }, readAgainAt });
  await borrowing.note({ ...one, revision: -1 }, { borrowing: null, readAgainAt });
  await borrowing.borrowersFrom(host, path);
  for await (const part of borrowing.all(host, 5)) expect(part.length).toBeGreaterThan(0);
}
