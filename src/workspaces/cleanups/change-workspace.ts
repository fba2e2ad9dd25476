import type { Transaction } from "../../mongo/database.ts";
import type { KeepReason } from "../keep-reason.ts";
import { keptAfter } from "../record/rules/kept.ts";
import type { WorkspaceChange, WorkspaceStore } from "../record/store.ts";
import type { Kept, StoredWorkspace } from "../record/workspace.ts";
import type { ProjectFact } from "../retention/rules/facts.ts";
import { ownerOf } from "../retention/rules/owner.ts";
import type { StoredCleanup } from "./cleanup.ts";

/** Changes the record of a clean-up's workspace, unless another folder is at its path now. */
export async function changeWorkspace(
  workspaces: WorkspaceStore,
  { workspace: { id, generation, host, path } }: Pick<StoredCleanup, "workspace">,
  {
    change,
    now,
    transaction,
  }: {
    change: (before: StoredWorkspace, now: Date) => WorkspaceChange;
    now: Date;
    transaction: Transaction;
  },
): Promise<void> {
  const known = { host, path, noticedBy: "disk", at: now, now } as const;
  const before = await workspaces.openForChange(known, transaction);
  if (before.generation === generation) await workspaces.save(id, change(before, now), transaction);
}

/** What the record says after a clean-up has found reasons to keep the workspace: each with its age and its owner. */
export function keptByCleanup(
  before: StoredWorkspace,
  reasons: readonly KeepReason[],
  { projects, now }: { projects: readonly Pick<ProjectFact, "id" | "userId">[]; now: Date },
): readonly Kept[] {
  const asked = { host: before.host, projects };
  return keptAfter(before.kept, reasons, { by: "cleanup", now, ownerOf: (reason) => ownerOf(reason, asked) });
}
