import type { Database, Transaction } from "../../mongo/database.ts";
import type { ProjectStore, StoredProject } from "../../projects/store.ts";
import { OrbError } from "../../errors.ts";
import { workspacePath } from "../record/rules/workspace-path.ts";
import type { WorkspaceStore } from "../record/store.ts";
import { afterSignal } from "./rules/after-signal.ts";
import { GRACE_MS, HEARTBEAT_LEASE_MS, PHASE_LEASE_MS } from "./rules/lease-times.ts";

const PART = 200;

interface Deps {
  readonly database: Database;
  readonly store: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly now: () => Date;
}

/**
 * Learns of the workspaces of projects that were known before workspaces were. For a while they count as in use, as after a signal: nobody
 * sent heartbeats that were kept. Harmless to repeat.
 */
export async function learnProjects({ database, store, projectStore, now }: Deps): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const part: StoredProject[] = await projectStore.list({ after, limit: PART, status: null });
    for (const project of part) {
      await database.transaction((transaction) => learn(project, { store, now, transaction }));
    }
    after = part.at(-1)?._id ?? null;
    if (part.length < PART) return;
  }
}

async function learn(
  { _id: project, facts }: StoredProject,
  { store, now, transaction }: Pick<Deps, "store" | "now"> & { readonly transaction: Transaction },
): Promise<void> {
  const { created } = facts;
  const path = created && pathOf(created.value.workspace.path);
  if (!created || !path) return;
  const at = now();
  const { host } = created.value.workspace;
  const noticed = { host, path, noticedBy: "signal", at: created.at, now: at } as const;
  const before = await store.openForChange(noticed, transaction);
  if (before.projects.includes(project)) return;
  const after = (ms: number) => new Date(at.getTime() + ms);
  const change = afterSignal(before, {
    signal: { type: "orb.project.created", source: "", time: created.at, project },
    key: created.key,
    names: true,
    repository: created.value.repository,
    project: facts,
    now: at,
    until: { heartbeat: after(HEARTBEAT_LEASE_MS), phase: after(PHASE_LEASE_MS), grace: after(GRACE_MS) },
  });
  const last = facts.lastActiveAt;
  const isLater = last !== null && last > before.lastActiveAt;
  await store.save(before._id, { ...change, ...(isLater && { lastActiveAt: last }) }, transaction);
}

/** Such a project was taken in before paths were checked. */
function pathOf(path: string): string | null {
  try {
    return workspacePath(path);
  } catch (error) {
    if (error instanceof OrbError) return null;
    throw error;
  }
}
