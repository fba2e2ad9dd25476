import { keptAfter } from "../../record/rules/kept.ts";
import type { WorkspaceChange } from "../../record/store.ts";
import type { Kept, StoredWorkspace, WorkspaceStatus } from "../../record/workspace.ts";
import type { Retention } from "../decide-retention.ts";
import type { ProjectFact } from "./facts.ts";
import { ownerOf } from "./owner.ts";

/** Statuses that retention decides about. The others say what a clean-up did, or that there is no folder. */
const DECIDED: ReadonlySet<WorkspaceStatus> = new Set<WorkspaceStatus>(["active", "scheduled", "kept"]);

/** What a decision changes in the record; `null` if nothing. */
export function afterDecision(
  before: StoredWorkspace,
  decided: Retention,
  { now, projects }: { now: Date; projects: readonly ProjectFact[] },
): WorkspaceChange | null {
  if (!DECIDED.has(before.status)) return null;
  const asked = { host: before.host, projects };
  const ownerOfReason = (reason: { code: string }) => ownerOf(reason, asked);
  const kept = keptAfter(before.kept, decided.reasons, { by: "retention", now, ownerOf: ownerOfReason });
  const { dueAt } = decided;
  const because = decided.dueAt === null ? null : decided.because;
  const status = statusOf(dueAt, kept, now);
  const isSame =
    status === before.status &&
    because === before.because &&
    dueAt?.getTime() === before.dueAt?.getTime() &&
    printOf(kept) === printOf(before.kept);
  return isSame ? null : { status, dueAt, because, kept, updatedAt: now };
}

function statusOf(dueAt: Date | null, kept: readonly Kept[], now: Date): WorkspaceStatus {
  if (dueAt === null) return "active";
  return dueAt <= now && kept.length > 0 ? "kept" : "scheduled";
}

function printOf(kept: readonly Kept[]): string {
  return JSON.stringify(kept.map(({ by, code, reason, remedy, owner }) => [by, code, reason, remedy, owner]));
}
