import type { Transaction } from "../../mongo/database.ts";
import type { CleanupSummary, OrbEvent } from "../../outbox/event.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { CleanupName } from "../../telemetry/workspaces.ts";
import type { StoredCleanup } from "./cleanup.ts";

/** What events say about a clean-up. */
export function summaryOf({
  _id,
  workspace: { id, host, path },
  unpushed,
}: Pick<StoredCleanup, "_id" | "workspace" | "unpushed">): CleanupSummary {
  return { id: String(_id), workspace: { id, host, path }, unpushed };
}

/** What the log says about it. */
export function nameOf({
  _id,
  workspace: { host, path },
  projects,
}: Pick<StoredCleanup, "_id" | "workspace" | "projects">): CleanupName {
  return { id: String(_id), host, path, project: projects[0] ?? null };
}

/** Appends an event to each project that named the workspace, in the transaction that it reports. An orphan's has no reader. */
export async function tellProjects(
  outbox: OutboxStore,
  projects: readonly string[],
  { event, time, transaction }: { event: OrbEvent; time: Date; transaction: Transaction },
): Promise<void> {
  // One order for all, so that two transactions never wait for each other.
  for (const project of projects.toSorted()) await outbox.append(project, event, { time, transaction });
}
